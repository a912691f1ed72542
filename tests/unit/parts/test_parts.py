"""Getting a part and starting it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.parts.part import Part
from tests.parts.running import running

PYTHON = sys.executable


@pytest.fixture
def part(tmp_path: Path) -> Part:
    return Part("pump", "1.0", (PYTHON,), ((PYTHON, "-c", "open('pump.txt', 'w').close()"),), tmp_path)


def test_a_part_is_got_once_and_then_is_there(part: Part) -> None:
    assert "make parts" in part.lacking()
    assert part.install() == "pump 1.0: installed"
    assert (part.folder / "pump.txt").is_file()
    assert part.lacking() == ""
    assert part.install() == "pump 1.0: is there"


def test_a_part_whose_programs_are_missing_says_which(part: Part) -> None:
    needy = replace(part, needs=("no-such-program",))
    assert needy.install() == "pump 1.0: not installed, no-such-program was not found"
    assert "no-such-program" in needy.lacking()


def test_a_part_that_cannot_be_got_says_why_and_leaves_nothing(part: Part, tmp_path: Path) -> None:
    broken = replace(part, commands=(*part.commands, (PYTHON, "-c", "raise SystemExit('the registry is away')")))
    assert "the registry is away" in broken.install()
    assert list(tmp_path.iterdir()) == []


def test_a_half_got_part_of_an_earlier_try_is_thrown_away(part: Part, tmp_path: Path) -> None:
    (tmp_path / "pump-1.0.incoming").mkdir()
    (tmp_path / "pump-1.0.incoming/half").touch()
    part.install()
    assert [file.name for file in part.folder.iterdir()] == ["pump.txt"]


def test_a_server_serves_until_the_block_ends(tmp_path: Path) -> None:
    script = "import os; print('at', os.getpid(), flush=True); import threading; threading.Event().wait()"
    with running((PYTHON, "-c", script), tmp_path, r"at (\d+)") as announced:
        assert Path(f"/proc/{announced[1]}").exists()
    assert not Path(f"/proc/{announced[1]}").exists()


def test_a_server_that_says_much_is_never_held_up(tmp_path: Path) -> None:
    script = "print('ready', flush=True)\nfor _ in range(5000): print('x' * 100)\nopen('done', 'w').close()"
    with running((PYTHON, "-c", script), tmp_path, "ready"):
        subprocess.run((PYTHON, "-c", "import os\nwhile not os.path.exists('done'): pass"), cwd=tmp_path, timeout=60)
    assert (tmp_path / "done").exists()


def test_a_server_that_ends_before_it_serves_is_an_error_with_its_words(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="the port is taken"),
        running((PYTHON, "-c", "raise SystemExit('the port is taken')"), tmp_path, "ready"),
    ):
        raise AssertionError("it never served")


def test_a_server_that_never_says_it_serves_is_stopped(tmp_path: Path) -> None:
    script = "print('warming up', flush=True); import threading; threading.Event().wait()"
    with (
        pytest.raises(RuntimeError, match="warming up"),
        running((PYTHON, "-c", script), tmp_path, "ready", seconds=0.5),
    ):
        raise AssertionError("it never served")
