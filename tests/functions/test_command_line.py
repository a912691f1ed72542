"""The command `knowledge-rag` as a person types it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {**os.environ, "DATA_DIR": str(tmp_path / "house"), "EMBEDDER": "none", "PORT": str(port)}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def command(*arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "infra.local.command_line", *arguments],
            cwd=ROOT,
            env={**environment, **changes},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return command


@pytest.fixture
def note(tmp_path: Path) -> Path:
    file = tmp_path / "papers" / "skerry.md"
    file.parent.mkdir()
    file.write_text("# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n", encoding="utf-8")
    return file


def test_help_is_there_for_every_command(run: Run) -> None:
    for command in (
        (),
        ("serve",),
        ("ingest",),
        ("ask",),
        ("search",),
        ("status",),
        ("delete",),
        ("smoke",),
        ("eval",),
    ):
        done = run(*command, "--help")
        assert (done.returncode, done.stderr) == (0, "")
        assert "usage: knowledge-rag" in done.stdout


def test_wrong_use_ends_with_2(run: Run) -> None:
    assert run().returncode == 2
    assert run("sing").returncode == 2


def test_a_document_goes_in_is_asked_and_goes_out(run: Run, note: Path) -> None:
    ingested = run("ingest", str(note.parent), "--kb", "lights", "--json")
    assert ingested.returncode == 0, ingested.stderr
    assert [each["status"] for each in json.loads(ingested.stdout)] == ["ready"]
    asked = run("ask", "Who built the Skerry lighthouse?", "--kb", "lights")
    assert asked.returncode == 0, asked.stderr
    assert "Ada Quill" in asked.stdout
    assert "[1] skerry.md, page 1" in asked.stdout
    found = json.loads(run("search", "Ada Quill", "--kb", "lights", "--json").stdout)
    assert found["results"]
    assert run("delete", "skerry.md", "--kb", "lights").returncode == 0
    left = run("status", "--kb", "lights", "--json")
    assert (left.stdout.strip(), left.stderr) == ("[]", "")


def test_a_service_that_works_passes_the_smoke_test_which_leaves_nothing_behind(
    run: Run, environment: dict[str, str]
) -> None:
    done = run("smoke")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ok"] * 5
    left = [path for path in Path(environment["DATA_DIR"]).rglob("*") if "smoke" in path.name or path.suffix == ".md"]
    assert left == []


def test_a_smoke_test_says_which_check_failed(run: Run) -> None:
    done = run("smoke", "--patience", "0")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "failed  a document is read: the document is not ready after 0 s"


def test_a_second_ingestion_reads_only_what_changed(run: Run, note: Path) -> None:
    other = note.with_name("other.md")
    other.write_text("# Other\n\nNothing.\n", encoding="utf-8")
    first = json.loads(run("ingest", str(note.parent), "--json").stdout)
    other.write_text("# Other\n\nSomething.\n", encoding="utf-8")
    second = json.loads(run("ingest", str(note.parent), "--json").stdout)
    moments = [{each["name"]: each["updated_at"] for each in documents} for documents in (first, second)]
    assert moments[0]["skerry.md"] == moments[1]["skerry.md"]
    assert moments[0]["other.md"] != moments[1]["other.md"]


def test_a_file_that_cannot_be_read_ends_with_1_and_says_why(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    done = run("ingest", str(tmp_path / "empty.txt"))
    assert done.returncode == 1
    assert "empty.txt: " in done.stdout


@pytest.mark.parametrize(
    "arguments", [("ingest", "/nowhere/at/all"), ("ask", "x", "--kb", "nowhere"), ("delete", "x", "--kb", "nowhere")]
)
def test_what_is_not_there_ends_with_1_and_one_line(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_service_that_does_not_answer_is_said_in_one_line(run: Run) -> None:
    done = run("status", "--url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "seven"),
        ("PORT", "65536"),
        ("EMBEDDER", "huge"),
        ("DAILY_BUDGET_USD", "-1"),
        ("DAILY_BUDGET_USD", "nan"),
        ("CHAT_BASE_URL", "localhost:11434"),
        ("PROFILE", "moon"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_setting_is_named_in_one_line_and_ends_with_2(run: Run, name: str, value: str) -> None:
    done = run("serve", **{name: value})
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert name in done.stderr


def test_a_chat_server_without_a_model_is_a_bad_setting(run: Run) -> None:
    done = run("serve", CHAT_BASE_URL="http://127.0.0.1:9/v1")
    assert done.returncode == 2
    assert "CHAT_MODEL" in done.stderr


def test_a_port_in_use_is_said_in_one_line_and_ends_with_2(run: Run, environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["PORT"])))
        taken.listen()
        done = run("serve")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert environment["PORT"] in done.stderr


def test_a_data_folder_that_cannot_be_written_is_said_in_one_line_and_ends_with_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    done = run("serve", DATA_DIR=str(tmp_path / "file"))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_served_house_is_used_by_the_commands_and_stops_when_asked(
    run: Run, environment: dict[str, str], note: Path
) -> None:
    command = [sys.executable, "-m", "infra.local.command_line", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout
        assert environment["PORT"] in serving.stdout.readline()
        assert run("ingest", str(note)).returncode == 0
        second = run("serve", PORT="0")
        assert second.returncode == 2
        assert "in use" in second.stderr
        serving.send_signal(signal.SIGINT)
        assert serving.wait(20) == 0
