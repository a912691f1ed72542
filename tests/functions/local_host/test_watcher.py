"""The watched folder, looked at when the test says so."""

import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from infra.local.etag import etag_of
from infra.local.host.blob import FileBlob
from infra.local.host.folder import scan_file
from infra.local.host.functions import RegisteredFunction, registered_functions
from infra.local.host.memory import Memory
from infra.local.host.watcher import Watcher
from tests.functions.local_host.sample_app import Seen, make_app
from tests.functions.local_host.virtual_clock import VirtualClock, rest
from tests.workflow.polling import until

pytestmark = pytest.mark.usefixtures("threads_in_line")


class Watching:
    """A watcher whose own clock stands still, so that it looks only when told to."""

    def __init__(self, watcher: Watcher, clock: VirtualClock) -> None:
        self.watcher = watcher
        self.clock = clock

    async def settle(self) -> None:
        """Look as often as a change needs to be believed, and let the functions run."""
        for _ in range(2):
            await self.watcher.look()
        await rest()

    async def quiet(self) -> None:
        """Wait until nothing is on its way."""
        await until(lambda: not self.watcher._under_way)


OpenWatching = Callable[[], AbstractAsyncContextManager[Watching]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    base = tmp_path / "documents" / "acme" / "handbook"
    base.mkdir(parents=True)
    return base


@pytest.fixture
def functions(seen: Seen) -> list[RegisteredFunction]:
    return registered_functions(make_app(seen))


@pytest.fixture
def open_watching(tmp_path: Path, folder: Path, functions: list[RegisteredFunction]) -> OpenWatching:
    async def invoke(function: RegisteredFunction, value: Any) -> None:
        await function.call(**{function.parameter: value})

    @asynccontextmanager
    async def opening() -> AsyncIterator[Watching]:
        clock = VirtualClock()
        blobs = [each for each in functions if each.kind == "blobTrigger"]
        deletions = [each for each in functions if each.kind == "eventGridTrigger"]
        watcher = Watcher(tmp_path / "documents", blobs, deletions, invoke, clock)
        memory = Memory(tmp_path / "memory.db")
        await watcher.start(memory, 1.0)
        await rest()
        yield Watching(watcher, clock)
        await watcher.stop()
        memory.close()

    return opening


async def test_a_file_is_handed_over_once_with_its_content_and_etag(
    open_watching: OpenWatching, folder: Path, seen: Seen
) -> None:
    (folder / "rules.md").write_bytes(b"be kind")
    async with open_watching() as watching:
        for _ in range(4):
            await watching.settle()
    etag = etag_of((folder / "rules.md").stat())
    assert seen.blobs == [("documents/acme/handbook/rules.md", b"be kind", etag)]


async def test_a_changed_file_is_handed_over_again(open_watching: OpenWatching, folder: Path, seen: Seen) -> None:
    async with open_watching() as watching:
        for content in (b"one", b"three"):
            (folder / "rules.md").write_bytes(content)
            await watching.settle()
            await watching.settle()
    assert [blob[1] for blob in seen.blobs] == [b"one", b"three"]


async def test_a_file_that_still_grows_is_left_alone(open_watching: OpenWatching, folder: Path, seen: Seen) -> None:
    async with open_watching() as watching:
        for length in range(1, 6):
            (folder / "growing.txt").write_bytes(b"x" * length)
            await watching.watcher.look()
        await rest()
        assert seen.blobs == []
        await watching.settle()
    assert [blob[1] for blob in seen.blobs] == [b"xxxxx"]


@pytest.mark.parametrize(
    "name", [".hidden", "~$letter.docx", "upload.tmp", "upload.part", ".incoming/rules.md", "bell\x07.txt"]
)
async def test_hidden_and_unfinished_files_are_ignored(
    open_watching: OpenWatching, folder: Path, seen: Seen, name: str
) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"not yet")
    (folder / "link.txt").symlink_to("/etc/hostname")
    async with open_watching() as watching:
        await watching.settle()
    assert seen.blobs == []


async def test_the_last_parameter_takes_subfolders_and_other_depths_do_not_match(
    open_watching: OpenWatching, folder: Path, seen: Seen
) -> None:
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "汉字 名.txt").write_bytes(b"1")
    (folder.parent / "too-shallow.txt").write_bytes(b"2")
    async with open_watching() as watching:
        await watching.settle()
    assert [blob[0] for blob in seen.blobs] == ["documents/acme/handbook/deep/er/汉字 名.txt"]


async def test_what_came_and_went_while_the_host_was_down_is_noticed(
    open_watching: OpenWatching, folder: Path, seen: Seen
) -> None:
    for name in ("kept.txt", "gone.txt"):
        (folder / name).write_bytes(b"old")
    async with open_watching() as watching:
        await watching.settle()
        await watching.quiet()
    (folder / "gone.txt").unlink()
    (folder / "new.txt").write_bytes(b"new")
    seen.blobs.clear()
    async with open_watching() as watching:
        await watching.settle()
        await watching.quiet()
    assert [blob[0] for blob in seen.blobs] == ["documents/acme/handbook/new.txt"]
    event = seen.deleted[0]
    assert isinstance(event, func.EventGridEvent)
    assert event.event_type == "Microsoft.Storage.BlobDeleted"
    assert event.subject == "/blobServices/default/containers/documents/blobs/acme/handbook/gone.txt"


async def test_a_deletion_is_told_once_and_a_new_file_of_the_name_is_new(
    open_watching: OpenWatching, folder: Path, seen: Seen
) -> None:
    async with open_watching() as watching:
        for _ in range(2):
            (folder / "rules.md").write_bytes(b"same bytes")
            os.utime(folder / "rules.md", ns=(10**18, 10**18))
            await watching.settle()
            await watching.quiet()
            (folder / "rules.md").unlink()
            await watching.settle()
            await watching.settle()
            await watching.quiet()
    assert (len(seen.blobs), len(seen.deleted)) == (2, 2)


async def test_a_file_that_a_save_replaces_is_not_told_as_deleted(
    open_watching: OpenWatching, folder: Path, seen: Seen
) -> None:
    async with open_watching() as watching:
        (folder / "rules.md").write_bytes(b"one")
        await watching.settle()
        await watching.quiet()
        (folder / "rules.md").unlink()
        await watching.watcher.look()
        (folder / "rules.md").write_bytes(b"two")
        await watching.settle()
        await watching.quiet()
    assert seen.deleted == []
    assert [blob[1] for blob in seen.blobs] == [b"one", b"two"]


async def test_a_folder_that_cannot_be_read_deletes_nothing(
    open_watching: OpenWatching, folder: Path, seen: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "rules.md").write_bytes(b"one")
    root = folder.parent.parent
    async with open_watching() as watching:
        await watching.settle()
        await watching.quiet()
        root.rename(root.with_name("away"))
        await watching.settle()
        await watching.settle()
        root.with_name("away").rename(root)
        await watching.settle()
    assert seen.deleted == []
    assert len(seen.blobs) == 1
    assert caplog.text.count("cannot be read, its files are left as they are") == 1


async def test_a_file_that_breaks_its_function_is_poison_after_five_times_and_stops_no_other(
    open_watching: OpenWatching, folder: Path, seen: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "broken.txt").write_bytes(b"?")
    (folder / "fine.txt").write_bytes(b"!")
    with caplog.at_level(logging.ERROR):
        async with open_watching() as watching:
            await watching.settle()
            await until(lambda: len(seen.blobs) == 1)
            for _ in range(5):
                await watching.clock.advance(10)
                await watching.settle()
            await watching.quiet()
        async with open_watching() as watching:
            await watching.settle()
            await watching.quiet()
    assert seen.broken_blobs == 5
    assert [record.levelname for record in caplog.records].count("ERROR") == 1
    assert "acme/handbook/broken.txt is poison: function 'arrived' failed on it 5 times" in caplog.text


async def test_a_poisonous_file_that_changes_gets_a_new_chance(
    open_watching: OpenWatching, folder: Path, seen: Seen
) -> None:
    async with open_watching() as watching:
        for content in (b"?", b"??"):
            (folder / "broken.txt").write_bytes(content)
            await watching.settle()
            for _ in range(5):
                await watching.clock.advance(10)
            await watching.quiet()
    assert seen.broken_blobs == 10


async def test_a_blob_that_changes_before_it_is_read_is_not_read_half(folder: Path) -> None:
    (folder / "rules.md").write_bytes(b"one")
    seen = scan_file(folder, "rules.md")
    assert seen is not None
    (folder / "rules.md").write_bytes(b"another")
    with pytest.raises(OSError, match="changed since"):
        FileBlob(folder / "rules.md", "rules.md", seen).read()


async def test_a_host_watches_by_itself(host: Any, seen: Seen) -> None:
    async with host.serving():
        base = host.settings.documents_folder / "acme" / "handbook"
        base.mkdir(parents=True)
        (base / "rules.md").write_bytes(b"be kind")
        await until(lambda: bool(seen.blobs))
        (base / "rules.md").unlink()
        await until(lambda: bool(seen.deleted))
