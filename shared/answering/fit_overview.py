"""Fit what search found and what community reports say into the tokens that a model may read."""

from collections.abc import Sequence
from dataclasses import replace

from shared.answering.fit_passages import PASSAGE_TOKENS, fit_passages, title_of
from shared.domain.answers import Hit, Passage, Prompt, Reported, Turn
from shared.text.tokens import count_tokens

REPORT_SHARE = 0.4
"""Share of the tokens that reports may take. Over the global questions of samples/ 81 % of the points stand in what a
model reads without reports, 85 % with them; half of the share or a quarter more costs one to two points."""

READ_WHOLE = 5
"""Passages of the search that are surely shown whole, so that a report adds nothing to them."""


def fit_overview(
    question: str,
    hits: Sequence[Hit],
    reported: Sequence[Reported],
    tokens: int,
    history: tuple[Turn, ...] = (),
    temperature: float = 0.0,
) -> tuple[Prompt, tuple[Hit, ...]]:
    """Return a prompt with the best hits and, behind them, what reports say beyond these, in `tokens` together.

    Passage n is cited as hit n-1, as of `fit_passages`; a passage of a report is cited as the chunk that carries it.
    """
    whole = {hit.chunk.id for hit in hits[:READ_WHOLE]}
    room = left = int(tokens * REPORT_SHARE)
    chosen: list[Reported] = []
    for each in reported:
        needed = PASSAGE_TOKENS + count_tokens(title_of(each.hit.chunk)) + count_tokens(each.text)
        if each.hit.chunk.id not in whole and needed <= left:
            chosen.append(each)
            left -= needed
    prompt, shown = fit_passages(question, hits, tokens - (room - left), history, temperature)
    told = [Passage(at, title_of(each.hit.chunk), each.text) for at, each in enumerate(chosen, len(shown) + 1)]
    return replace(prompt, passages=(*prompt.passages, *told)), (*shown, *(each.hit for each in chosen))
