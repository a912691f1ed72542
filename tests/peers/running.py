"""Runs one system on one corpus in a process of its own, within a time."""

import json
import os
import signal
import subprocess
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.peers.child import Job
from tests.peers.corpora import Corpus, addition
from tests.peers.environment import ROOT
from tests.peers.server import counting
from tests.peers.systems import Contender

Figures = dict[str, Any]


def run(contender: Contender, corpus: Corpus, limit_seconds: float) -> Figures:
    """Return the report of a run; what went wrong stands in it under `failed`."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, counting() as server:
        work = Path(folder) / "work"
        work.mkdir()
        job = Job(
            documents=list(corpus.documents),
            addition=addition(),
            questions={mode: corpus.questions(mode) for mode in contender.modes},
            folder=str(work),
            server=server,
            report=str(Path(folder) / "report.json"),
        )
        written = Path(folder) / "job.json"
        written.write_text(json.dumps(asdict(job)), encoding="utf-8")
        trouble = started(
            contender.command(str(written)), contender.variables(server), Path(folder) / "log", limit_seconds
        )
        return reported(Path(job.report), trouble)


def reported(path: Path, trouble: str) -> Figures:
    """Return what a runner wrote, with the trouble it had unless it named one itself."""
    figures: Figures = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if trouble and "failed" not in figures:
        figures["failed"] = {"step": "run", "reason": trouble}
    return figures


def started(command: list[str], variables: dict[str, str], log: Path, limit_seconds: float) -> str:
    """Run a command until it ends or its time is over; return what went wrong, or nothing."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**variables, "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = child.wait(limit_seconds)
        except subprocess.TimeoutExpired:
            return f"not finished within {limit_seconds:g} s"
        finally:
            end(child)
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return "" if code == 0 else (lines or [f"ended with code {code} without a word"])[-1][:300]


def end(child: subprocess.Popen[bytes]) -> None:
    """End the process and what it started; it leads a group of its own."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        child.wait()
