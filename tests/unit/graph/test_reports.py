"""Laws of extractive reports."""

from shared.domain.access import BaseKey
from shared.domain.documents import Chunk
from shared.domain.graph import Community, Entity, EntityType
from shared.graph.model_report import spelled
from shared.graph.reports import LONGEST, SENTENCES, report
from tests.unit.graph.reading import chunk_of

BASE = BaseKey("t", "b")


def entity(name: str, *aliases: str) -> Entity:
    return Entity(f"id of {name}", name, EntityType.CONCEPT, 1, aliases)


def chunk(number: int, text: str) -> Chunk:
    plain = chunk_of(text)
    return Chunk(f"c{number}", "d", number, "", (), text, 1, 0, len(plain.text))


def written(members: list[Entity], *texts: str) -> Community:
    found = report(BASE, members, [chunk(number, text) for number, text in enumerate(texts)], 0.5)
    assert found is not None
    return found


def test_the_title_names_the_first_members_that_the_report_names() -> None:
    found = written([entity(name) for name in ("Tern-3", "Dongyu", "Pushi", "Marlpit")], "Pushi and Dongyu met Tern-3.")
    assert found.title == "Tern-3 · Dongyu · Pushi"


def test_the_title_spells_a_member_as_the_report_does() -> None:
    authority = entity("Skerry Light Survey Authority", "Authority", "SLSA")
    assert written([authority], "The SLSA keeps the lamps of the port.").title == "SLSA"
    model_names = spelled([authority, entity("Heron")], [chunk(0, "The SLSA keeps the lamps of the port.")])
    assert model_names == {authority.id: "SLSA"}


def test_every_sentence_of_a_report_stands_in_a_chunk_that_it_rests_on() -> None:
    texts = ["Tern-3 sails well. Nothing else happens.", "We do not name it here.", "Dongyu is full of fish."]
    found = written([entity("Tern-3"), entity("Dongyu")], *texts)
    assert found.report == "Tern-3 sails well. Dongyu is full of fish."
    assert found.chunk_ids == ("c0", "c2")


def test_a_sentence_that_names_nothing_new_is_left_out() -> None:
    found = written([entity("Tern-3")], "Tern-3 sails well. Tern-3 sails badly.")
    assert found.report == "Tern-3 sails well."


def test_an_alias_names_a_member() -> None:
    assert (
        written([entity("Tern-3", "燕鸥三号")], "燕鸥三号浮标今天在海上试航。").report == "燕鸥三号浮标今天在海上试航。"
    )


def test_a_report_is_bounded() -> None:
    members = [entity(f"Name{number:02}") for number in range(30)]
    found = written(members, "\n".join(f"Here is {member.name} {'and more ' * 30}." for member in members))
    assert len(found.report) <= LONGEST
    assert 1 < len(found.report.split("Here is")) - 1 <= SENTENCES


def test_where_no_sentence_names_a_member_there_is_no_report() -> None:
    assert report(BASE, [entity("Tern-3")], [chunk(0, "Something else entirely.")], 0.1) is None
    assert report(BASE, [], [], 0.0) is None


def test_the_id_comes_from_the_members_alone() -> None:
    one, other = entity("Tern-3"), entity("Dongyu")
    text = "Tern-3 meets Dongyu today."
    assert written([one, other], text).id == written([other, one], "Dongyu is a place. Tern-3 sails.").id
    assert written([one, other], text).id != written([one], text).id
