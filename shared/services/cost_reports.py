"""Make the cost reports, keep them among the files, and give them out."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from shared.domain.access import Principal
from shared.domain.errors import AccessDenied, NotFound
from shared.domain.money import Money, Price
from shared.domain.performance import MINUTES_KEPT, MODEL, added_up
from shared.money.cost_report import (
    CostReport,
    CostSummary,
    KeptAnswers,
    Span,
    days_between,
    days_to_read,
    first_day,
)
from shared.money.report_files import report_csv, report_json
from shared.money.report_page import report_page
from shared.ports.files import Files
from shared.ports.ledger import BudgetLedger
from shared.ports.measurements import MeasurementStore


class Format(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


WRITERS: dict[Format, Callable[[CostReport], bytes]] = {
    Format.JSON: report_json,
    Format.CSV: report_csv,
    Format.HTML: report_page,
}


@dataclass(frozen=True)
class CostReports:
    """Reports up to yesterday, which is over: what is written once stays right, but for calls that end very late.

    They name the users of every tenant, so they are for the tenant alone that runs the house.
    """

    ledger: BudgetLedger
    files: Files
    price_of: Callable[[str, float], Price]
    home_tenant: str
    clock: Callable[[], datetime]
    measurements: MeasurementStore

    async def write_all(self) -> None:
        """Write every report up to yesterday in every format, anew where it is there. Raises StoreUnavailable."""
        for span in Span:
            await self._write(span, self._yesterday())

    async def read(self, principal: Principal, span: Span, form: Format) -> bytes:
        """Return the report up to yesterday, and write it where it is not there yet.

        Raises AccessDenied for somebody of another tenant, and StoreUnavailable.
        """
        if principal.tenant != self.home_tenant:
            raise AccessDenied("the reports are for the tenant that runs the house")
        last = self._yesterday()
        try:
            return (await self.files.read(path(span, last, form))).content
        except NotFound:
            return (await self._write(span, last))[form]

    def _yesterday(self) -> date:
        return self.clock().astimezone(UTC).date() - timedelta(days=1)

    async def _write(self, span: Span, last: date) -> dict[Format, bytes]:
        report = await self._report(span, last)
        written = {form: write(report) for form, write in WRITERS.items()}
        for form, content in written.items():
            await self.files.write(path(span, last, form), whole(content))
        return written

    async def _report(self, span: Span, last: date) -> CostReport:
        """Sum up day by day, so that never more than the calls of one day are held."""
        summary = CostSummary(span, last, self.price_of)
        for day in days_to_read(span, last):
            begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
            ends = begins + timedelta(days=1)
            summary.add(day, await self.ledger.settled(begins.timestamp(), ends.timestamp()))
        kept = [await self._kept_answers(day) for day in days_between(first_day(span, last), last)]
        return replace(summary.report(), kept_answers=sum(kept, KeptAnswers()))

    async def _kept_answers(self, day: date) -> KeptAnswers:
        """Read what kept answers saved in a day: measured, or where that is gone, as the day's own report says."""
        begins = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() // 60)
        if begins > self.clock().timestamp() // 60 - MINUTES_KEPT:
            batches = [each for each in await self.measurements.since(begins) if each.minute < begins + 24 * 60]
            answers = [series for each in batches for series in each.series if series.kind == MODEL]
            total = added_up(MODEL, "", answers)
            return KeptAnswers(total.hits, Money(total.saved))
        try:
            written = json.loads((await self.files.read(path(Span.DAILY, day, Format.JSON))).content)
        except NotFound:
            return KeptAnswers()
        told = written.get("kept_answers", {})
        return KeptAnswers(told.get("requests", 0), Money.of_usd(told.get("saved_usd", 0)))


def path(span: Span, last: date, form: Format) -> str:
    """Name the file of a report by its last day."""
    return f"reports/costs/{span.value}/{last.isoformat()}.{form.value}"


async def whole(content: bytes) -> AsyncIterator[bytes]:
    """Give a content in one piece."""
    yield content
