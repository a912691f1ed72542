"""What every runner shares: read the job, measure each step, write the report. Standard library only: peers run it."""

import asyncio
import json
import resource
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any, Protocol

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Job:
    """What a runner is given: texts, questions by mode, a folder of its own, the server, and where to report."""

    documents: list[str]
    addition: str
    questions: dict[str, list[str]]
    folder: str
    server: str
    report: str

    @property
    def base_url(self) -> str:
        """Where the OpenAI-compatible API starts."""
        return f"{self.server}/v1"


class System(Protocol):
    """A system under test; the methods that change documents raise NotImplementedError where it has none."""

    async def index(self, documents: list[str]) -> None:
        """Take the documents into an empty base."""
        ...

    async def insert(self, text: str) -> None:
        """Take one more document in."""
        ...

    async def delete(self) -> None:
        """Delete the document that was inserted."""
        ...

    async def ask(self, question: str, mode: str) -> bool:
        """Ask; say whether an answer came."""
        ...

    def processor_seconds(self) -> float:
        """Return the processor time so far."""
        ...

    def peak_megabytes(self) -> float:
        """Return the largest resident memory so far."""
        ...


class InProcess:
    """A system that runs in this process."""

    def processor_seconds(self) -> float:
        """Return the processor time of this process and its ended children."""
        return sum(
            each.ru_utime + each.ru_stime
            for each in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )

    def peak_megabytes(self) -> float:
        """Return VmHWM in units of 1,000,000 bytes; ru_maxrss would start with the memory of the parent process."""
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


class Report:
    """The figures so far, on disk after every step, so that a run which is cut short keeps what it measured."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.figures: dict[str, Any] = {}

    def add(self, name: str, value: object) -> None:
        """Keep a figure."""
        self.figures[name] = value
        self.path.write_text(json.dumps(self.figures), encoding="utf-8")


def run(start: Callable[[Job], Awaitable[System]]) -> None:
    """Measure the system that `start` returns, with the job in the file that the command line names."""
    job = Job(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    sys.addaudithook(refuse_network)
    asyncio.run(measured(job, start))


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Let nobody speak to anybody but this machine."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in LOOPBACK:
        raise PermissionError(f"only the loopback may be reached, not {arguments[1][0]}")
    if event == "socket.getaddrinfo" and arguments[0] not in (*LOOPBACK, b"127.0.0.1", b"localhost", None):
        raise PermissionError(f"only the loopback may be looked up, not {arguments[0]}")


async def measured(job: Job, start: Callable[[Job], Awaitable[System]]) -> None:
    """Index, ask, insert, delete, and report each; an error ends the run and is reported with its words."""
    report = Report(job.report)
    step = "start"
    try:
        system = await start(job)
        report.add("start", {"processor_seconds": system.processor_seconds()})
        step = "index"
        report.add("index", await timed(job, system, system.index(job.documents)))
        report.add("peak_megabytes", system.peak_megabytes())
        for mode, questions in job.questions.items():
            step = f"question {mode}"
            report.add(step, await asked(job, system, mode, questions))
        step = "insert"
        report.add("insert", await timed(job, system, system.insert(job.addition)))
        step = "delete"
        report.add("delete", await timed(job, system, system.delete()))
    except NotImplementedError as error:
        report.add(step, {"missing": str(error)})
    except Exception as error:
        report.add("failed", {"step": step, "reason": f"{type(error).__name__}: {error}"[:500]})
        raise
    finally:
        report.add("kinds", counted(job)["kinds"])


async def timed(job: Job, system: System, step: Awaitable[None]) -> dict[str, float]:
    """Return wall and processor seconds of a step and what it asked of the server."""
    before, processor, started = counted(job)["counts"], system.processor_seconds(), time.perf_counter()
    await step
    seconds, processor = time.perf_counter() - started, system.processor_seconds() - processor
    return {"seconds": seconds, "processor_seconds": processor, **difference(before, counted(job)["counts"])}


async def asked(job: Job, system: System, mode: str, questions: list[str]) -> dict[str, float]:
    """Ask one question after the other; return means per question and the median of milliseconds."""
    before, milliseconds, answers = counted(job)["counts"], [], []
    for question in questions:
        started = time.perf_counter()
        answers.append(await system.ask(question, mode))
        milliseconds.append(1000 * (time.perf_counter() - started))
    total = difference(before, counted(job)["counts"])
    means = {name: count / len(questions) for name, count in total.items()}
    return {
        "questions": len(questions),
        "answered": mean(answers),
        "median_ms": median(milliseconds),
        "first_ms": milliseconds[0],
        **means,
    }


def counted(job: Job) -> dict[str, dict[str, int]]:
    """Ask the server what it counted so far."""
    # No proxy, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{job.server}/counts", timeout=30) as answer:
        counts: dict[str, dict[str, int]] = json.load(answer)
    return counts


COUNTS = ("calls", "prompt_tokens", "completion_tokens", "embedding_requests", "embedded_texts")


def difference(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Return what was counted in between; what the server never saw is 0."""
    return {name: after.get(name, 0) - before.get(name, 0) for name in COUNTS}
