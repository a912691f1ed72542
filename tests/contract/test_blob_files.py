"""Blob Storage beyond the contract of the port Files: names it refuses, faults on the way, writes at the same time."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from infra.azure.attempts import PAUSES, Attempts
from infra.azure.blob_files import BLOCK, LONGEST_NAME, BlobFiles
from shared.domain.errors import BadRequest, StoreUnavailable
from tests.contract.test_files import pieces
from tests.fakes.faults import Fault, FaultyProxy
from tests.parts.azurite import RunningAzurite
from tests.parts.running import free_port

DEADLINE, SIGN_OF_LIFE = 20.0, 2.0
"""Seconds that a file and one answer may take where the service is there in the end, on a busy machine too."""


@pytest.fixture
def gate(blob_service: RunningAzurite) -> Iterator[FaultyProxy]:
    with FaultyProxy(blob_service.endpoint) as gate:
        yield gate


@pytest.fixture
def waits() -> list[float]:
    return []


def connected(endpoint: str, key: str, waits: list[float]) -> BlobFiles:
    async def wait(seconds: float) -> None:
        waits.append(seconds)

    return BlobFiles(endpoint, key, SIGN_OF_LIFE, Attempts("the file store", DEADLINE, wait))


@pytest.fixture
async def files(gate: FaultyProxy, blob_service: RunningAzurite, waits: list[float]) -> AsyncIterator[BlobFiles]:
    straight = BlobFiles(blob_service.endpoint, blob_service.key)
    await straight.write("documents/a", pieces(b"old"))
    files = connected(gate.address, blob_service.key, waits)
    yield files
    await files.close()
    await straight.delete("documents/")
    await straight.close()


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.BROKEN, Fault.SILENT])
async def test_a_large_file_is_whole_though_a_block_was_sent_twice(
    files: BlobFiles, gate: FaultyProxy, fault: Fault
) -> None:
    async def disturbed() -> AsyncIterator[bytes]:
        for letter in (b"a", b"b", b"c"):
            gate.faults.append(fault)
            yield letter * BLOCK

    await files.write("documents/large", disturbed())
    content = (await files.read("documents/large")).content
    assert [content.count(letter) for letter in (b"a", b"b", b"c")] == [BLOCK] * 3
    assert len(content) == 3 * BLOCK


async def test_a_wait_that_the_service_asks_for_is_kept(
    files: BlobFiles, gate: FaultyProxy, waits: list[float]
) -> None:
    gate.faults += [Fault.THROTTLED, Fault.THROTTLED_FOR_A_WHILE]
    await files.etag("documents/a")
    assert waits == [PAUSES[0], 1.0]


async def test_a_refused_connection_is_store_unavailable(waits: list[float]) -> None:
    files = connected(f"http://127.0.0.1:{free_port()}/loopback", "a2V5", waits)
    with pytest.raises(StoreUnavailable):
        await files.read("documents/a")
    await files.close()
    assert waits == list(PAUSES)


async def test_a_wrong_key_is_named_and_not_tried_again(blob_service: RunningAzurite, waits: list[float]) -> None:
    files = connected(blob_service.endpoint, "d3Jvbmc=", waits)
    with pytest.raises(StoreUnavailable, match="403; the key or the identity is refused"):
        await files.etag("documents/a")
    await files.close()
    assert waits == []


async def test_of_two_large_writes_at_the_same_time_one_is_kept_whole(files: BlobFiles) -> None:
    inner = files.write("documents/large", pieces(b"b" * (BLOCK + 1)))

    async def overtaken() -> AsyncIterator[bytes]:
        yield b"a" * (BLOCK + 1)
        await inner
        yield b"a"

    with pytest.raises(StoreUnavailable, match="at the same time") as raised:
        await files.write("documents/large", overtaken())
    assert raised.value.retryable
    assert (await files.read("documents/large")).content == b"b" * (BLOCK + 1)


async def test_a_file_replaced_while_it_is_read_is_never_a_mixture(
    files: BlobFiles, blob_service: RunningAzurite, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infra.azure import blob_files

    await files.write("documents/large", pieces(b"a" * (BLOCK + 1)))
    piece_of = blob_files.piece_of

    async def replacing(*arguments: object) -> tuple[bytes, int, str]:
        piece = await piece_of(*arguments)  # type: ignore[arg-type]
        await files.write("documents/large", pieces(b"b" * (BLOCK + 1)))
        return piece

    monkeypatch.setattr(blob_files, "piece_of", replacing)
    with pytest.raises(StoreUnavailable, match="replaced while it was read"):
        await files.read("documents/large")


async def test_a_name_may_fill_the_limit_and_not_pass_it(files: BlobFiles) -> None:
    fits = "末" * LONGEST_NAME
    await files.write(f"documents/{fits}", pieces(b"one"))
    assert (await files.read(f"documents/{fits}")).content == b"one"
    with pytest.raises(BadRequest, match=str(LONGEST_NAME)):
        await files.write(f"documents/{fits}a", pieces(b"one"))


@pytest.mark.parametrize(
    "path", ["Documents/a", "do/a", "docu--ments/a", "-documents/a", "documents/a.", "documents/a./b"]
)
async def test_a_name_that_the_service_would_refuse_or_change_is_a_bad_request(files: BlobFiles, path: str) -> None:
    with pytest.raises(BadRequest):
        await files.write(path, pieces(b"one"))


async def test_more_files_than_are_deleted_at_once_are_deleted(files: BlobFiles) -> None:
    await asyncio.gather(*(files.write(f"documents/many/{number}", pieces(b"one")) for number in range(40)))
    await files.delete("documents/many/")
    assert [await files.etag(f"documents/many/{number}") for number in (0, 39)] == [None, None]


def test_the_key_is_in_no_representation(blob_service: RunningAzurite) -> None:
    assert blob_service.key not in repr(BlobFiles(blob_service.endpoint, blob_service.key))
