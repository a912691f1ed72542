"""The contract of the port GraphStore."""

import pytest

from shared.domain.access import Scope
from shared.domain.graph import (
    AliasMention,
    Community,
    EntityType,
    RelationType,
    entity_id,
)
from shared.domain.snapshot import HEADING_EVIDENCE
from tests.contract.graphs import Ground, contribution, edges, heading, id_of, mention, relation
from tests.contract.odd_names import ODD_NAMES
from tests.contract.passages import BASE, CREW, OTHER, READER, document


async def test_what_is_recorded_is_not_seen_before_it_is_published(ground: Ground) -> None:
    handbook = document("a.md")
    (chunk,) = await ground.keep(handbook, "Ada sails.")
    await ground.graph.record(BASE, [contribution(chunk, mention("Ada"))])
    assert (await ground.graph.snapshot(BASE)).chunk_ids == ()
    assert await ground.graph.entities(READER, [id_of("ada")]) == []
    assert await ground.graph.entity_count(BASE, handbook.id) == 0
    assert await ground.graph.recorded(BASE, [chunk.id, "unknown"]) == {chunk.id}
    version = await ground.graph.publish(BASE)
    assert (await ground.graph.snapshot(BASE)).version == version > 0
    assert [each.name for each in await ground.graph.entities(READER, [id_of("ada")])] == ["Ada"]
    assert await ground.graph.entity_count(BASE, handbook.id) == 1


async def test_a_version_stays_one_object_until_the_next(ground: Ground) -> None:
    handbook = document("a.md")
    (chunk,) = await ground.keep(handbook, "Ada sails.")
    await ground.say(handbook, contribution(chunk, mention("Ada")))
    first = await ground.graph.snapshot(BASE)
    assert await ground.graph.publish(BASE) == first.version
    await ground.graph.forget(BASE, handbook.id)
    assert await ground.graph.snapshot(BASE) is first
    assert len(await ground.graph.entities(READER, [id_of("ada")])) == 1
    assert await ground.graph.publish(BASE) > first.version
    assert (await ground.graph.snapshot(BASE)).chunk_ids == ()
    assert first.chunk_ids == (chunk.id,)


async def test_the_number_of_the_version_is_told_by_itself(ground: Ground) -> None:
    handbook = document("a.md")
    (chunk,) = await ground.keep(handbook, "Ada sails.")
    await ground.graph.record(BASE, [contribution(chunk, mention("Ada"))])
    assert await ground.graph.version(BASE) == 0
    for _ in range(2):
        assert await ground.graph.publish(BASE) == await ground.graph.version(BASE) > 0
    assert await ground.graph.version(OTHER) == 0


async def test_an_entity_lives_as_long_as_a_chunk_names_it(ground: Ground) -> None:
    one, two = document("1.md"), document("2.md")
    (first,), (second,) = await ground.keep(one, "Ada."), await ground.keep(two, "Ada and Bo.")
    await ground.say(one, contribution(first, mention("Ada")), contribution(second, mention("Ada"), mention("Bo")))
    assert [each.mention_count for each in await ground.graph.entities(READER, [id_of("ada")])] == [2]
    await ground.graph.forget(BASE, two.id)
    await ground.graph.publish(BASE)
    assert [each.mention_count for each in await ground.graph.entities(READER, [id_of("ada"), id_of("bo")])] == [1]
    assert "bo" not in (await ground.graph.snapshot(BASE)).entity_index


async def test_recording_a_chunk_again_replaces_what_it_said(ground: Ground) -> None:
    handbook = document("a.md")
    (chunk,) = await ground.keep(handbook, "Ada.")
    await ground.say(handbook, contribution(chunk, mention("Ada"), mention("Bo")))
    await ground.graph.record(BASE, [contribution(chunk, mention("Cy"))])
    await ground.say(handbook, contribution(chunk, mention("Dee")))
    assert set((await ground.graph.snapshot(BASE)).entity_names) == {"Dee"}


async def test_forgetting_spares_the_chunks_it_is_told_to(ground: Ground) -> None:
    handbook = document("a.md")
    first, second = await ground.keep(handbook, "Ada.", "Bo.")
    await ground.say(handbook, contribution(first, mention("Ada")), contribution(second, mention("Bo")))
    await ground.graph.forget(BASE, handbook.id, [second.id])
    assert await ground.graph.recorded(BASE, [first.id, second.id]) == {second.id}
    await ground.graph.publish(BASE)
    assert tuple((await ground.graph.snapshot(BASE)).entity_names) == ("Bo",)


async def test_evidence_grows_with_mentions_and_most_with_a_heading(ground: Ground) -> None:
    handbook = document("a.md")
    (chunk,) = await ground.keep(handbook, "Ada Ada Bo.", heading="Bo")
    await ground.say(handbook, contribution(chunk, mention("Ada"), mention("Ada"), mention("Bo"), heading("Bo")))
    found = edges(await ground.graph.snapshot(BASE))
    assert found[chunk.id, id_of("ada")] == pytest.approx(1.6931)
    # The heading, its name in the mentions, and its name in the running text.
    assert found[chunk.id, id_of("bo")] == pytest.approx(1.6931 + HEADING_EVIDENCE)


async def test_a_heading_that_comes_later_links_older_chunks_and_goes_with_its_last_supporter(ground: Ground) -> None:
    old, new = document("old.md"), document("new.md")
    (older,) = await ground.keep(old, "The night heron colony was counted in May.")
    await ground.say(old, contribution(older, mention("May")))
    before = edges(await ground.graph.snapshot(BASE))
    (headed,) = await ground.keep(new, "Twelve pairs nest here.", heading="Night Heron Colony")
    await ground.say(new, contribution(headed, heading("Night Heron Colony")))
    after = edges(await ground.graph.snapshot(BASE))
    assert after[older.id, id_of("night heron colony")] == pytest.approx(1.0)
    assert await ground.graph.headings(BASE) == {"night heron colony"}
    await ground.graph.forget(BASE, new.id)
    await ground.graph.publish(BASE)
    assert edges(await ground.graph.snapshot(BASE)) == before
    assert await ground.graph.headings(BASE) == frozenset()


async def test_a_chinese_heading_links_the_texts_that_name_it(ground: Ground) -> None:
    old, new = document("old.md"), document("new.md")
    (older,) = await ground.keep(old, "团队去年启用了苍鹭调度系统。")
    (headed,) = await ground.keep(new, "它分配车辆。", heading="苍鹭调度系统")
    await ground.say(old, contribution(older, mention("团队")))
    await ground.say(new, contribution(headed, heading("苍鹭调度系统")))
    assert (older.id, id_of("苍鹭调度系统")) in edges(await ground.graph.snapshot(BASE))


async def test_one_small_lettered_word_is_no_name_of_a_heading(ground: Ground) -> None:
    old, new = document("old.md"), document("new.md")
    small, capital = await ground.keep(old, "an overview of herons", "see Overview below")
    (headed,) = await ground.keep(new, "All of it.", heading="Overview")
    await ground.say(old, contribution(small), contribution(capital), contribution(headed, heading("Overview")))
    assert {chunk for chunk, _ in edges(await ground.graph.snapshot(BASE))} == {capital.id, headed.id}


async def test_an_alias_merges_entities_and_forgetting_it_takes_them_apart(ground: Ground) -> None:
    one, two = document("1.md"), document("2.md")
    (first,), (second,) = await ground.keep(one, "HRS."), await ground.keep(two, "Heron Rescue Society (HRS).")
    said = AliasMention("hrs", "heron rescue society", 0.95, "acronym")
    full = mention("Heron Rescue Society", EntityType.ORGANIZATION)
    await ground.say(one, contribution(first, mention("HRS", EntityType.ORGANIZATION)), contribution(second, full))
    apart = edges(await ground.graph.snapshot(BASE))
    await ground.say(two, contribution(second, full, mention("HRS", EntityType.ORGANIZATION), aliases=(said,)))
    merged = await ground.graph.snapshot(BASE)
    whole = id_of("heron rescue society")
    assert {entity for _, entity in edges(merged)} == {whole}
    assert merged.entity_index["hrs"] == merged.entity_index["heron rescue society"]
    (entity,) = await ground.graph.entities(READER, [whole])
    assert (entity.name, entity.aliases, entity.mention_count) == ("HRS", ("Heron Rescue Society",), 2)
    await ground.say(two, contribution(second, full))
    assert edges(await ground.graph.snapshot(BASE)) == apart


async def test_the_type_with_most_confidence_and_the_name_of_most_chunks_win(ground: Ground) -> None:
    handbook = document("a.md")
    made = await ground.keep(handbook, "one", "two", "three")
    mentions = [
        mention("Tern", EntityType.PRODUCT, 0.9),
        mention("TERN", EntityType.PERSON, 0.5),
        mention("Tern", EntityType.PERSON, 0.3),
    ]
    await ground.say(handbook, *[contribution(*pair) for pair in zip(made, mentions, strict=True)])
    (entity,) = await ground.graph.entities(READER, [id_of("tern")])
    assert (entity.name, entity.type, entity.aliases) == ("Tern", EntityType.PRODUCT, ("TERN",))
    assert tuple((await ground.graph.snapshot(BASE)).entity_names) == ("Tern",)


async def test_independent_statements_make_a_relation_surer(ground: Ground) -> None:
    handbook = document("a.md")
    first, second = await ground.keep(handbook, "one", "two")
    pair = (mention("Ada"), mention("Tern"))
    stated = (relation("ada", "tern", 0.5), relation("ada", "tern", 0.4))
    await ground.say(
        handbook,
        contribution(first, *pair, relations=stated),
        contribution(second, *pair, relations=(relation("ada", "tern", 0.6),)),
    )
    (found,) = await ground.graph.relations(READER, [id_of("tern")], 10)
    assert (found.source, found.target, found.type) == (id_of("ada"), id_of("tern"), RelationType.WORKS_FOR)
    assert found.confidence == pytest.approx(1 - 0.5 * 0.4)
    assert found.chunk_ids == tuple(sorted([first.id, second.id]))
    assert await ground.graph.relations(READER, [id_of("bo")], 10) == []


async def test_relations_come_strongest_first_up_to_the_limit(ground: Ground) -> None:
    handbook = document("a.md")
    (chunk,) = await ground.keep(handbook, "one")
    said = tuple(relation("ada", target, confidence) for target, confidence in (("bo", 0.3), ("cy", 0.9), ("dee", 0.6)))
    await ground.say(handbook, contribution(chunk, mention("Ada"), relations=said))
    assert [each.target for each in await ground.graph.relations(READER, [id_of("ada")], 2)] == [
        id_of("cy"),
        id_of("dee"),
    ]


@pytest.mark.parametrize(("scope", "names"), [(CREW, ["Ada", "Dee"]), (READER, [])])
async def test_what_is_around_entities_is_what_two_readings_say(ground: Ground, scope: Scope, names: list[str]) -> None:
    handbook = document("a.md", "group:crew")
    (chunk,) = await ground.keep(handbook, "one")
    said = tuple(relation("ada", target, confidence) for target, confidence in (("bo", 0.3), ("cy", 0.9), ("dee", 0.6)))
    named = (mention("Ada"), mention("Bo"), mention("Cy"), mention("Dee"))
    await ground.say(handbook, contribution(chunk, *named, relations=said))
    relations, entities = await ground.graph.around(scope, [id_of("ada")], 2, {id_of("cy")})
    assert relations == await ground.graph.relations(scope, [id_of("ada")], 2)
    assert entities == await ground.graph.entities(scope, [id_of("ada"), id_of("dee")])
    assert [each.name for each in entities] == names


async def test_what_a_scope_may_not_read_supports_nothing_it_sees(ground: Ground) -> None:
    open_one, secret = document("open.md"), document("secret.md", "group:crew")
    (plain,), (hidden,) = await ground.keep(open_one, "Ada."), await ground.keep(secret, "Ada, Bo.")
    await ground.say(
        open_one,
        contribution(plain, mention("Ada")),
        contribution(hidden, mention("Ada"), mention("Bo"), relations=(relation("ada", "bo"),)),
    )
    both = [id_of("ada"), id_of("bo")]
    assert [(each.name, each.mention_count) for each in await ground.graph.entities(READER, both)] == [("Ada", 1)]
    assert await ground.graph.relations(READER, both, 10) == []
    assert len(await ground.graph.entities(CREW, both)) == 2
    assert len(await ground.graph.relations(CREW, both, 10)) == 1
    snapshot = await ground.graph.snapshot(BASE)
    access = {id: snapshot.access_sets[snapshot.chunk_access[row]] for id, row in snapshot.chunk_index.items()}
    assert access == {plain.id: {"everyone"}, hidden.id: {"group:crew"}}


async def test_a_community_is_shown_to_those_alone_who_may_read_all_of_it(ground: Ground) -> None:
    open_one, secret = document("open.md"), document("secret.md", "group:crew")
    (plain,), (hidden,) = await ground.keep(open_one, "Ada."), await ground.keep(secret, "Bo.")
    await ground.say(open_one, contribution(plain, mention("Ada")), contribution(hidden, mention("Bo")))
    small = Community("1", "Ada", "Ada sails.", (id_of("ada"),), 0.5, (plain.id,))
    large = Community("2", "All", "Ada and Bo.", (id_of("ada"), id_of("bo")), 1.0, (plain.id, hidden.id))
    await ground.graph.keep_communities(BASE, 1, [small, large])
    assert await ground.graph.communities(CREW, [id_of("ada")]) == [large, small]
    assert await ground.graph.communities(READER, [id_of("ada")]) == [small]
    assert await ground.graph.communities(CREW, [id_of("bo")]) == [large]
    assert await ground.graph.every_community(CREW) == [large, small]
    assert await ground.graph.every_community(READER) == [small]
    await ground.graph.forget(BASE, secret.id)
    await ground.graph.publish(BASE)
    assert await ground.graph.communities(CREW, [id_of("ada")]) == [small]
    await ground.graph.keep_communities(BASE, 1, [])
    assert await ground.graph.communities(CREW, [id_of("ada")]) == []
    assert await ground.graph.every_community(CREW) == []


async def test_new_access_labels_hold_for_the_graph_at_once(ground: Ground) -> None:
    (chunk,) = await ground.keep(document("a.md"), "Ada.")
    await ground.say(document("a.md"), contribution(chunk, mention("Ada")))
    await ground.graph.snapshot(BASE)
    await ground.keep(document("a.md", "group:crew"), "Ada.")
    assert await ground.graph.entities(READER, [id_of("ada")]) == []
    assert len(await ground.graph.entities(CREW, [id_of("ada")])) == 1
    snapshot = await ground.graph.snapshot(BASE)
    assert [snapshot.access_sets[each] for each in snapshot.chunk_access] == [{"group:crew"}]


async def test_labels_that_are_changed_alone_hold_for_all_of_the_graph_at_once(ground: Ground) -> None:
    (chunk,) = await ground.keep(document("a.md"), "Ada works for Bo.")
    said = contribution(chunk, mention("Ada"), mention("Bo"), relations=(relation("ada", "bo"),))
    await ground.say(document("a.md"), said)
    report = Community("c", "Ada", "Ada works for Bo.", (id_of("ada"), id_of("bo")), 1.0, (chunk.id,))
    await ground.graph.keep_communities(BASE, (await ground.graph.snapshot(BASE)).version, [report])

    async def seen(scope: Scope) -> tuple[int, int, int]:
        entities = await ground.graph.entities(scope, [id_of("ada")])
        relations = await ground.graph.relations(scope, [id_of("ada")], 10)
        return len(entities), len(relations), len(await ground.graph.every_community(scope))

    assert (await seen(READER), await seen(CREW)) == ((1, 1, 1), (1, 1, 1))
    await ground.index.relabel(BASE, document("a.md").id, frozenset({"group:crew"}))
    assert (await seen(READER), await seen(CREW)) == ((0, 0, 0), (1, 1, 1))
    snapshot = await ground.graph.snapshot(BASE)
    assert [snapshot.access_sets[each] for each in snapshot.chunk_access] == [{"group:crew"}]
    await ground.index.relabel(BASE, document("a.md").id, frozenset({"everyone"}))
    assert (await seen(READER), await seen(CREW)) == ((1, 1, 1), (1, 1, 1))


async def test_another_base_is_another_graph(ground: Ground) -> None:
    foreign = document("a.md", base=OTHER)
    (chunk,) = await ground.keep(foreign, "Ada.")
    await ground.say(foreign, contribution(chunk, mention("Ada")))
    assert (await ground.graph.snapshot(BASE)).chunk_ids == ()
    assert await ground.graph.publish(BASE) == 0
    assert await ground.graph.entities(READER, [entity_id(OTHER, "ada")]) == []


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_any_name_is_kept_walked_and_forgotten_literally(ground: Ground, name: str) -> None:
    of, key = document("a.md"), name.lower()
    one, other = await ground.keep(of, "one", "two")
    stated = contribution(one, mention(name), mention("Ada"), relations=(relation(key, "ada"),))
    await ground.say(of, stated, contribution(other, heading(name)))
    (found,) = await ground.graph.entities(READER, [id_of(key)])
    (known,) = await ground.graph.relations(READER, [id_of(key)], 10)
    assert (found.name, known.source, known.target) == (name, id_of(key), id_of("ada"))
    assert key in await ground.graph.headings(BASE)
    snapshot = await ground.graph.snapshot(BASE)
    assert snapshot.entity_names[snapshot.entity_index[key]] == name
    community = Community("c", name, name, (id_of(key),), 1.0, (one.id,))
    await ground.graph.keep_communities(BASE, snapshot.version, [community])
    assert await ground.graph.communities(READER, [id_of(key)]) == [community]
    await ground.graph.forget(BASE, of.id)
    await ground.graph.publish(BASE)
    assert await ground.graph.entities(READER, [id_of(key)]) == []
    assert await ground.graph.headings(BASE) == frozenset()
