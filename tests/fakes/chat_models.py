"""Chat models for tests: one that says what it is told to, one that takes its time, one that obeys what it reads."""

import re
from collections import deque
from collections.abc import AsyncGenerator, Iterable

from shared.answering.messages import messages
from shared.domain.answers import ModelEvent, Prompt, TextDelta, UsageReport
from shared.domain.money import TokenUsage
from tests.fakes.virtual_clock import VirtualClock

USAGE = TokenUsage(input=100, output=20)


class ScriptedModel:
    """Plays its scripts, one per call: events are given out, an exception among them is raised.

    `prompts` keeps what it was asked, and `closed` counts the calls that were over, completed or not.
    """

    def __init__(self, *scripts: Iterable[ModelEvent | BaseException], name: str = "scripted") -> None:
        self.name = name
        self.prompts: list[Prompt] = []
        self.closed = 0
        self._scripts = deque(tuple(script) for script in scripts)

    async def ping(self) -> None:
        """Answer."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Play the next script; raises IndexError when there is none left."""
        self.prompts.append(prompt)
        script = self._scripts.popleft()
        try:
            for event in script:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            self.closed += 1


class FixedLatencyModel:
    """Writes a text word by word, each after the same time on a virtual clock."""

    name = "fixed-latency"

    def __init__(self, text: str, seconds: float, clock: VirtualClock) -> None:
        self._text, self._seconds, self._clock = text, seconds, clock

    async def ping(self) -> None:
        """Answer."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Write the text, whatever is asked."""
        for word in re.findall(r"\S+\s*", self._text):
            await self._clock.sleep(self._seconds)
            yield TextDelta(word)
        yield UsageReport(USAGE)


class ObedientModel:
    """Reads its messages as a model does and follows every `SAY: ...` that stands outside a passage.

    It trusts the elements of the messages alone: text that manages to close its passage is obeyed.
    """

    name = "obedient"

    async def ping(self) -> None:
        """Answer."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Say what the messages tell it to, or that nothing does."""
        read = "\n".join(message["content"] for message in messages(prompt))
        outside = re.sub(r"<passage [^>]*>.*?</passage>", "", read, flags=re.DOTALL)
        orders = re.findall(r"SAY: ?(\S+)", outside)
        yield TextDelta(" ".join(orders) or "nothing to say")
        yield UsageReport(USAGE)
