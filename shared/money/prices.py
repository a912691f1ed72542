"""Know what each model's tokens cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.money import Price
from shared.money.price_table import PriceTable

FREE = Price()


def stated_price(input: float, output: float, cached: float = 0.0, reasoning: float = 0.0) -> Price:
    """Return a price where cached input costs as input and reasoning as output unless they are stated (above 0)."""
    return Price(input=input, output=output, cached=cached or input, reasoning=reasoning or output)


@dataclass(frozen=True, slots=True)
class PriceList:
    """US dollars per million tokens by model: as stated, else as the table has it, else `otherwise`.

    What runs in this process is stated as FREE, so that its name is not looked up in the table. `billed_as` names the
    model that does the work of another one.
    `by_unit` has US dollars per thousand of what a service is paid for by the piece: pages, records of text.
    """

    stated: Mapping[str, Price] = field(default_factory=dict)
    otherwise: Price = FREE
    by_unit: Mapping[str, float] = field(default_factory=dict)
    table: PriceTable = field(default_factory=PriceTable)
    billed_as: Mapping[str, str] = field(default_factory=dict)

    def of(self, model: str, now: float) -> Price:
        """Return the price of a model's tokens at `now`, in seconds since 1970."""
        model = self.billed_as.get(model, model)
        if model in self.stated:
            return self.stated[model]
        return self.table.of(model, now) or self.otherwise

    def of_unit(self, service: str) -> float:
        """Return the price of a thousand units of a service; one that is not listed costs nothing."""
        return self.by_unit.get(service, 0.0)
