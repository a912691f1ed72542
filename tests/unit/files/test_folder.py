"""The folder that keeps files: what holds there beyond the contract of the port Files."""

import errno
import os
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.etag import etag_of
from infra.local.files import INCOMING, LONGEST_SEGMENT, FolderFiles
from shared.domain.errors import BadRequest, StoreUnavailable
from tests.contract.test_files import pieces


@pytest.fixture
def files(tmp_path: Path) -> Iterator[FolderFiles]:
    adapter = FolderFiles(tmp_path / "files")
    yield adapter
    adapter.close()


def left_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_a_write_whose_source_fails_leaves_no_partial_file(files: FolderFiles, tmp_path: Path) -> None:
    async def torn() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError("the sender left")

    with pytest.raises(ConnectionResetError):
        await files.write("documents/a.txt", torn())
    assert left_in(tmp_path / "files") == []


async def test_nothing_is_kept_where_writes_on_their_way_stand(files: FolderFiles) -> None:
    with pytest.raises(BadRequest):
        await files.write(f"{INCOMING}/a", pieces(b"one"))


async def test_the_etag_is_the_one_that_the_file_system_tells(files: FolderFiles, tmp_path: Path) -> None:
    etag = await files.write("documents/a.txt", pieces(b"one"))
    assert etag == etag_of((tmp_path / "files/documents/a.txt").stat())


async def test_a_full_disk_is_store_unavailable_and_leaves_no_partial_file(
    files: FolderFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        await files.write("documents/a.txt", pieces(b"one"))
    assert left_in(tmp_path / "files") == []


async def test_deleting_the_last_file_of_a_folder_takes_the_empty_folders_but_not_the_container(
    files: FolderFiles, tmp_path: Path
) -> None:
    await files.write("documents/tenant/base/a.txt", pieces(b"one"))
    await files.delete("documents/tenant/base/a.txt")
    assert list((tmp_path / "files/documents").iterdir()) == []


async def test_a_name_may_fill_the_limit_and_not_pass_it(files: FolderFiles) -> None:
    fits = "文" * (LONGEST_SEGMENT // 3)
    await files.write(f"documents/{fits}", pieces(b"one"))
    assert (await files.read(f"documents/{fits}")).content == b"one"
    with pytest.raises(BadRequest, match=str(LONGEST_SEGMENT)):
        await files.write(f"documents/{fits}a", pieces(b"one"))


async def test_a_path_beyond_what_the_file_system_takes_is_a_bad_request(files: FolderFiles) -> None:
    with pytest.raises(BadRequest):
        await files.write("documents/" + "/".join(["a" * 200] * 50), pieces(b"one"))


async def test_a_link_never_leads_out_of_its_container(files: FolderFiles, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    await files.write("documents/a", pieces(b"one"))
    (tmp_path / "files/documents/file").symlink_to(tmp_path / "secret")
    (tmp_path / "files/documents/folder").symlink_to(tmp_path)
    for path in ("documents/file", "documents/folder/secret"):
        with pytest.raises(BadRequest):
            await files.read(path)
        with pytest.raises(BadRequest):
            await files.delete(path)
    assert (tmp_path / "secret").read_bytes() == b"secret"


async def test_a_name_cannot_be_a_file_and_a_folder(files: FolderFiles) -> None:
    await files.write("documents/a", pieces(b"one"))
    with pytest.raises(BadRequest):
        await files.write("documents/a/b", pieces(b"two"))
    await files.write("documents/folder/b", pieces(b"two"))
    with pytest.raises(BadRequest):
        await files.write("documents/folder", pieces(b"three"))


async def test_files_are_read_off_the_event_loop(files: FolderFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    await files.write("documents/a", pieces(b"one"))
    readers: list[threading.Thread] = []
    monkeypatch.setattr("infra.local.files.etag_of", lambda stat: readers.append(threading.current_thread()) or '"e"')
    await files.read("documents/a")
    assert readers
    assert threading.main_thread() not in readers


def test_what_a_dead_process_left_incoming_is_swept(tmp_path: Path) -> None:
    FolderFiles(tmp_path).close()
    left = tmp_path / INCOMING / "half"
    left.write_bytes(b"half")
    FolderFiles(tmp_path).close()
    assert not left.exists()


async def test_what_another_process_is_writing_is_not_swept(tmp_path: Path, files: FolderFiles) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"one"
        FolderFiles(tmp_path / "files").close()
        yield b"two"

    await files.write("documents/a", slow())
    assert (await files.read("documents/a")).content == b"onetwo"


def test_a_root_that_cannot_be_made_is_store_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnavailable):
        FolderFiles(tmp_path / "file" / "root")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(st.sampled_from("ab./\\\0~文") | st.characters(), max_size=12))
async def test_no_path_writes_outside_its_container(files: FolderFiles, tmp_path: Path, path: str) -> None:
    try:
        await files.write(f"documents/{path}", pieces(b"one"))
    except BadRequest:
        pass
    else:
        assert (await files.read(f"documents/{path}")).content == b"one"
    outside = [file for file in left_in(tmp_path) if not file.startswith("files/documents/")]
    assert outside == []
