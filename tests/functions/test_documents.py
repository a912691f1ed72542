"""Documents through the real functions: what goes in, what becomes of it, what is left of it."""

import asyncio
import sqlite3
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from shared.settings import Settings
from tests.functions.conftest import put, served, with_settings

SPECIFICATION = Path(__file__).resolve().parents[2] / "samples/company/tern-3-specification.pdf"
TEXT = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"


async def until_listed(api: httpx.AsyncClient, base: str, names: set[str]) -> None:
    """Wait until the base has exactly these documents, all of them ready."""
    for _ in range(600):
        listed = (await api.get(f"knowledge/bases/{base}/documents")).json().get("items", [])
        if {each["name"] for each in listed if each["status"] == "ready"} == names == {each["name"] for each in listed}:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{names} expected, but there is {listed}")


def rows_about(folder: Path, text: str) -> Iterator[str]:
    """Find a text in any cell of any table of any database of the house."""
    for file in folder.glob("*.sqlite"):
        if file.name == "runs.sqlite":
            continue
        with sqlite3.connect(file) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                for row in connection.execute(f'SELECT * FROM "{table}"'):
                    if any(text in (cell if isinstance(cell, str) else repr(cell)) for cell in row):
                        yield f"{file.name}:{table}"


async def test_a_document_says_what_became_of_it(api: httpx.AsyncClient) -> None:
    document = await put(api, "skerry.md", TEXT)
    assert document["status"] == "ready"
    assert document["chunk_count"] == 1
    assert document["entity_count"] >= 2
    assert document["progress"] == 1


async def test_the_same_bytes_again_change_nothing(api: httpx.AsyncClient) -> None:
    first = await put(api, "skerry.md", TEXT)
    second = await put(api, "skerry.md", TEXT)
    assert second["document_id"] == first["document_id"]
    assert second["chunk_count"] == first["chunk_count"]
    assert len((await api.get("knowledge/bases/default/documents")).json()["items"]) == 1


async def test_a_deleted_document_leaves_nothing_behind(api: httpx.AsyncClient, settings: Settings) -> None:
    await put(api, "other.md", "# Harbour\n\nThe harbour wall is made of granite.\n")
    document = await put(api, "skerry.md", TEXT)
    await api.post("rag/query", json={"kb_id": "default", "query": "Who built the Skerry lighthouse?"})
    assert (await api.delete(f"knowledge/documents/{document['document_id']}")).status_code == 204
    assert list(rows_about(settings.data_dir, "Quill")) == []
    assert list(rows_about(settings.data_dir, "quill")) == []
    assert list(rows_about(settings.data_dir, document["document_id"])) == []
    assert not (settings.data_dir / "documents/local/default/skerry.md").exists()
    answer = (
        await api.post("rag/query", json={"kb_id": "default", "query": "Who built the Skerry lighthouse?"})
    ).json()
    assert "Quill" not in str(answer)
    assert (await api.get(f"knowledge/documents/{document['document_id']}/status")).status_code == 404


async def test_no_vector_outlives_its_text(settings: Settings) -> None:
    async with served(with_settings(settings, embedder="minilm")) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        document = await put(api, "skerry.md", TEXT)
        assert (document["status"], document["vector_count"]) == ("ready", 1)
        await put(api, "skerry.md", TEXT.replace("Ada Quill", "Ben Orr"))
        with sqlite3.connect(settings.data_dir / "knowledge.sqlite") as connection:
            assert connection.execute("SELECT count(*) FROM embedding").fetchone() == (1,)
        await api.delete(f"knowledge/documents/{document['document_id']}")
        with sqlite3.connect(settings.data_dir / "knowledge.sqlite") as connection:
            assert connection.execute("SELECT count(*) FROM embedding").fetchone() == (0,)


async def test_a_file_dropped_into_the_folder_becomes_a_document(api: httpx.AsyncClient, settings: Settings) -> None:
    folder = settings.data_dir / "documents/local/dropped"
    folder.mkdir(parents=True)
    (folder / "skerry.md").write_text(TEXT, encoding="utf-8")
    for _ in range(600):
        if (await api.get("knowledge/bases/dropped")).status_code == 200:
            break
        await asyncio.sleep(0.05)
    await until_listed(api, "dropped", {"skerry.md"})


async def test_a_file_taken_from_the_folder_takes_its_document_along(
    api: httpx.AsyncClient, settings: Settings
) -> None:
    await put(api, "skerry.md", TEXT)
    await put(api, "other.md", TEXT.replace("Skerry", "Other"))
    (settings.data_dir / "documents/local/default/skerry.md").unlink()
    await until_listed(api, "default", {"other.md"})


async def test_what_changed_while_nobody_served_is_noticed(settings: Settings) -> None:
    folder = settings.data_dir / "documents/local/quiet"
    folder.mkdir(parents=True)
    (folder / "one.md").write_text(TEXT, encoding="utf-8")
    (folder / "two.md").write_text(TEXT.replace("Skerry", "Second"), encoding="utf-8")
    async with served(settings) as api:
        for _ in range(600):
            if (await api.get("knowledge/bases/quiet")).status_code == 200:
                break
            await asyncio.sleep(0.05)
        await until_listed(api, "quiet", {"one.md", "two.md"})
    (folder / "one.md").unlink()
    (folder / "three.md").write_text(TEXT.replace("Skerry", "Third"), encoding="utf-8")
    async with served(settings) as api:
        await until_listed(api, "quiet", {"two.md", "three.md"})


def bomb() -> bytes:
    """A docx whose one part unpacks to two gigabytes' worth of zeros."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(bytes(1 << 20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("spaces.txt", b" \n\t\n"),
        ("broken.pdf", b"%PDF-1.7\nnothing that follows is one"),
        ("broken.docx", b"PK\x03\x04 and then nothing"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("old.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
        ("bomb.docx", bomb()),
    ],
)
async def test_a_file_that_cannot_be_read_fails_with_a_reason(
    api: httpx.AsyncClient, name: str, content: bytes
) -> None:
    document = await put(api, name, content)
    assert document["status"] == "failed"
    assert len(document["reason"]) > 10
    neighbour = await put(api, "skerry.md", TEXT)
    assert neighbour["status"] == "ready"


@pytest.mark.parametrize(
    "content",
    [
        b"nul \x00 here. Ada Quill built it.",
        "\u202eright to left\u202c Ada Quill".encode(),
        "\ufeffbom".encode("utf-16"),
    ],
)
async def test_strange_characters_are_read(api: httpx.AsyncClient, content: bytes) -> None:
    assert (await put(api, "strange.txt", content))["status"] == "ready"


async def test_a_pdf_under_a_wrong_name_is_read_as_what_it_is(api: httpx.AsyncClient) -> None:
    document = await put(api, "specification.txt", SPECIFICATION.read_bytes())
    assert (document["status"], document["pages"]) == ("ready", 3)


@pytest.mark.parametrize("name", ["../../escape.md", ".hidden.md", "a\\b.md", "x" * 256, "~$lock.docx"])
async def test_a_name_that_cannot_be_is_refused(api: httpx.AsyncClient, name: str) -> None:
    response = await api.post("knowledge/bases/default/documents", files={"file": (name, b"text")})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize("name", ["混合 报告 (终稿).md", "it's; DROP TABLE.md", "emoji 🦉.md", "a" * 80 + ".md"])
async def test_an_unusual_name_is_kept_as_it_is(api: httpx.AsyncClient, name: str) -> None:
    assert (await put(api, name, TEXT))["name"] == name


async def test_an_upload_over_the_limit_is_refused(settings: Settings) -> None:
    async with served(with_settings(settings, max_upload_mb=1)) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        most = await api.post("knowledge/bases/default/documents", files={"file": ("a.txt", b"x" * 1_000_000)})
        over = await api.post("knowledge/bases/default/documents", files={"file": ("b.txt", b"x" * 1_000_001)})
        far_over = await api.post("knowledge/bases/default/documents", files={"file": ("c.txt", b"x" * 3_000_000)})
    assert (most.status_code, over.status_code, far_over.status_code) == (202, 413, 413)


async def test_a_form_without_a_file_is_refused(api: httpx.AsyncClient) -> None:
    for sent in ({"data": {"file": "text"}}, {"content": b"--x--"}, {"files": {"other": ("a.txt", b"x")}}):
        response = await api.post("knowledge/bases/default/documents", **sent)
        assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")


async def test_an_upload_to_an_unknown_base_is_refused(api: httpx.AsyncClient) -> None:
    response = await api.post("knowledge/bases/none/documents", files={"file": ("a.txt", b"x")})
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


async def test_documents_are_listed_page_by_page(api: httpx.AsyncClient) -> None:
    for number in range(3):
        await put(api, f"{number}.md", f"# Page {number}\n\nNothing else.")
    first = (await api.get("knowledge/bases/default/documents", params={"limit": 2})).json()
    second = (await api.get("knowledge/bases/default/documents", params={"limit": 2, "after": first["next"]})).json()
    assert len(first["items"]) == 2
    assert second["next"] == ""
    assert {each["name"] for each in first["items"] + second["items"]} == {"0.md", "1.md", "2.md"}
