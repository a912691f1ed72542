"""Let the chat model write an answer: every call is paid for, and no citation comes through that cites nothing."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from shared.answering.citation_marks import CitationMarks
from shared.answering.citations import check_citations
from shared.answering.confidence import confidence, uncarried
from shared.answering.estimate import estimated_usage
from shared.answering.no_evidence import no_evidence, says_no_evidence
from shared.answering.self_correction import ENOUGH, ROUNDS, to_correct
from shared.domain.access import Principal
from shared.domain.answers import Hit, Prompt, TextDelta, UsageReport
from shared.domain.errors import BudgetExceeded, Unavailable
from shared.domain.money import Money, TokenUsage
from shared.money.receipt import Receipt
from shared.ports.models import ChatModel
from shared.services.spend import SpendGate


@dataclass(slots=True)
class Draft:
    """A text while it is written, and what all calls for it took. `calls` counts those that started."""

    pieces: list[str] = field(default_factory=list)
    removed: int = 0
    usage: TokenUsage = TokenUsage()
    cost: Money = Money()
    calls: int = 0

    @property
    def text(self) -> str:
        """What is written so far."""
        return "".join(self.pieces).strip()

    def take(self, other: "Draft") -> None:
        """Become another draft."""
        self.pieces, self.removed = other.pieces, other.removed
        self.usage, self.cost, self.calls = other.usage, other.cost, other.calls

    def pay(self, receipt: Receipt) -> None:
        """Add what one call took."""
        self.usage += receipt.usage
        self.cost += receipt.cost
        self.calls += receipt.started


@dataclass(frozen=True)
class Writing:
    """Writes with one model through the gate that holds the money."""

    gate: SpendGate
    model: ChatModel

    async def stream(self, principal: Principal, prompt: Prompt, draft: Draft) -> AsyncGenerator[str, None]:
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
            async with self.gate.spend(principal, "chat", self.model.name, estimated_usage(prompt)) as receipt:
                async for text in self.spoken(prompt, marks, receipt):
                    draft.pieces.append(text)
                    yield text
        finally:
            draft.removed = marks.removed
            # Only behind the gate it is known whether the call is billed.
            if receipt:
                draft.pay(receipt)

    async def spoken(self, prompt: Prompt, marks: CitationMarks, receipt: Receipt) -> AsyncGenerator[str, None]:
        """Yield what may be said of the model's words."""
        receipt.start()
        async with aclosing(self.model.stream(prompt)) as events:
            async for event in events:
                match event:
                    case TextDelta(text):
                        receipt.write(text)
                        if said := marks.feed(text):
                            yield said
                    case UsageReport(usage):
                        receipt.report(usage)
        if rest := marks.finish():
            yield rest

    async def corrected(self, principal: Principal, prompt: Prompt, hits: Sequence[Hit]) -> Draft:
        """Write up to three times, until the passages carry 85 % of what is said; return the best with all it took.

        Where the money or the model is gone after the first round, the best so far is good enough.
        """
        best, paid, request = Draft(), Draft(), prompt
        carried = -1.0
        while paid.calls < ROUNDS and carried < ENOUGH:
            draft = Draft(usage=paid.usage, cost=paid.cost, calls=paid.calls)
            try:
                await self.whole(principal, request, draft)
            except (BudgetExceeded, Unavailable):
                if not best.pieces:
                    raise
                return taken(best, draft)
            paid = draft
            text, _, _ = check_citations(draft.text, hits)
            now = ENOUGH if says_no_evidence(text) or not draft.calls else confidence(text, hits)
            best, carried = (draft, now) if now > carried else (best, carried)
            request = to_correct(prompt, text, uncarried(text, hits))
        return taken(best, paid)

    async def whole(self, principal: Principal, prompt: Prompt, draft: Draft) -> None:
        """Write to the end."""
        async with aclosing(self.stream(principal, prompt, draft)) as pieces:
            async for _ in pieces:
                pass


def taken(best: Draft, paid: Draft) -> Draft:
    """Return the best draft with what all of them took."""
    return replace(best, usage=paid.usage, cost=paid.cost, calls=paid.calls)
