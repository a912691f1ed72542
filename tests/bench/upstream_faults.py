"""What becomes of questions while 30 % of the requests to the chat server fail before their first word.

The server is one on the loopback; of each ten requests in a row three are answered with 500 or with a torn connection,
which ones is random with a fixed seed. The adapter's own repetitions and their pauses are those of the product.
"""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from functions.bootstrap import local_ground
from functions.rooms import Services, build
from shared.domain.access import Principal
from shared.domain.answers import Answer, Question
from shared.domain.roles import Role
from shared.settings import Settings
from tests.bench.figures import Figure, show
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.workflow.shelf import Run, bytes_of

PRINCIPAL = Principal("local", "bench", role=Role.ADMIN)
TEXT = "# Pumps\n\nThe feed pump runs at 40 bar. Ada Quill checks it every Monday.\n"
QUESTION = "At how many bar does the feed pump run?"
QUESTIONS, AT_ONCE = 1_000, 20
FAILING = (Fault.BROKEN, Fault.RESET, Fault.BROKEN, *[None] * 7)


@dataclass(frozen=True)
class Outcome:
    """How many questions were asked and answered, how many of them by the passages, and what the server was asked."""

    asked: int
    answered: int
    degraded: int
    requests: int

    @property
    def requests_per_answer(self) -> float:
        """Requests to the server, repetitions included, by answer."""
        return self.requests / self.answered


def measure() -> Iterator[Figure]:
    """Ask a thousand questions."""
    with TemporaryDirectory() as folder:
        found = asyncio.run(asked(Path(folder), QUESTIONS))
    about = {"questions": found.asked, "failing": "30 % of requests: 500 and torn connections"}
    yield Figure("answered_at_upstream_faults", 100 * found.answered / found.asked, "%", about)
    yield Figure("requests_per_answer_at_upstream_faults", found.requests_per_answer, "requests", about)
    yield Figure("degraded_at_upstream_faults", 100 * found.degraded / found.asked, "%", about)


async def asked(folder: Path, questions: int) -> Outcome:
    """Ask so many questions, some at once, of a house whose chat server fails."""
    with OpenAIServer() as server:
        server.faults.extend(faults(4 * questions))
        model = {"chat_base_url": server.base_url, "chat_api_key": KEY, "chat_model": "loopback"}
        settings = Settings(data_dir=folder, embedder="none", **model)  # type: ignore[arg-type]
        ground = local_ground(settings)
        services = build(settings, ground)
        question = await prepared(services)
        turn = asyncio.Semaphore(AT_ONCE)

        async def answer() -> Answer:
            async with turn:
                return await services.ask.answer(question)

        found = await asyncio.gather(*(answer() for _ in range(questions)), return_exceptions=True)
        answers = [each for each in found if isinstance(each, Answer)]
        await ground.close()
        degraded = sum("degraded" in each.features for each in answers)
        return Outcome(questions, len(answers), degraded, len(server.requests))


def faults(count: int) -> Iterator[Fault | None]:
    """Yield what goes wrong with each request: three of each ten in a row."""
    chance = random.Random(30)
    for _ in range(0, count, len(FAILING)):
        yield from chance.sample(FAILING, len(FAILING))


async def prepared(services: Services) -> Question:
    """Take a document in, and return the question that it answers."""
    base = await services.bases.create(PRINCIPAL, "Default")
    job = await services.documents.upload(PRINCIPAL, base.key, "pumps.md", bytes_of(TEXT.encode()))
    await Run(services, job, TEXT).to_the_end()
    scope = await services.bases.scope(PRINCIPAL, "default")
    return replace(Question(PRINCIPAL, scope, QUESTION), use_cache=False)


if __name__ == "__main__":
    show(measure())
