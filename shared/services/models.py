"""Say which models there are, what they cost and how they do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.domain.money import Price
from shared.money.prices import PriceList
from shared.services.circuit import Circuit, CircuitState
from shared.services.model_choice import ModelChoice
from shared.services.model_records import ModelRecord, ModelRecords


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model that is set up, with what it is there for and its price now; `chosen_for` are the roles it does now."""

    name: str
    roles: tuple[str, ...]
    price: Price
    chosen_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelReport:
    """How a model did since the process started, and how the circuit before it stands, where one does."""

    name: str
    roles: tuple[str, ...]
    record: ModelRecord
    circuit: CircuitState | None


@dataclass(frozen=True)
class Models:
    """The models of the house. `roles` are those of each model by its name."""

    roles: Mapping[str, tuple[str, ...]]
    prices: PriceList
    circuits: Mapping[str, Circuit]
    records: ModelRecords
    clock: Callable[[], datetime]
    since: datetime
    choice: ModelChoice

    async def listed(self) -> list[ListedModel]:
        """Return the models in the order of their roles."""
        now, choices = self.clock().timestamp(), await self.choice.choices()
        return [
            ListedModel(
                name, roles, self.prices.of(name, now), tuple(each for each in choices if choices[each] == name)
            )
            for name, roles in self.roles.items()
        ]

    def reports(self) -> list[ModelReport]:
        """Return how each of them did; one that was not asked has an empty record."""
        return [
            ModelReport(
                name,
                roles,
                self.records.by_model.get(name) or ModelRecord(),
                self.circuits[name].state if name in self.circuits else None,
            )
            for name, roles in self.roles.items()
        ]
