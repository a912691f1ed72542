"""The chunk index against a dictionary: any history of documents, read by two processes' worth of caches."""

import asyncio
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from infra.local.chunk_index import SqliteChunkIndex
from infra.local.sqlite import Database
from shared.domain.access import EVERYONE, Scope
from tests.contract.passages import BASE, CREW, READER, chunks, document, no_vectors

WORDS = ("heron", "crane", "lantern", "夜鹭", "granite")
NAMES = st.sampled_from(("a.md", "b.md", "c.md"))
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), max_size=4)
LABELS = st.sampled_from((EVERYONE, "group:crew"))


class IndexMachine(RuleBasedStateMachine):
    """Keeps documents in an index and in a dictionary, and compares what readers find in both."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.databases = [Database(self.folder / "knowledge.sqlite") for _ in range(2)]
        self.writer, self.reader = (SqliteChunkIndex(database) for database in self.databases)
        self.kept: dict[str, tuple[str, list[str]]] = {}
        self.version = 0

    @rule(name=NAMES, label=LABELS, texts=TEXTS)
    def replace(self, name: str, label: str, texts: list[str]) -> None:
        """Give a document other chunks or other readers."""
        made = chunks(document(name, label), *texts)
        asyncio.run(self.writer.replace(document(name, label), made, no_vectors(len(made))))
        self.kept[name] = label, list(dict.fromkeys(texts))

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        """Take a document away, whether it is there or not."""
        asyncio.run(self.writer.remove(BASE, document(name).id))
        self.kept.pop(name, None)

    @invariant()
    def every_document_has_its_chunks(self) -> None:
        for name in ("a.md", "b.md", "c.md"):
            _, texts = self.kept.get(name, ("", []))
            for index in (self.writer, self.reader):
                found = asyncio.run(index.chunks_of(BASE, document(name).id))
                assert sorted(each.text for each in found) == sorted(texts)

    @invariant()
    def every_reader_finds_what_holds_the_word_and_nothing_else(self) -> None:
        for scope in (READER, CREW):
            for word in WORDS:
                expected = sorted(
                    (name, text)
                    for name, (label, texts) in self.kept.items()
                    for text in texts
                    if label in scope.labels and word in text.split()
                )
                for index in (self.writer, self.reader):
                    assert asyncio.run(self.found(index, scope, word)) == expected

    @invariant()
    def the_version_never_falls(self) -> None:
        version = asyncio.run(self.reader.version(BASE))
        assert version >= self.version
        self.version = version

    async def found(self, index: SqliteChunkIndex, scope: Scope, word: str) -> list[tuple[str, str]]:
        hits = await index.hits(scope, await index.by_words(scope, word, 50))
        return sorted((hit.document_name, hit.chunk.text) for hit in hits)

    def teardown(self) -> None:
        for database in self.databases:
            database.close()
        rmtree(self.folder)


TestIndexMachine = IndexMachine.TestCase
TestIndexMachine.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)
