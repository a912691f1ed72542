"""Measure how much of what a global question asks for is read and told, with community reports and without."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import mean
from typing import Any

from infra.local.command_line.labelled import Labelled, LabelledSet
from infra.local.command_line.recall import folded, percentage
from shared.domain.answers import Answer, ModelEvent, Prompt, Question

GLOBAL = "global"

WAYS: Mapping[str, Mapping[str, Any]] = {
    "8 passages": {"top_k": 8, "use_community_reports": False},
    "20 passages": {"top_k": 20, "use_community_reports": False},
    "community reports": {"top_k": 8, "use_community_reports": True},
}
"""By the name of the row: the usual way, as many passages as a global question is given, and the reports with them."""


@dataclass
class Reading:
    """A chat model that writes what another writes, and keeps what it read last."""

    model: Any
    read: str = ""
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.model.name

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Keep the passages, and pass on."""
        self.read = "\n".join(f"{each.title}\n{each.text}" for each in prompt.passages)
        async for event in self.model.stream(prompt):
            yield event


async def surveys(ask: Any, question: Question, labelled: LabelledSet) -> list[dict[str, object]]:
    """Return a line for each way to answer the global questions of a set; none where it has none.

    `points_read` and `points_told` are percentages of the parts of the gold answers that stand in the passages shown to
    the model and in its answer, `documents_read` of the gold documents that the passages come from.
    """
    asked = [each for each in labelled.questions if each.kind.endswith(GLOBAL)]
    if not asked:
        return []
    lines: list[dict[str, object]] = []
    for name, options in WAYS.items():
        found = []
        for each in asked:
            reading = Reading(ask.model)
            answer = await replace(ask, model=reading).answer(replace(question, text=each.question, **options))
            found.append((each, reading.read, answer))
        lines.append({"method": f"global over {name}", **shares(found)})
    return lines


def shares(found: Sequence[tuple[Labelled, str, Answer]]) -> dict[str, object]:
    """Return the figures of one way, each over all questions and by kind."""
    every: dict[str, list[tuple[float, float, float]]] = {}
    for each, read, answer in found:
        documents = {gold.document for gold in each.gold}
        shown = {hit.document_name for hit in answer.hits}
        row = (points(each, read), points(each, answer.text), len(documents & shown) / len(documents))
        every.setdefault(each.kind, []).append(row)
    return {
        name: {kind: percentage([row[place] for row in rows]) for kind, rows in every.items()}
        for place, name in enumerate(("points_read", "points_told", "documents_read"))
    }


def points(question: Labelled, text: str) -> float:
    """Return the share in [0, 1] of the parts of the gold answer that stand in a text."""
    return mean(folded(part) in folded(text) for part in question.answers)
