"""The contract of the port ResolutionStore: what is decided about names, who may know of it, and how it is undone."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from shared.domain.access import Scope
from shared.domain.documents import Document
from shared.domain.graph import AliasMention, EntityType, Mention, entity_id
from shared.domain.resolution import Band, Decider, Doubt, SameAs, Verdict, resolution_id
from shared.graph.likeness import BLOCK
from tests.contract.graph_grounds import GraphGround
from tests.contract.graphs import Ground, contribution, id_of, mention
from tests.contract.odd_names import ODD_NAMES
from tests.contract.passages import BASE, CREW, OTHER, READER, document

HRS = AliasMention("hrs", "heron rescue society", 0.95, "acronym")
SOCIETY = mention("Heron Rescue Society", EntityType.ORGANIZATION)
HOSTILE = ["g.V().drop()", "'); g.V().drop(); ('", "${System.exit(0)}", "within(x0, x1)", "-", "line\nbreak\ttab"]
Shown = tuple[str, str, Band, Decider]


@pytest.fixture
async def lived(ground_of_graphs: GraphGround, tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground_of_graphs.open(tmp_path / "lived") as made:
        yield made


async def write(ground: Ground, of: Document, *mentions: Mention, says: Sequence[AliasMention] = ()) -> str:
    """Keep and publish one passage, and return its id."""
    (chunk,) = await ground.keep(of, " ".join(each.name for each in mentions))
    await ground.say(of, contribution(chunk, *mentions, aliases=tuple(says)))
    return chunk.id


async def shown(ground: Ground, scope: Scope = READER) -> list[Shown]:
    found = [each.decision for each in await ground.resolutions.resolutions(scope, 200)]
    return sorted((each.alias, each.key, each.band, each.decided_by) for each in found)


async def merges(ground: Ground, alias: str, key: str) -> bool:
    index = (await ground.graph.snapshot(BASE)).entity_index
    return alias in index and index[alias] == index[key]


async def test_a_sure_statement_merges_and_says_so(ground: Ground) -> None:
    await write(ground, document("1.md"), mention("HRS"), SOCIETY, says=[HRS])
    (found,) = await ground.resolutions.resolutions(READER, 10)
    assert found.id == resolution_id(BASE, "hrs", "heron rescue society")
    assert (found.decision.band, found.decision.decided_by) == (Band.MERGED, Decider.STATEMENT)
    assert (found.decision.score, found.decision.reason) == (0.95, "acronym")
    assert found.decided_at.year >= 2025
    assert await merges(ground, "hrs", "heron rescue society")


async def test_a_likely_name_stays_beside_the_other_with_an_edge(ground: Ground) -> None:
    await write(ground, document("1.md"), mention("Sherlock Holmes"))
    await write(ground, document("1.md"), mention("Sherlock Holmes"), mention("Holmes"))
    assert await shown(ground) == [("holmes", "sherlock holmes", Band.SAME_AS, Decider.RULE)]
    (edge,) = await ground.resolutions.same_as(READER, [id_of("holmes")], 10)
    assert {edge.source, edge.target} == {id_of("holmes"), id_of("sherlock holmes")}
    assert await ground.resolutions.same_as(READER, [id_of("sherlock holmes")], 10) == [edge]
    assert await ground.resolutions.same_as(READER, [id_of("watson")], 10) == []
    assert await ground.resolutions.same_as(READER, [id_of("holmes")], 0) == []
    assert not await merges(ground, "holmes", "sherlock holmes")


async def test_the_same_letters_in_another_spelling_merge_across_documents(ground: Ground) -> None:
    await write(ground, document("1.md"), mention("São Paulo"))
    await write(ground, document("2.md"), mention("Sao Paulo"))
    assert await shown(ground) == [("são paulo", "sao paulo", Band.MERGED, Decider.RULE)]
    assert await merges(ground, "são paulo", "sao paulo")
    await ground.graph.forget(BASE, document("2.md").id)
    await ground.graph.publish(BASE)
    assert await shown(ground) == []


async def test_what_a_deleted_document_said_merges_nothing(ground: Ground) -> None:
    await write(ground, document("1.md"), mention("HRS"), SOCIETY, says=[HRS])
    await write(ground, document("2.md"), mention("HRS"))
    await write(ground, document("3.md"), SOCIETY)
    await ground.graph.forget(BASE, document("1.md").id)
    await ground.graph.publish(BASE)
    assert not await merges(ground, "hrs", "heron rescue society")
    assert await shown(ground) == []


async def test_a_decision_is_undone_and_stays_undone_when_the_names_come_back(ground: Ground) -> None:
    one = document("1.md")
    await write(ground, one, mention("HRS"), SOCIETY, says=[HRS])
    (found,) = await ground.resolutions.resolutions(READER, 10)
    assert await ground.resolutions.undo(READER, found.id)
    assert await merges(ground, "hrs", "heron rescue society")
    await ground.graph.publish(BASE)
    assert not await merges(ground, "hrs", "heron rescue society")
    apart = [("hrs", "heron rescue society", Band.APART, Decider.PERSON)]
    assert await shown(ground) == apart
    assert await ground.resolutions.same_as(READER, [id_of("hrs")], 10) == []
    await ground.graph.forget(BASE, one.id)
    await ground.graph.publish(BASE)
    assert await shown(ground) == []
    await write(ground, one, mention("HRS"), SOCIETY, says=[HRS])
    assert await shown(ground) == apart
    assert await ground.resolutions.undo(READER, found.id)


async def test_what_is_undone_one_way_round_is_undone_the_other(ground: Ground) -> None:
    await write(ground, document("1.md"), mention("HRS"), SOCIETY, says=[HRS])
    assert await ground.resolutions.undo(READER, resolution_id(BASE, "heron rescue society", "hrs"))
    reverse = AliasMention("heron rescue society", "hrs", 0.97, "acronym")
    await write(ground, document("2.md"), mention("HRS"), SOCIETY, says=[reverse])
    assert [band for *_, band, _ in await shown(ground)] == [Band.APART]
    assert not await merges(ground, "hrs", "heron rescue society")


async def test_nothing_is_undone_that_the_scope_does_not_know_of(ground: Ground) -> None:
    secret = document("secret.md", "group:crew")
    await write(ground, secret, mention("HRS"), SOCIETY, says=[HRS])
    id = resolution_id(BASE, "hrs", "heron rescue society")
    assert not await ground.resolutions.undo(READER, id)
    assert not await ground.resolutions.undo(Scope(OTHER, CREW.labels), id)
    assert not await ground.resolutions.undo(CREW, "unknown")
    assert await ground.resolutions.undo(CREW, id)


async def test_what_only_some_may_read_merges_for_nobody_and_is_an_edge_for_them(ground: Ground) -> None:
    await write(ground, document("secret.md", "group:crew"), mention("HRS"), SOCIETY, says=[HRS])
    assert await merges(ground, "hrs", "heron rescue society")
    await write(ground, document("open.md"), mention("HRS"), mention("Ada"))
    await write(ground, document("open2.md"), SOCIETY)
    assert not await merges(ground, "hrs", "heron rescue society")
    assert await shown(ground) == []
    assert await ground.resolutions.same_as(READER, [id_of("hrs")], 10) == []
    assert await shown(ground, CREW) == [("hrs", "heron rescue society", Band.SAME_AS, Decider.STATEMENT)]
    assert len(await ground.resolutions.same_as(CREW, [id_of("hrs")], 10)) == 1
    await write(ground, document("open.md"), mention("HRS"), SOCIETY, says=[HRS])
    assert await merges(ground, "hrs", "heron rescue society")
    assert await shown(ground) == [("hrs", "heron rescue society", Band.MERGED, Decider.STATEMENT)]


async def test_new_access_labels_hold_for_merges_at_once(ground: Ground) -> None:
    await write(ground, document("1.md"), mention("HRS"), SOCIETY, says=[HRS])
    await write(ground, document("2.md"), mention("HRS"))
    assert await merges(ground, "hrs", "heron rescue society")
    await ground.keep(document("1.md", "group:crew"), "HRS Heron Rescue Society")
    assert not await merges(ground, "hrs", "heron rescue society")
    await ground.keep(document("1.md"), "HRS Heron Rescue Society")
    assert await merges(ground, "hrs", "heron rescue society")


async def test_a_hidden_statement_lends_no_score_to_a_readable_one(ground: Ground) -> None:
    weak = AliasMention("hrs", "heron rescue society", 0.85, "also known as")
    await write(ground, document("secret.md", "group:crew"), mention("HRS"), SOCIETY, says=[HRS])
    await write(ground, document("open.md"), mention("HRS"), SOCIETY, says=[weak])
    assert not await merges(ground, "hrs", "heron rescue society")
    (found,) = await ground.resolutions.resolutions(READER, 10)
    assert (found.decision.score, found.decision.band) == (0.85, Band.SAME_AS)


async def test_a_spelling_is_known_to_who_may_read_both_names(ground: Ground) -> None:
    await write(ground, document("secret.md", "group:crew"), mention("São Paulo"))
    await write(ground, document("open.md"), mention("Sao Paulo"))
    assert await shown(ground) == []
    assert len(await shown(ground, CREW)) == 1


async def test_decisions_come_page_by_page_in_order_of_id(ground: Ground) -> None:
    says = [AliasMention(letter, f"{letter}{letter}", 0.95, "acronym") for letter in "bcdef"]
    await write(ground, document("1.md"), mention("A"), says=says)
    every = [each.id for each in await ground.resolutions.resolutions(READER, 10)]
    first = [each.id for each in await ground.resolutions.resolutions(READER, 2)]
    rest = [each.id for each in await ground.resolutions.resolutions(READER, 10, first[-1])]
    assert first + rest == every == sorted(every)
    assert len(every) == 5
    assert await ground.resolutions.resolutions(Scope(OTHER, READER.labels), 10) == []


async def doubt(ground: Ground) -> Doubt:
    """Write two names that are likely one, and return the doubt about them."""
    await write(ground, document("1.md"), mention("Sherlock Holmes"), mention("Holmes"))
    (found,) = await ground.resolutions.doubts(BASE, 10)
    return found


@pytest.mark.parametrize(
    ("verdict", "band", "decider"),
    [
        (Verdict.SAME, Band.MERGED, Decider.MODEL),
        (Verdict.DIFFERENT, Band.APART, Decider.MODEL),
        (Verdict.UNSURE, Band.SAME_AS, Decider.RULE),
    ],
)
async def test_a_verdict_decides_and_is_not_asked_for_again(
    ground: Ground, verdict: Verdict, band: Band, decider: Decider
) -> None:
    asked = await doubt(ground)
    assert asked.alias_chunk == asked.key_chunk
    await ground.resolutions.judge(BASE, [(asked, verdict)])
    await ground.graph.publish(BASE)
    assert await shown(ground) == [("holmes", "sherlock holmes", band, decider)]
    assert await merges(ground, "holmes", "sherlock holmes") is (verdict is Verdict.SAME)
    assert await ground.resolutions.doubts(BASE, 10) == []


async def test_a_verdict_goes_with_the_passage_that_it_rests_on(ground: Ground) -> None:
    await ground.resolutions.judge(BASE, [(await doubt(ground), Verdict.SAME)])
    await write(ground, document("2.md"), mention("Sherlock Holmes"), mention("Holmes"))
    assert await merges(ground, "holmes", "sherlock holmes")
    await ground.graph.forget(BASE, document("1.md").id)
    await ground.graph.publish(BASE)
    assert await shown(ground) == [("holmes", "sherlock holmes", Band.SAME_AS, Decider.RULE)]
    assert len(await ground.resolutions.doubts(BASE, 10)) == 1


async def test_a_verdict_over_a_passage_that_is_gone_is_let_go(ground: Ground) -> None:
    asked = await doubt(ground)
    await ground.graph.forget(BASE, document("1.md").id)
    await ground.graph.publish(BASE)
    await ground.resolutions.judge(BASE, [(asked, Verdict.SAME)])
    await write(ground, document("2.md"), mention("Sherlock Holmes"), mention("Holmes"))
    assert not await merges(ground, "holmes", "sherlock holmes")


async def test_a_persons_word_is_above_a_models(ground: Ground) -> None:
    asked = await doubt(ground)
    await ground.resolutions.judge(BASE, [(asked, Verdict.SAME)])
    await ground.graph.publish(BASE)
    assert await ground.resolutions.undo(READER, resolution_id(BASE, asked.alias, asked.key))
    await ground.graph.publish(BASE)
    assert await shown(ground) == [("holmes", "sherlock holmes", Band.APART, Decider.PERSON)]


async def test_a_model_s_word_over_hidden_passages_is_not_shown_and_merges_for_nobody(ground: Ground) -> None:
    secret = document("secret.md", "group:crew")
    await write(ground, secret, mention("Sherlock Holmes"), mention("Holmes"))
    (asked,) = await ground.resolutions.doubts(BASE, 10)
    await ground.resolutions.judge(BASE, [(asked, Verdict.SAME)])
    await write(ground, document("open.md"), mention("Sherlock Holmes"), mention("Holmes"))
    assert not await merges(ground, "holmes", "sherlock holmes")
    assert await shown(ground) == []
    assert [band for *_, band, _ in await shown(ground, CREW)] == [Band.SAME_AS]


async def test_passages_that_everybody_may_read_are_asked_about_first(ground: Ground) -> None:
    await write(ground, document("a.md", "group:crew"), mention("Sherlock Holmes"), mention("Holmes"))
    opened = await write(ground, document("b.md"), mention("Sherlock Holmes"), mention("Holmes"))
    await write(ground, document("c.md", "group:crew"), mention("Sherlock Holmes"), mention("Holmes"))
    (found,) = await ground.resolutions.doubts(BASE, 10)
    assert {found.alias_chunk, found.key_chunk} == {opened}


async def test_a_full_block_compares_nothing_and_compares_again_when_it_has_room(ground: Ground, lived: Ground) -> None:
    letters = "bcdfghjklm"
    names = [mention(f"Greyheronvalley{one}{other}") for one in letters for other in letters[: BLOCK // len(letters)]]
    more = [mention("Greyheronvalleyzz"), mention("Greyheronvalleybz")]
    few = await pairs_of(ground, names)
    assert ("greyheronvalleybc", "greyheronvalleybb") in few
    many = await pairs_of(ground, [*names, *more])
    assert many == await pairs_of(lived, [*more, *reversed(names)])
    assert many < few
    assert await pairs_of(ground, names) == few


async def pairs_of(ground: Ground, names: Sequence[Mention]) -> set[tuple[str, str]]:
    """Name things in a document each, and let go of the others."""
    for place in range(BLOCK + 2):
        of = document(f"{place}.md")
        (chunk,) = await ground.keep(of, f"passage {place}")
        await ground.graph.forget(BASE, of.id)
        await ground.graph.record(BASE, [contribution(chunk, *names[place : place + 1])])
        await ground.graph.publish(BASE)
    return {each.decision.pair for each in await ground.resolutions.resolutions(READER, 10_000)}


async def test_an_edge_between_other_names_of_an_entity_is_an_edge_of_the_entity(ground: Ground) -> None:
    says = [HRS, AliasMention("hrs", "heron relief", 0.8, "short form")]
    await write(ground, document("1.md"), mention("HRS"), SOCIETY, mention("Heron Relief"), says=says)
    ends = sorted((entity_id(BASE, "heron relief"), id_of("heron rescue society")))
    assert await ground.resolutions.same_as(READER, [id_of("heron relief")], 10) == [SameAs(*ends, 0.8)]
    assert await ground.resolutions.same_as(READER, [id_of("heron rescue society")], 10) == [SameAs(*ends, 0.8)]


@pytest.mark.parametrize("name", [*ODD_NAMES, *HOSTILE])
async def test_an_odd_name_is_decided_about_judged_and_undone_as_it_is(ground: Ground, name: str) -> None:
    key = name.lower()
    likely = AliasMention(key, "heron", 0.8, "short form")
    await write(ground, document("1.md"), mention(name), mention("Heron"), says=[likely])
    (asked,) = await ground.resolutions.doubts(BASE, 10)
    assert (asked.alias, asked.key) == (key, "heron")
    (edge,) = await ground.resolutions.same_as(READER, [id_of(key)], 10)
    assert {edge.source, edge.target} == {id_of(key), id_of("heron")}
    await ground.resolutions.judge(BASE, [(asked, Verdict.SAME)])
    await ground.graph.publish(BASE)
    assert await shown(ground) == [(key, "heron", Band.MERGED, Decider.MODEL)]
    assert await merges(ground, key, "heron")
    assert not await ground.resolutions.undo(READER, name)
    assert await ground.resolutions.undo(READER, resolution_id(BASE, key, "heron"))
    await ground.graph.publish(BASE)
    assert await shown(ground) == [(key, "heron", Band.APART, Decider.PERSON)]
