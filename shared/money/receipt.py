"""Keep account of one model call while it runs."""

from dataclasses import dataclass, field

from shared.domain.money import Money, Price, TokenUsage
from shared.money.cost import cost_of
from shared.text.tokens import count_tokens


@dataclass(slots=True)
class Receipt:
    """What one call has used so far: as the model counted it, else its estimated input and the text it wrote.

    A call that never started has used nothing.
    """

    estimate: TokenUsage
    price: Price
    started: bool = False
    reported: TokenUsage | None = None
    written: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Say that the call is on its way: from here on it may be billed."""
        self.started = True

    def write(self, text: str) -> None:
        """Add text that the model wrote."""
        self.written.append(text)

    def report(self, usage: TokenUsage) -> None:
        """Take over what the model counted."""
        self.reported = usage

    @property
    def answered(self) -> bool:
        """Say whether the model gave any sign of work."""
        return self.reported is not None or bool(self.written)

    @property
    def usage(self) -> TokenUsage:
        """The tokens used so far."""
        if not self.started:
            return TokenUsage()
        if self.reported is not None:
            return self.reported
        return TokenUsage(input=self.estimate.input, output=count_tokens("".join(self.written)))

    @property
    def cost(self) -> Money:
        """What those tokens cost."""
        return cost_of(self.usage, self.price)
