"""Pages that a service reads are paid from a reservation."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.local.ledger import SqliteLedger
from infra.local.parsing.parser import LocalParser
from infra.local.sqlite import Database
from shared.domain.access import Principal
from shared.domain.documents import ParsedDocument
from shared.domain.errors import BudgetExceeded, KnowledgeError, ModelUnavailable, StoreUnavailable
from shared.domain.money import Budget, Money, Period
from shared.money.cost import cost_of_units
from shared.money.prices import PriceList
from shared.services.document_reading import DocumentReading
from shared.services.spend import SpendGate

ANA = Principal("acme", "ana")
NOW = 1_795_000_000.0
PRICES = PriceList(by_unit={"reader": 10.0})


@dataclass
class Reader:
    """Says that a file has two pages, and finds `found` of them or fails."""

    found: int = 2
    failure: KnowledgeError | None = None
    name: str = "reader"
    calls: int = 0

    async def paid_pages(self, name: str, content: bytes) -> int:
        return 2

    async def parse(self, name: str, content: bytes, language: str = "") -> ParsedDocument:
        self.calls += 1
        if self.failure:
            raise self.failure
        return ParsedDocument("title", (), self.found)


Ledgers = Callable[[float], SqliteLedger]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledgers]:
    """Open a ledger with a budget of so many dollars."""
    with ExitStack() as closing:

        def opened(usd: float) -> SqliteLedger:
            database = Database(tmp_path / f"{usd}.sqlite")
            closing.callback(database.close)
            return SqliteLedger(database, [Budget("global", Period.DAILY, Money.of_usd(usd))])

        yield opened


async def booked(ledger: SqliteLedger) -> tuple[Money, Money]:
    status = (await ledger.budgets(NOW))[0]
    return status.spent, status.reserved


def reading(reader: Reader, book: SqliteLedger) -> DocumentReading:
    return DocumentReading(reader, SpendGate(book, PRICES, lambda: NOW))


@pytest.mark.parametrize("found", [1, 2, 5])
async def test_the_pages_that_were_read_are_booked_not_those_that_were_expected(ledger: Ledgers, found: int) -> None:
    book = ledger(1)
    _, cost = await reading(Reader(found), book).of(ANA, "a.pdf", b"a")
    assert cost == Money.of_usd(found * 0.01)
    assert await booked(book) == (Money.of_usd(found * 0.01), Money())


async def test_a_file_that_does_not_fit_into_the_budget_is_not_read(ledger: Ledgers) -> None:
    reader = Reader()
    with pytest.raises(BudgetExceeded):
        await reading(reader, ledger(0.0199)).of(ANA, "a.pdf", b"a")
    assert reader.calls == 0
    await reading(reader, ledger(0.02)).of(ANA, "a.pdf", b"a")
    assert reader.calls == 1


@pytest.mark.parametrize(("failure", "usd"), [(ModelUnavailable("away"), 0.0), (StoreUnavailable("lost"), 0.02)])
async def test_a_file_that_was_not_taken_on_costs_nothing_and_one_that_was_lost_what_was_expected(
    ledger: Ledgers, failure: KnowledgeError, usd: float
) -> None:
    book = ledger(1)
    with pytest.raises(type(failure)):
        await reading(Reader(failure=failure), book).of(ANA, "a.pdf", b"a")
    assert await booked(book) == (Money.of_usd(usd), Money())


async def test_what_is_read_here_is_read_without_a_budget(ledger: Ledgers) -> None:
    gate = SpendGate(ledger(0), PRICES, lambda: NOW)
    parsed, cost = await DocumentReading(LocalParser(), gate).of(ANA, "a.txt", b"hello")
    assert (parsed.blocks[0].text, cost) == ("hello", Money())


@pytest.mark.parametrize(("units", "price", "nano"), [(1, 10.0, 10_000_000), (3, 0.38, 1_140_000), (1, 0.0000001, 1)])
def test_a_unit_costs_a_thousandth_of_the_price_rounded_up(units: int, price: float, nano: int) -> None:
    assert cost_of_units(units, price) == Money(nano)


def test_less_than_no_unit_is_no_count() -> None:
    with pytest.raises(ValueError, match="not a count"):
        cost_of_units(-1, 1.0)
