"""The command line of the benchmarks."""

import pytest

from tests.bench.__main__ import FAMILIES, command, main


def test_only_the_families_that_index_a_book_take_it() -> None:
    assert command("ingestion", "/a/book.txt")[-2:] == ["--book", "/a/book.txt"]
    assert command("model_extraction", "/a/book.txt")[-2:] == ["--book", "/a/book.txt"]
    assert "--book" not in command("host", "/a/book.txt")
    assert "--book" not in command("ingestion", "")


def test_the_help_names_every_family(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in FAMILIES)


def test_an_unknown_family_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nothing"])
    assert ended.value.code == 2
    assert "nothing" in capsys.readouterr().err
