"""What every adapter of the port Files keeps to, over a folder and over Blob Storage."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.azure.blob_files import BLOCK, BlobFiles
from infra.local.files import FolderFiles
from shared.domain.errors import BadRequest, NotFound
from shared.ports.files import Files
from tests.parts.azurite import RunningAzurite


async def pieces(*content: bytes) -> AsyncIterator[bytes]:
    for piece in content:
        yield piece


@pytest.fixture(params=["folder", "blob storage"])
async def files(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Files]:
    if request.param == "folder":
        folder = FolderFiles(tmp_path / "files")
        yield folder
        folder.close()
        return
    service: RunningAzurite = request.getfixturevalue("blob_service")
    blobs = BlobFiles(service.endpoint, service.key)
    yield blobs
    for container in ("documents/", "staging/"):
        await blobs.delete(container)
    await blobs.close()


async def test_what_was_written_is_read_back_under_the_etag_of_the_write(files: Files) -> None:
    etag = await files.write("documents/tenant/a.txt", pieces(b"one ", b"", b"two"))
    stored = await files.read("documents/tenant/a.txt")
    assert (stored.content, stored.etag) == (b"one two", etag)
    assert await files.etag("documents/tenant/a.txt") == etag


async def test_a_second_write_replaces_the_first_and_changes_the_etag(files: Files) -> None:
    first = await files.write("documents/a.txt", pieces(b"one"))
    second = await files.write("documents/a.txt", pieces(b"two"))
    assert (await files.read("documents/a.txt")).content == b"two"
    assert first != second


async def test_a_file_that_is_not_there_has_no_etag_and_cannot_be_read(files: Files) -> None:
    await files.write("documents/a", pieces(b"one"))
    for path in ("documents/b", "documents/a/b", "nowhere/a"):
        assert await files.etag(path) is None
        with pytest.raises(NotFound):
            await files.read(path)


async def test_a_write_whose_source_fails_keeps_the_old_file(files: Files) -> None:
    async def torn() -> AsyncIterator[bytes]:
        yield b"h" * (BLOCK + 1)
        raise ConnectionResetError("the sender left")

    await files.write("documents/a.txt", pieces(b"old"))
    for path in ("documents/a.txt", "documents/b.txt"):
        with pytest.raises(ConnectionResetError):
            await files.write(path, torn())
    assert (await files.read("documents/a.txt")).content == b"old"
    assert await files.etag("documents/b.txt") is None


async def test_a_half_written_file_is_not_seen(files: Files) -> None:
    async def looking() -> AsyncIterator[bytes]:
        yield b"half"
        assert await files.etag("documents/a.txt") is None
        yield b" and half"

    await files.write("documents/a.txt", looking())
    assert (await files.read("documents/a.txt")).content == b"half and half"


async def test_deleting_twice_is_no_error(files: Files) -> None:
    await files.write("documents/a.txt", pieces(b"one"))
    await files.delete("documents/a.txt")
    await files.delete("documents/a.txt")
    assert await files.etag("documents/a.txt") is None


async def test_deleting_at_the_same_time_is_no_error(files: Files) -> None:
    for place in range(20):
        await files.write(f"staging/run/{place}", pieces(b"one"))
    await asyncio.gather(*(files.delete("staging/run/") for _ in range(4)))
    assert await files.etag("staging/run/0") is None


async def test_deleting_a_path_with_a_slash_takes_everything_under_it_and_no_neighbour(files: Files) -> None:
    for path in ("staging/run/a", "staging/run/deep/b", "staging/runs"):
        await files.write(path, pieces(b"one"))
    await files.delete("staging/run/")
    left = [await files.etag(path) is not None for path in ("staging/run/a", "staging/run/deep/b", "staging/runs")]
    assert left == [False, False, True]


async def test_a_path_without_a_slash_never_takes_a_folder(files: Files) -> None:
    await files.write("staging/run/a", pieces(b"one"))
    await files.delete("staging/run")
    assert (await files.read("staging/run/a")).content == b"one"


@pytest.mark.parametrize(
    "path",
    [
        "../a",
        "documents/../../a",
        "documents/..",
        "documents/./a",
        "/etc/passwd",
        "documents//a",
        "documents/",
        "documents",
        "",
        "documents/a\0b",
        "documents/a\nb",
        "documents/a\\b",
        "documents/\ud800",
    ],
)
async def test_a_path_that_is_no_plain_list_of_names_is_a_bad_request(files: Files, path: str) -> None:
    with pytest.raises(BadRequest):
        await files.write(path, pieces(b"one"))
    with pytest.raises(BadRequest):
        await files.read(path)


STRANGE = (
    "it's a 'quote'.txt",
    'say "hello".txt',
    "50% off + tax & more = #1?.txt",
    "g.V().drop() OR 1=1; DROP TABLE chunks --.txt",
    "a%2Fb%00.txt",
    "🦆 泵站 über.txt",
    " leading and trailing ",
    "~tilde~",
    "a" * 240 + "末.txt",
)


@pytest.mark.parametrize("name", STRANGE)
async def test_a_strange_name_is_kept_and_found_again_literally(files: Files, name: str) -> None:
    etag = await files.write(f"documents/{name}/{name}", pieces(b"one"))
    assert (await files.read(f"documents/{name}/{name}")).content == b"one"
    assert await files.etag(f"documents/{name}/{name}") == etag
    await files.write("documents/other", pieces(b"two"))
    await files.delete(f"documents/{name}/")
    assert await files.etag(f"documents/{name}/{name}") is None
    assert await files.etag("documents/other") is not None


async def test_an_empty_file_is_a_file(files: Files) -> None:
    etag = await files.write("documents/empty", pieces())
    stored = await files.read("documents/empty")
    assert (stored.content, stored.etag) == (b"", etag)


@pytest.mark.parametrize("size", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1])
async def test_a_file_larger_than_a_request_comes_back_whole(files: Files, size: int) -> None:
    content = bytes(range(251)) * (size // 251 + 1)
    halves = (content[: size // 3], content[size // 3 : size])
    etag = await files.write("documents/large", pieces(*halves))
    stored = await files.read("documents/large")
    assert stored.etag == etag
    assert stored.content == content[:size]


async def test_deleting_what_never_was_is_no_error(files: Files) -> None:
    await files.delete("documents/never")
    await files.delete("staging/never/")
    await files.delete("nowhere/never/")
