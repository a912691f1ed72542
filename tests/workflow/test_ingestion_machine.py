"""Whatever is uploaded, changed, repeated and deleted in whatever order, a house shows what its documents say now."""

import asyncio
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from functions.bootstrap import local_ground
from functions.rooms import build
from shared.domain.access import EVERYONE, BaseKey, Principal, Scope
from shared.domain.answers import Question
from shared.domain.documents import DocumentState, document_id
from shared.services import staging
from shared.services.search_graph import GraphSearch
from shared.settings import Settings
from tests.workflow.shelf import Run, bytes_of, cells

Result = TypeVar("Result")
Sections = tuple[int, ...]

READER = Principal("local", "reader")
BASE = BaseKey("local", "default")
SCOPE = Scope(BASE, frozenset({EVERYONE}))
NAMES = ("a.md", "b.md", "c.md")

LIGHTS = ("Skerry", "Gannet", "Tern", "Plover", "Dunlin", "Knot")
BUILDERS = ("Ada Quill", "Ben Orr", "Cleo Marsh", "Dora Finch", "Evan Reed", "Flora Vane")
SECTION = "## {light} lighthouse\n\nThe {light} lighthouse was built by {builder}. {builder} lived in Port {light}.\n"
UNREADABLE: Sections = ()

texts = st.lists(st.integers(0, len(LIGHTS) - 1), min_size=1, max_size=4, unique=True).map(tuple)


def written(sections: Sections) -> bytes:
    return "\n".join(SECTION.format(light=LIGHTS[each], builder=BUILDERS[each]) for each in sections).encode()


class Ingesting(RuleBasedStateMachine):
    """`shown` is what the index must hold of each document, `runs` are those that are not over."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.house = Path(self.folder.name)
        self.runner = asyncio.Runner()
        settings = Settings(data_dir=self.house, embedder="none")
        self.ground = local_ground(settings)
        self.services = build(settings, self.ground)
        self.wait(self.services.bases.ensure(BASE))
        self.runs: list[Run] = []
        self.current: dict[str, Run] = {}
        self.shown: dict[str, Sections] = {}

    def teardown(self) -> None:
        try:
            self.everything_comes_to_rest()
        finally:
            self.wait(self.services.close())
            self.runner.close()
            self.folder.cleanup()

    def wait(self, work: Awaitable[Result]) -> Result:
        async def awaited() -> Result:
            return await work

        return self.runner.run(awaited())

    def advance(self, run: Run, *, twice: bool = False) -> None:
        """Take one step of a run; once it is over nobody takes another."""
        self.wait(run.step(twice=twice))
        if run.is_indexed and self.current.get(run.job.name) is run:
            self.shown[run.job.name] = run.text
        self.runs = [each for each in self.runs if not each.is_over]

    @rule(name=st.sampled_from(NAMES), text=texts | st.just(UNREADABLE))
    def upload(self, name: str, text: Sections) -> None:
        job = self.wait(self.services.documents.upload(self.services.resident, BASE, name, bytes_of(written(text))))
        self.current[name] = Run(self.services, job, text)
        self.runs.append(self.current[name])

    @precondition(lambda self: self.shown)
    @rule(data=st.data())
    def upload_the_same_bytes(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.shown)))
        self.upload(name, self.shown[name])

    @precondition(lambda self: self.runs)
    @rule(data=st.data(), twice=st.booleans())
    def take_a_step(self, data: st.DataObject, twice: bool) -> None:
        self.advance(data.draw(st.sampled_from(self.runs)), twice=twice)

    @precondition(lambda self: self.runs)
    @rule(data=st.data())
    def go_to_the_end(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(self.runs))
        while not run.is_over:
            self.advance(run)

    @precondition(lambda self: self.current)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.current)))
        self.wait(self.services.documents.delete(self.services.resident, document_id(BASE, name)))
        self.gone(name)

    @precondition(lambda self: self.current)
    @rule(data=st.data())
    def take_the_file_away(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.current)))
        (self.house / "documents/local/default" / name).unlink()
        self.wait(self.services.arrivals.vanished(BASE, name))
        self.gone(name)

    def gone(self, name: str) -> None:
        self.shown.pop(name, None)
        del self.current[name]

    @rule()
    def reconcile(self) -> None:
        jobs = self.wait(self.services.reconciliation.run())
        under_way = {run.job.run_id for run in self.runs}
        assert {job.run_id for job in jobs} <= under_way

    @rule()
    def everything_comes_to_rest(self) -> None:
        while self.runs:
            self.advance(self.runs[0])
        self.at_rest()

    @invariant()
    def the_index_holds_what_the_documents_say(self) -> None:
        found = self.wait(self.ground.index.documents(BASE))
        assert set(found) == {document_id(BASE, name) for name in self.shown}
        for name, text in self.shown.items():
            chunks = self.wait(self.ground.index.chunks_of(BASE, document_id(BASE, name)))
            assert [each.heading_path for each in chunks] == [(f"{LIGHTS[each]} lighthouse",) for each in text]

    @invariant()
    def a_search_finds_live_text_alone(self) -> None:
        live = {LIGHTS[each] for text in self.shown.values() for each in text}
        for light in LIGHTS:
            question = Question(READER, SCOPE, f"Who built the {light} lighthouse?")
            hits = self.wait(self.services.retriever.find(question)).hits
            assert {hit.chunk.heading_path[0].split()[0] for hit in hits} <= live
            if light in live:
                assert hits
                assert light in hits[0].chunk.text
            answer = self.wait(self.services.ask.answer(question))
            assert {each.hit.chunk.heading_path[0].split()[0] for each in answer.citations} <= live
            assert light not in live or answer.citations

    def at_rest(self) -> None:
        """What holds once no run is under way."""
        self.documents_are_in_the_right_state()
        self.the_graph_holds_live_chunks_alone()
        self.nothing_is_left_of_what_is_gone()

    def documents_are_in_the_right_state(self) -> None:
        documents = self.wait(self.services.documents.list(SCOPE, 100, ""))
        assert {each.name for each in documents} == set(self.current)
        for each in documents:
            run = self.current[each.name]
            wanted = DocumentState.FAILED if run.text == UNREADABLE else DocumentState.READY
            assert (each.state, bool(each.reason)) == (wanted, run.text == UNREADABLE)
            if wanted is DocumentState.READY:
                assert (each.chunk_count, each.progress) == (len(run.text), 1.0)
                assert each.entity_count == self.wait(self.ground.graph.entity_count(BASE, each.id)) > 0

    def the_graph_holds_live_chunks_alone(self) -> None:
        live = {
            chunk.id
            for name in self.shown
            for chunk in self.wait(self.ground.index.chunks_of(BASE, document_id(BASE, name)))
        }
        assert set(self.wait(self.ground.graph.snapshot(BASE)).chunk_ids) == live
        for light in LIGHTS:
            question = Question(READER, SCOPE, f"{light} lighthouse")
            found = self.wait(self.services.search_graph.search(GraphSearch(question, "graph", 2, True)))
            assert {id for each in found.relations for id in each.chunk_ids} <= live
            assert {id for each in found.communities for id in each.chunk_ids} <= live

    def nothing_is_left_of_what_is_gone(self) -> None:
        live = {each for text in self.shown.values() for each in text}
        gone = [word.lower() for each in set(range(len(LIGHTS))) - live for word in (LIGHTS[each], BUILDERS[each])]
        left = [(where, word) for where, row in cells(self.house) for word in gone if word in row]
        assert left == []
        assert [*(self.house / "work").rglob("*.json")] == []
        assert [*(self.house / ".incoming").iterdir()] == []


def play(examples: int, steps: int) -> None:
    """Let machines run for so many examples of so many steps."""
    bounds = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Ingesting, settings=bounds)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "BATCH", 2)


def test_a_house_shows_what_its_documents_say_now() -> None:
    play(examples=10, steps=20)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_house_shows_what_its_documents_say_now_however_long_it_is_used() -> None:
    play(examples=200, steps=60)
