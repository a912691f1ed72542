"""How many requests the ledger makes of Cosmos DB, and what they cost: the bill of every model call."""

import pytest

from infra.azure.cosmos.ledger import CosmosLedger
from shared.domain.errors import BudgetExceeded
from shared.domain.money import Money
from tests.contract.ledgers import NOON, USAGE, daily, monthly, reservation
from tests.contract.state_grounds import cosmos
from tests.fakes.cosmos.server import WRITE_UNITS, CosmosServer


async def test_a_call_is_reserved_and_settled_in_ten_requests_and_refused_in_four(cosmos_server: CosmosServer) -> None:
    async with cosmos(cosmos_server) as connection:
        ledger = CosmosLedger(connection, (daily(100), monthly(100)))
        await ledger.reserve(reservation("first", 10), NOON)
        seen = len(cosmos_server.seen)
        await ledger.reserve(reservation("a", 10), NOON)
        await ledger.settle("a", Money(7), USAGE, NOON)
        made = [each.operation for each in cosmos_server.seen[seen:]]
        assert made == ["create", "batch", "batch", "batch", "patch", "patch", "batch", "batch", "batch", "patch"]
        with pytest.raises(BudgetExceeded):
            await ledger.reserve(reservation("b", 90), NOON)
        refused = [each.operation for each in cosmos_server.seen[seen + len(made) :]]
        assert refused == ["create", "batch", "read", "patch"]


async def test_what_requests_cost_is_counted_by_container_and_operation(cosmos_server: CosmosServer) -> None:
    async with cosmos(cosmos_server) as connection:
        ledger = CosmosLedger(connection, ())
        await ledger.reserve(reservation("a", 10), NOON)
        created = connection.charges.by_operation["calls", "create"]
        assert (created.requests, created.units) == (1, WRITE_UNITS)
        # The first batch of each account is refused, since there are no counters yet, and is paid as well.
        batches = connection.charges.by_operation["accounts", "batch"]
        assert (batches.requests, batches.units) == (6, 6 * 3 * WRITE_UNITS)
        assert connection.charges.units > created.units + batches.units
