"""What of a zip archive is taken: names in any code page, bounds on both sides, nothing out of its folder."""

import io
import struct
import zipfile
from typing import Any

import pytest

from shared.domain.errors import DocumentUnreadable
from shared.ingestion.archive_entries import ArchiveLimits, entries, opened
from shared.services.documents import checked_name

LIMITS = ArchiveLimits(unpacked_bytes=10_000, entry_bytes=4_000, entries=5, ratio=100, ratio_free_bytes=2_000)


def packed(files: dict[str, bytes], **changes: Any) -> io.BytesIO:
    """A stored archive of these files; changes go into every entry's record."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            for key, value in changes.items():
                setattr(entry, key, value)
            archive.writestr(entry, content)
    return made


def listed(made: io.BytesIO, limits: ArchiveLimits = LIMITS) -> dict[str, str]:
    """Names and problems of an archive's files."""
    return {each.name: each.problem for each in entries(opened(made, limits), len(made.getvalue()), limits)}


def in_code_page(name: bytes) -> io.BytesIO:
    """An archive whose one name is written in bytes that it does not explain."""
    placeholder = b"x" * len(name)
    return io.BytesIO(packed({placeholder.decode(): b"text"}).getvalue().replace(placeholder, name))


def test_files_keep_their_paths_and_folders_are_nothing() -> None:
    made = packed({"a.md": b"a", "part/": b"", "part/b.md": b"b", "手册/石峤.md": b"c"})
    assert listed(made) == {"a.md": "", "part/b.md": "", "手册/石峤.md": ""}


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_name_is_read_in_the_code_page_it_was_packed_in(encoding: str) -> None:
    assert listed(in_code_page("备件库存.md".encode(encoding))) == {"备件库存.md": ""}


def test_a_name_in_no_known_code_page_is_kept_byte_by_byte() -> None:
    assert listed(in_code_page(b"caf\x82")) == {"café": ""}


def test_a_name_of_a_mac_is_composed_and_its_bystanders_are_passed_over() -> None:
    made = packed({"cafe\u0301.md": b"a", "__MACOSX/._cafe.md": b"x", "part/.DS_Store": b"x", "Thumbs.db": b"x"})
    assert listed(made) == {"caf\u00e9.md": ""}


@pytest.mark.parametrize(
    "name", ["../up.md", "/etc/passwd", "a/../../b.md", "..\\up.md", "C:\\a\\..\\b.md", "a//b.md", ".hidden", "a\0.md"]
)
def test_a_name_that_leads_elsewhere_is_no_name_of_a_document(name: str) -> None:
    placeholder = "x" * len(name)
    made = io.BytesIO(packed({placeholder: b"text"}).getvalue().replace(placeholder.encode(), name.encode()))
    for each in listed(made):
        with pytest.raises(Exception, match="document"):
            checked_name(each)


@pytest.mark.parametrize("name", ["inner.zip", "inner.TAR", "a/b.tar.gz", "x.7z"])
def test_an_archive_in_an_archive_is_refused(name: str) -> None:
    assert "archive inside an archive" in listed(packed({name: b"PK"}))[name]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_in_an_unusual_way_is_refused(method: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("a.md", "text")
    assert "unusual" in listed(made)["a.md"]


def test_a_link_an_encrypted_file_and_a_second_of_a_name_are_refused() -> None:
    assert "link" in listed(packed({"a.md": b"/etc/passwd"}, external_attr=0o120777 << 16))["a.md"]
    encrypted = bytearray(packed({"a.md": b"a"}).getvalue())
    place = encrypted.index(b"PK\1\2")
    encrypted[place + 8] |= 1
    assert "encrypted" in listed(io.BytesIO(bytes(encrypted)))["a.md"]
    twice = io.BytesIO(packed({"x.md": b"1", "y.md": b"2"}).getvalue().replace(b"y.md", b"x.md"))
    found = entries(opened(twice, LIMITS), 1000, LIMITS)
    assert [each.problem for each in found] == ["", "there are two of this name"]


@pytest.mark.parametrize(("count", "fits"), [(5, True), (6, False)])
def test_there_are_only_so_many_entries(count: int, fits: bool) -> None:
    made = packed({f"{number}.md": b"x" for number in range(count)})
    if fits:
        assert len(listed(made)) == count
    else:
        with pytest.raises(DocumentUnreadable, match="more than 5 entries"):
            listed(made)


def test_an_archive_that_claims_fewer_entries_than_it_has_is_not_believed() -> None:
    made = bytearray(packed({f"{number}.md": b"x" for number in range(6)}).getvalue())
    place = made.rindex(b"PK\5\6")
    struct.pack_into("<2H", made, place + 8, 1, 1)
    with pytest.raises(DocumentUnreadable, match="more than 5 entries"):
        listed(io.BytesIO(bytes(made)))


def test_a_directory_too_long_to_read_is_refused_before_it_is_read() -> None:
    made = bytearray(packed({"a.md": b"x"}).getvalue())
    struct.pack_into("<L", made, made.rindex(b"PK\5\6") + 12, (1 << 20) + 1)
    with pytest.raises(DocumentUnreadable, match="more than 5 entries"):
        listed(io.BytesIO(bytes(made)))


def test_a_zip64_archive_is_refused() -> None:
    made = packed({"a.md": b"x"}).getvalue()
    place = made.rindex(b"PK\5\6")
    with pytest.raises(DocumentUnreadable, match="ZIP64"):
        listed(io.BytesIO(made[:place] + b"PK\6\7" + bytes(16) + made[place:]))


@pytest.mark.parametrize(("size", "fits"), [(3_333, True), (3_334, False)])
def test_an_archive_unpacks_to_only_so_much(size: int, fits: bool) -> None:
    made = packed({f"{number}.md": b"x" * size for number in range(3)})
    if fits:
        assert set(listed(made).values()) == {""}
    else:
        with pytest.raises(DocumentUnreadable, match="unpacks to more than"):
            listed(made)


@pytest.mark.parametrize(("size", "fits"), [(4_000, True), (4_001, False)])
def test_a_file_of_an_archive_may_have_only_so_much(size: int, fits: bool) -> None:
    assert (listed(packed({"a.md": b"x" * size}))["a.md"] == "") is fits


@pytest.mark.parametrize(("size", "fits"), [(2_000, True), (2_001, False)])
def test_an_archive_unpacks_to_only_so_many_times_its_size(size: int, fits: bool) -> None:
    made, tight = packed({"a.md": b"x" * size}), ArchiveLimits(10_000, 4_000, ratio=0, ratio_free_bytes=2_000)
    if fits:
        assert listed(made, tight) == {"a.md": ""}
    else:
        with pytest.raises(DocumentUnreadable, match="as a bomb does"):
            listed(made, tight)


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive", b"PK\5\6" + b"\xff" * 18, b"x" * 70_000])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        listed(io.BytesIO(content))
