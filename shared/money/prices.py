"""Know what each model's tokens cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.money import Price

FREE = Price()


def stated_price(input: float, output: float, cached: float = 0.0, reasoning: float = 0.0) -> Price:
    """Return a price where cached input costs as input and reasoning as output unless they are stated (above 0)."""
    return Price(input=input, output=output, cached=cached or input, reasoning=reasoning or output)


@dataclass(frozen=True, slots=True)
class PriceList:
    """US dollars per million tokens by model; one that is not listed costs `otherwise`, which is nothing by default.

    Embedded models need no entry with the default; list them as FREE where `otherwise` is the price of a server.
    """

    by_model: Mapping[str, Price] = field(default_factory=dict)
    otherwise: Price = FREE

    def of(self, model: str) -> Price:
        """Return the price of a model's tokens."""
        return self.by_model.get(model, self.otherwise)
