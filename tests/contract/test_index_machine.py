"""The chunk index against a dictionary: any history of documents, read by two processes' worth of caches."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, ClassVar, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.domain.access import EVERYONE, Scope
from shared.ports.chunk_index import ChunkIndex
from tests.contract.index_grounds import standing
from tests.contract.passages import BASE, CREW, READER, chunks, document, no_vectors
from tests.fakes.azure_search import SearchServer

Result = TypeVar("Result")
WORDS = ("heron", "crane", "lantern", "夜鹭", "granite")
NAMES = st.sampled_from(("a.md", "b.md", "c.md"))
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), max_size=4)
LABELS = st.sampled_from((EVERYONE, "group:crew"))


class IndexMachine(RuleBasedStateMachine):
    """Keeps documents in an index and in a dictionary, and compares what readers find in both."""

    kind: ClassVar[str] = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.runner, self.standing = asyncio.Runner(), AsyncExitStack()
        server = self.standing.enter_context(SearchServer())
        ground = self.wait(self.standing.enter_async_context(standing(self.kind, server)))
        self.writer, self.reader = ground.index, ground.another()
        self.kept: dict[str, tuple[str, list[str]]] = {}
        self.version = 0

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    @rule(name=NAMES, label=LABELS, texts=TEXTS)
    def replace(self, name: str, label: str, texts: list[str]) -> None:
        """Give a document other chunks or other readers."""
        made = chunks(document(name, label), *texts)
        self.wait(self.writer.replace(document(name, label), made, no_vectors(len(made))))
        self.kept[name] = label, list(dict.fromkeys(texts))

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        """Take a document away, whether it is there or not."""
        self.wait(self.writer.remove(BASE, document(name).id))
        self.kept.pop(name, None)

    @invariant()
    def every_document_has_its_chunks(self) -> None:
        for name in ("a.md", "b.md", "c.md"):
            _, texts = self.kept.get(name, ("", []))
            for index in (self.writer, self.reader):
                found = self.wait(index.chunks_of(BASE, document(name).id))
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
                    assert self.wait(self.found(index, scope, word)) == expected

    @invariant()
    def the_version_never_falls(self) -> None:
        version = self.wait(self.reader.version(BASE))
        assert version >= self.version
        self.version = version

    async def found(self, index: ChunkIndex, scope: Scope, word: str) -> list[tuple[str, str]]:
        hits = await index.hits(scope, await index.by_words(scope, word, 50))
        return sorted((hit.document_name, hit.chunk.text) for hit in hits)

    def teardown(self) -> None:
        self.wait(self.standing.aclose())
        self.runner.close()


class AzureIndexMachine(IndexMachine):
    """Does the same at the search service."""

    kind = "azure"


TestIndexMachine, TestAzureIndexMachine = IndexMachine.TestCase, AzureIndexMachine.TestCase
TestIndexMachine.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)
TestAzureIndexMachine.settings = settings(max_examples=8, stateful_step_count=10, deadline=None)
