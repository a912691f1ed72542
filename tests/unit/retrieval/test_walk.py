"""Walking the graph: what leads where, and what is masked."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pytest

from shared.domain.access import EVERYONE, BaseKey, Scope
from shared.domain.answers import ScoredChunk
from shared.domain.snapshot import HEADING_EVIDENCE, GraphSnapshot
from shared.retrieval import walk
from shared.retrieval.ranking import ranked_by_graph, visible_entities
from shared.retrieval.walk import paths, walked

BASE = BaseKey("heron", "handbook")
READER = Scope(BASE, frozenset({EVERYONE}))
CREW = Scope(BASE, frozenset({EVERYONE, "group:crew"}))


def snapshot(
    chunks: dict[str, dict[str, float]],
    secret: str = "",
    of: Mapping[str, int] = MappingProxyType({}),
    borrowed: Mapping[tuple[str, str], float] = MappingProxyType({}),
) -> GraphSnapshot:
    """Build a graph of evidence by chunk and entity; chunks whose id is in `secret` are the crew's alone.

    `of` numbers the documents of chunks that share one; `borrowed` is what an edge owes to a heading elsewhere.
    """
    entities = sorted({entity for edges in chunks.values() for entity in edges})
    index = {entity: place for place, entity in enumerate(entities)}
    columns = [[index[entity] for entity in edges] for edges in chunks.values()]
    return GraphSnapshot(
        version=1,
        chunk_ids=tuple(chunks),
        chunk_index={id: row for row, id in enumerate(chunks)},
        entity_ids=tuple(entities),
        entity_names=tuple(entities),
        entity_index=index,
        row_starts=np.cumsum([0, *map(len, columns)], dtype=np.int64),
        columns=np.array([each for row in columns for each in row], np.int32),
        evidence=np.array([weight for edges in chunks.values() for weight in edges.values()], np.float32),
        borrowed=np.array(
            [borrowed.get((id, each), 0.0) for id, edges in chunks.items() for each in edges], np.float32
        ),
        chunk_documents=np.array([of.get(id, 100 + row) for row, id in enumerate(chunks)], np.int32),
        chunk_access=np.array([int(id in secret) for id in chunks], np.int32),
        access_sets=(frozenset({EVERYONE}), frozenset({"group:crew"})),
    )


CHAIN = {"a": {"ada": 1.0}, "b": {"ada": 1.0, "bay": 1.0}, "c": {"bay": 1.0}, "d": {"dee": 1.0}}


def ranking(graph: GraphSnapshot, scope: Scope, *found: str, entities: tuple[int, ...] = ()) -> list[str]:
    fused = [ScoredChunk(id, 1.0 / (place + 1)) for place, id in enumerate(found)]
    return [each.chunk_id for each in ranked_by_graph(graph, paths(graph, scope), fused, entities, 10)]


def test_the_walk_reaches_what_search_did_not_find_over_shared_entities() -> None:
    assert ranking(snapshot(CHAIN), READER, "a") == ["a", "b", "c"]


def test_an_entity_of_the_question_is_a_start_of_its_own() -> None:
    graph = snapshot(CHAIN)
    assert ranking(graph, READER, entities=(graph.entity_index["dee"],)) == ["d"]
    assert "d" in ranking(graph, READER, "a", entities=(graph.entity_index["dee"],))


def test_a_hidden_chunk_carries_no_weight_and_leads_nowhere() -> None:
    graph = snapshot(CHAIN, secret="b")
    assert ranking(graph, READER, "a") == ["a"]
    assert ranking(graph, CREW, "a") == ["a", "b", "c"]


def test_scores_are_the_same_whether_a_hidden_chunk_exists_or_not() -> None:
    without = snapshot({id: edges for id, edges in CHAIN.items() if id != "b"} | {"e": {"ada": 2.0, "dee": 1.0}})
    hidden = snapshot(CHAIN | {"e": {"ada": 2.0, "dee": 1.0}}, secret="b")
    found = [ScoredChunk("a", 1.0)]
    assert ranked_by_graph(hidden, paths(hidden, READER), found, (), 10) == ranked_by_graph(
        without, paths(without, READER), found, (), 10
    )


def test_entities_of_hidden_chunks_alone_are_not_named_and_the_rarest_comes_first() -> None:
    graph = snapshot(CHAIN | {"e": {"ada": 1.0}}, secret="d")
    entities = [graph.entity_index[name] for name in ("ada", "bay", "dee")]
    assert visible_entities(paths(graph, READER), entities) == [graph.entity_index["bay"], graph.entity_index["ada"]]
    assert len(visible_entities(paths(graph, CREW), entities)) == 3


def test_a_chunk_the_graph_does_not_know_yet_is_still_found() -> None:
    assert ranking(snapshot(CHAIN), READER, "new", "a")[:2] in (["new", "a"], ["a", "new"])
    assert ranking(snapshot({}), READER, "new") == ["new"]


def test_more_evidence_draws_more_of_the_walk() -> None:
    graph = snapshot({"a": {"ada": 1.0}, "b": {"ada": 1.0}, "c": {"ada": 12.0}})
    ranked = ranking(graph, READER, "a")
    assert ranked.index("c") < ranked.index("b")


def test_the_limit_bounds_the_ranking_and_the_best_has_score_one() -> None:
    graph = snapshot(CHAIN)
    scored = ranked_by_graph(graph, paths(graph, READER), [ScoredChunk("a", 0.4)], (), 2)
    assert len(scored) == 2
    assert scored[0].score == 1.0


def test_the_walk_loses_nothing_and_invents_nothing() -> None:
    graph = snapshot(CHAIN)
    start = np.array([0.5, 0, 0, 0], np.float32), np.array([0, 0.5, 0], np.float32)
    scores = walked(paths(graph, READER), *start, np.ones(4, np.float32))
    assert 0 < scores.sum() <= 1
    assert scores[3] == pytest.approx(0.0)


def test_nothing_found_and_nothing_named_ranks_nothing() -> None:
    assert ranking(snapshot(CHAIN), READER) == []


def test_the_chunks_of_a_document_share_what_its_heading_says() -> None:
    titled = {"about": HEADING_EVIDENCE, "ada": 1.0}
    chunks = {"a": titled, "b": {"about": HEADING_EVIDENCE}, "c": {"ada": 1.0}}
    weights = paths(snapshot(chunks, of={"a": 1, "b": 1}), READER).to_chunks.toarray()
    alone = paths(snapshot(chunks), READER).to_chunks.toarray()
    about, ada = 0, 1
    assert weights[0, about] == pytest.approx(alone[0, about] / 2)
    assert weights[0, ada] == pytest.approx(alone[0, ada])


def test_a_long_document_leads_away_through_what_it_names_rather_than_through_its_title() -> None:
    title = {"title": HEADING_EVIDENCE}
    chunks = {"a": {**title, "ada": 1.0}, **{f"x{n}": title for n in range(6)}, "b": {"ada": 1.0}}
    shared = snapshot(chunks, of={id: 1 for id in chunks if id != "b"})
    assert ranking(snapshot(chunks), READER, "a")[-1] == "b"
    assert ranking(shared, READER, "a")[1] == "b"


def test_a_heading_over_hidden_chunks_alone_lends_nothing_to_a_text_that_names_it() -> None:
    headed = {"over": {"works": HEADING_EVIDENCE}}
    plain = {"a": {"ada": 1.0}, "b": {"ada": 1.0, "bay": 1.0}}
    naming = {"a": {"ada": 1.0, "works": 1.0}, "b": {"ada": 1.7, "bay": 1.0, "works": 1.0}}
    lent = {("a", "works"): 1.0, ("b", "works"): 1.0, ("b", "ada"): 0.7}
    hidden, without = snapshot(naming | headed, secret="over", borrowed=lent), snapshot(plain)
    found = [ScoredChunk("a", 1.0)]
    as_seen = ranked_by_graph(hidden, paths(hidden, READER), found, (), 10)
    assert [each.chunk_id for each in as_seen] == ["a", "b"]
    assert [each.score for each in as_seen] == pytest.approx(
        [each.score for each in ranked_by_graph(without, paths(without, READER), found, (), 10)]
    )
    assert len(ranked_by_graph(hidden, paths(hidden, CREW), found, (), 10)) == 3


def test_a_walk_among_the_nearest_chunks_ranks_first_what_the_whole_walk_does(monkeypatch: pytest.MonkeyPatch) -> None:
    far = {f"x{n}": {"far": 1.0, f"y{n}": 1.0} for n in range(20)}
    graph = snapshot(far | CHAIN | {"e": {"bay": 1.0, "far": 1.0}})
    whole = ranking(graph, READER, "a")[:4]
    monkeypatch.setattr(walk, "NEIGHBOURHOOD", 6)
    near = ranking(graph, READER, "a")
    assert near[:4] == whole == ["a", "b", "e", "c"]
    assert len(near) == 6


def test_a_walk_goes_on_until_it_has_reached_enough_or_all_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = snapshot(CHAIN | {f"x{n}": {"far": 1.0} for n in range(20)})
    monkeypatch.setattr(walk, "NEIGHBOURHOOD", 4)
    assert ranking(graph, READER, "a") == ["a", "b", "c"]
    assert ranking(graph, READER, "a", entities=(graph.entity_index["dee"],)) == ["a", "d", "b", "c"]
    assert ranking(graph, READER) == []
