"""Signed requests are taken once, while they are fresh."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.sqlite import Database
from infra.local.tally import SqliteTally
from shared.domain.errors import BadSignature, StoreUnavailable
from shared.domain.signatures import RequestHead, Signed
from shared.services.request_signing import KEPT_SECONDS, WINDOW, RequestSigning
from tests.fakes.virtual_clock import VirtualClock

HEAD = RequestHead("GET", "service.example", "/", ())


class Notes:
    """Says what a signature says that a test made up."""

    def __init__(self) -> None:
        self.signed: Signed | None = None

    async def read(self, head: RequestHead) -> Signed:
        if self.signed is None:
            raise BadSignature("not valid")
        return self.signed


class Desk:
    """Signed requests on a clock of the test's own."""

    def __init__(self, database: Database) -> None:
        self.clock, self.notes, self.database = VirtualClock(), Notes(), database
        self.signing = RequestSigning(self.notes, SqliteTally(database), self.clock)

    async def took(self, created: float, nonce: str = "n" * 16, key_id: str = "k") -> str:
        """Say what becomes of a request: empty where it is let through."""
        self.notes.signed = Signed(key_id, int(created), nonce, {})
        try:
            await self.signing.check(HEAD)
        except BadSignature as error:
            return error.message
        return ""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database = Database(tmp_path / "tally.sqlite")
    yield Desk(database)
    database.close()


@pytest.mark.parametrize(
    ("aside", "is_taken"), [(0, True), (-WINDOW, True), (WINDOW, True), (-301, False), (301, False)]
)
async def test_a_request_is_taken_while_it_is_fresh(desk: Desk, aside: int, is_taken: bool) -> None:
    assert (await desk.took(desk.clock.now + aside) == "") is is_taken


@pytest.mark.parametrize("created", [0, -1, 10**15, -(10**15)])
async def test_a_time_far_away_is_no_time_of_now(desk: Desk, created: int) -> None:
    assert "older" in await desk.took(created)


async def test_a_nonce_is_good_once_for_each_key(desk: Desk) -> None:
    created = desk.clock.now
    assert await desk.took(created) == ""
    assert "used before" in await desk.took(created)
    assert "used before" in await desk.took(created + 1)
    assert await desk.took(created, nonce="m" * 16) == ""
    assert await desk.took(created, key_id="other") == ""


@pytest.mark.parametrize("later", [1, WINDOW, 2 * WINDOW, KEPT_SECONDS])
async def test_what_was_seen_stays_seen_for_as_long_as_it_could_be_fresh_also_where_the_clock_is_set_back(
    desk: Desk, later: int
) -> None:
    created = desk.clock.now
    assert await desk.took(created) == ""
    desk.clock.now = created + later
    assert await desk.took(desk.clock.now, nonce="another-nonce-" + "x" * 16) == ""
    assert await desk.took(created) != ""
    desk.clock.now = created
    assert "used before" in await desk.took(created)


async def test_a_signature_that_is_not_good_uses_up_no_nonce(desk: Desk) -> None:
    with pytest.raises(BadSignature):
        await desk.signing.check(HEAD)
    assert await desk.took(desk.clock.now) == ""


async def test_where_nonces_cannot_be_kept_nothing_is_let_through(desk: Desk) -> None:
    with desk.database.transaction() as writer:
        writer.execute("DROP TABLE tally")
    with pytest.raises(StoreUnavailable):
        await desk.took(desk.clock.now)
