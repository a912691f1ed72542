"""Whatever calls itself a zip archive: files come out of it, or a reason does, and never anything else."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.access import BaseKey, Principal
from shared.domain.errors import KnowledgeError
from shared.domain.jobs import IngestionJob
from shared.services.documents import checked_name
from shared.services.intake import Delivery, Intake, Taken

TO = Delivery(Principal("heron", "ada"), BaseKey("heron", "handbook"))
MOST = 20_000
short = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


class Shelf:
    """Takes documents as the service does, and keeps only their sizes."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}

    async def upload(
        self, principal: Principal, base: BaseKey, name: str, content: AsyncIterator[bytes], access: Any
    ) -> IngestionJob:
        checked_name(name)
        self.sizes[name] = sum([len(piece) async for piece in content])
        return IngestionJob(base.tenant, base.id, name, '"1"')


def taken(content: bytes) -> tuple[list[Taken], Shelf]:
    """Take in an archive."""
    shelf = Shelf()

    async def whole() -> AsyncIterator[bytes]:
        yield content

    async def take() -> list[Taken]:
        intake: Any = Intake(shelf, None, MOST)  # type: ignore[arg-type]
        return [each async for each in intake.take(TO, "all.zip", whole())]

    return asyncio.run(take()), shelf


def check(content: bytes) -> None:
    """What was taken is bounded and named as a document may be; what was not has a reason."""
    files, shelf = taken(content)
    for each in files:
        assert (each.job is None) is isinstance(each.refusal, KnowledgeError)
    assert sum(shelf.sizes.values()) <= 4 * MOST
    assert all(size <= MOST for size in shelf.sizes.values())


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """Archives with files of any name, packed in any way."""
    made = io.BytesIO()
    names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in draw(st.dictionaries(names, st.binary(max_size=200), max_size=4)).items():
            method = draw(
                st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
            )
            archive.writestr(name, text * draw(st.sampled_from([1, 1, 1, 300])), method)
    return made.getvalue()


@short
@given(archives())
def test_an_archive_is_taken_or_refused(content: bytes) -> None:
    check(content)


@short
@given(archives(), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_an_archive_with_wrong_bytes_is_taken_or_refused(content: bytes, wrong: list[tuple[int, int]]) -> None:
    broken = bytearray(content)
    for place, byte in wrong:
        broken[place % len(broken)] = byte
    check(bytes(broken))


@short
@given(archives(), st.integers(0, 10_000), st.binary(max_size=80))
def test_an_archive_that_was_cut_or_goes_on_is_taken_or_refused(content: bytes, end: int, more: bytes) -> None:
    check(content[: end % (len(content) + 1)] + more)
