"""Turn a file into text, at a cost that was reserved where a service reads it."""

from dataclasses import dataclass
from typing import NamedTuple

from shared.domain.access import Principal
from shared.domain.documents import ParsedDocument
from shared.domain.money import Money
from shared.ports.parser import DocumentParser
from shared.services.spend import SpendGate


class Reading(NamedTuple):
    """What a file says, and what was paid for that."""

    document: ParsedDocument
    cost: Money


@dataclass(frozen=True)
class DocumentReading:
    """A parser behind the gate to the money."""

    parser: DocumentParser
    gate: SpendGate

    async def of(self, principal: Principal, name: str, content: bytes, language: str = "") -> Reading:
        """Read a file. Raises BudgetExceeded before it is paid for, and what the parser raises.

        A reading that fails is booked as it was estimated: the service may have done, and billed, all of it.
        """
        pages = await self.parser.paid_pages(name, content)
        if not pages:
            return Reading(await self.parser.parse(name, content, language), Money())
        async with self.gate.spend_on_units(principal, "parsing", self.parser.name, pages) as receipt:
            receipt.start()
            parsed = await self.parser.parse(name, content, language)
            receipt.count(parsed.pages)
        return Reading(parsed, receipt.cost)
