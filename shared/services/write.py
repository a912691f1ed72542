"""Let the chat model write an answer: every call is paid for, and no citation comes through that cites nothing."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial

from shared.answering.citation_marks import CitationMarks
from shared.answering.citations import check_citations
from shared.answering.confidence import confidence, uncarried
from shared.answering.estimate import estimated_usage
from shared.answering.extractive_answer import EXTRACTIVE, bounded_answer
from shared.answering.no_evidence import no_evidence, says_no_evidence
from shared.answering.self_correction import ENOUGH, ROUNDS, to_correct
from shared.deadline import each_in_time, is_over
from shared.domain.access import Principal
from shared.domain.answers import Hit, Prompt, TextDelta, UsageReport
from shared.domain.errors import BudgetExceeded, Unavailable
from shared.domain.money import Money, TokenUsage
from shared.money.receipt import Receipt
from shared.ports.models import ChatModel
from shared.services.guarded_models import AWAY
from shared.services.hedging import Hedge
from shared.services.spend import SpendGate

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Draft:
    """A text while it is written, and what all calls for it took. `calls` counts those that started.

    `model` is the one that wrote it, empty where none did; it `is_degraded` where every model was away, and
    `is_stand_in` where one of them wrote that was not the one to write; `is_escalated`: another one wrote weakly;
    `is_hedged`: another one was asked beside it and cut off. It `is_cut` where the bound on its tokens ended it.
    """

    pieces: list[str] = field(default_factory=list)
    removed: int = 0
    usage: TokenUsage = TokenUsage()
    cost: Money = Money()
    calls: int = 0
    model: str = ""
    is_degraded: bool = False
    is_stand_in: bool = False
    is_escalated: bool = False
    is_hedged: bool = False
    is_cut: bool = False

    @property
    def text(self) -> str:
        """What is written so far."""
        return "".join(self.pieces).strip()

    def take(self, other: "Draft") -> None:
        """Become another draft."""
        self.pieces, self.removed = other.pieces, other.removed
        self.usage, self.cost, self.calls = other.usage, other.cost, other.calls
        self.model, self.is_degraded = other.model, other.is_degraded
        self.is_stand_in, self.is_escalated, self.is_cut = other.is_stand_in, other.is_escalated, other.is_cut
        self.is_hedged = other.is_hedged

    def charge(self, other: "Draft") -> None:
        """Add what another draft took."""
        self.usage += other.usage
        self.cost += other.cost
        self.calls += other.calls

    def pay(self, receipt: Receipt, model: str) -> None:
        """Add what one call took."""
        self.usage += receipt.usage
        self.cost += receipt.cost
        self.calls += receipt.started
        self.model = model if receipt.started else self.model

    def degrade(self) -> None:
        """Begin anew, without a model; what was paid stays paid."""
        self.pieces, self.removed = [], 0
        self.model, self.is_degraded = EXTRACTIVE, True


@dataclass(frozen=True)
class Writing:
    """Writes with one model through the gate that holds the money, and with the other where that one cannot.

    `is_read_along` says whether somebody reads each piece as it comes; what nobody has read may be replaced.
    After `patience` seconds of silence the other one is asked beside the first; None: only where that one cannot.
    """

    gate: SpendGate
    model: ChatModel
    other: ChatModel | None = None
    is_read_along: bool = True
    patience: float | None = None

    async def stream(self, principal: Principal, prompt: Prompt, draft: Draft) -> AsyncGenerator[str, None]:
        """Write piece by piece; where no model can before its first word, the passages speak for themselves.

        Raises BudgetExceeded where a model was too dear, and what a model raises behind its first word; closing the
        stream ends its call.
        """
        models = {each.name: each for each in (self.model, self.other) if each}
        drafts = {name: Draft() for name in models}
        calls = {name: partial(self.written, principal, prompt, drafts[name], models[name]) for name in models}
        hedge = Hedge(calls, self.patience)
        try:
            async with aclosing(hedge.pieces()) as pieces:
                async for piece in pieces:
                    yield piece
        except AWAY:
            if hedge.winner and (self.is_read_along or not is_over()):
                raise
            async for piece in self.last_resort(prompt, draft):
                yield piece
        finally:
            sum_up(draft, drafts, hedge)
            draft.is_stand_in = hedge.winner not in ("", self.model.name)

    async def last_resort(self, prompt: Prompt, draft: Draft) -> AsyncGenerator[str, None]:
        """Answer with sentences of the passages, for nothing."""
        draft.degrade()
        pieces, draft.is_cut = await asyncio.to_thread(bounded_answer, prompt)
        for piece in pieces:
            draft.pieces.append(piece)
            yield piece

    async def written(
        self, principal: Principal, prompt: Prompt, draft: Draft, model: ChatModel
    ) -> AsyncGenerator[str, None]:
        """Write piece by piece, and keep account in the draft; without a passage no model is asked.

        Raises BudgetExceeded and what the model raises; closing the stream ends the model's call.
        """
        if not prompt.passages:
            draft.pieces.append(no_evidence(prompt.question))
            yield draft.text
            return
        marks = CitationMarks(len(prompt.passages))
        receipt: Receipt | None = None
        try:
            async with self.gate.spend(principal, "chat", model.name, estimated_usage(prompt)) as receipt:
                async for text in spoken(model, prompt, marks, receipt, draft):
                    draft.pieces.append(text)
                    yield text
        finally:
            draft.removed = marks.removed
            # Only behind the gate it is known whether the call is billed.
            if receipt:
                draft.pay(receipt, model.name)

    async def corrected(self, principal: Principal, prompt: Prompt, hits: Sequence[Hit]) -> Draft:
        """Write up to three times, until the passages carry 85 % of what is said; return the best with all it took.

        Where the money or the model is gone after the first round, the best so far is good enough; where the model
        is away in the first one, the passages speak for themselves.
        """
        best, paid, request = Draft(), Draft(), prompt
        carried = -1.0
        while paid.calls < ROUNDS and carried < ENOUGH:
            draft = Draft(usage=paid.usage, cost=paid.cost, calls=paid.calls)
            try:
                await to_its_end(self.written(principal, request, draft, self.model))
            except (BudgetExceeded, Unavailable) as error:
                if best.pieces:
                    return taken(best, draft)
                if not isinstance(error, AWAY):
                    raise
                logger.warning("%s does not answer: %s", self.model.name, error)
                await to_its_end(self.last_resort(prompt, draft))
                return draft
            paid = draft
            text, _, _ = check_citations(draft.text, hits)
            now = ENOUGH if says_no_evidence(text) or not draft.calls else confidence(text, hits)
            best, carried = (draft, now) if now > carried else (best, carried)
            request = to_correct(prompt, text, uncarried(text, hits))
        return taken(best, paid)

    async def cascaded(self, principal: Principal, prompt: Prompt, hits: Sequence[Hit]) -> Draft:
        """Write, and let the other model write anew where the passages carry less than 85 % or nothing was found.

        Where the money or the other model is gone by then, the first text stands. Raises like `stream`.
        """
        first = Draft()
        await to_its_end(self.stream(principal, prompt, first))
        if self.other is None or first.model != self.model.name or is_strong(first.text, hits):
            return first
        second = Draft(usage=first.usage, cost=first.cost, calls=first.calls, is_escalated=True)
        try:
            await to_its_end(self.written(principal, prompt, second, self.other))
        except (BudgetExceeded, Unavailable):
            return taken(first, second)
        return second


def sum_up(draft: Draft, drafts: Mapping[str, Draft], hedge: Hedge) -> None:
    """Let a draft become that of the model that spoke, unless it was written without one, at what all of them took."""
    won = None if draft.is_degraded else drafts.get(hedge.winner)
    if won:
        draft.take(won)
    for each in drafts.values():
        if each is not won:
            draft.charge(each)
    draft.is_hedged = any(drafts[name].calls for name in hedge.losers)


def is_strong(text: str, hits: Sequence[Hit]) -> bool:
    """Say whether the passages carry a text, and it does not say that nothing was found in them."""
    checked, _, _ = check_citations(text, hits)
    return not says_no_evidence(checked) and confidence(checked, hits) >= ENOUGH


async def spoken(
    model: ChatModel, prompt: Prompt, marks: CitationMarks, receipt: Receipt, draft: Draft
) -> AsyncGenerator[str, None]:
    """Yield what may be said of the model's words; the draft hears of it where a bound ended them."""
    receipt.start()
    async with aclosing(each_in_time(model.stream(prompt))) as events:
        async for event in events:
            match event:
                case TextDelta(text):
                    receipt.write(text)
                    if said := marks.feed(text):
                        yield said
                case UsageReport(usage):
                    receipt.report(usage)
                    draft.is_cut = event.is_cut
    if rest := marks.finish():
        yield rest


async def to_its_end(pieces: AsyncGenerator[str, None]) -> None:
    """Let a text be written that nobody reads on the way."""
    async with aclosing(pieces):
        async for _ in pieces:
            pass


def taken(best: Draft, paid: Draft) -> Draft:
    """Return the best draft with what all of them took."""
    return replace(best, usage=paid.usage, cost=paid.cost, calls=paid.calls)
