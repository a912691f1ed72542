"""Laws of the short forms of a document."""

import random

import pytest

from shared.domain.graph import EntityType
from shared.graph import same_document
from shared.graph.resolution import LIKELY, MERGE
from shared.graph.same_document import short_forms
from shared.text.names import entity_key

PERSON, FIRM, PLACE, CONCEPT = EntityType.PERSON, EntityType.ORGANIZATION, EntityType.LOCATION, EntityType.CONCEPT
Named = tuple[str, EntityType]


def found(*names: Named) -> set[tuple[str, str]]:
    rows = [(entity_key(name), name, kind) for name, kind in names]
    mixed = list(rows)
    random.Random(1).shuffle(mixed)
    assert short_forms(rows) == short_forms(mixed)
    assert all(LIKELY <= each.score < MERGE for each in short_forms(rows))
    return {(each.alias, each.key) for each in short_forms(rows)}


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (("Holmes", PERSON), ("Sherlock Holmes", PERSON)),
        (("Sherlock", CONCEPT), ("Sherlock Holmes", PERSON)),
        (("Kestrel", FIRM), ("Kestrel Instruments", FIRM)),
        (("Kestrel Marine", CONCEPT), ("Kestrel Marine Systems Institute", FIRM)),
        (("GHST", FIRM), ("Grey Heron Survey Team", FIRM)),
        (("织光", CONCEPT), ("织光实验室", FIRM)),
    ],
)
def test_a_short_form_of_one_name_of_the_document_is_likely_that_name(short: Named, long: Named) -> None:
    assert found(short, long) == {(entity_key(short[0]), entity_key(long[0]))}


@pytest.mark.parametrize(
    "names",
    [
        [("Holmes", PERSON), ("Sherlock Holmes", PERSON), ("Mycroft Holmes", PERSON)],
        [("Tern", CONCEPT), ("Tern Island", PLACE)],
        [("Ellery", PLACE), ("Ellery Vane", PERSON)],
        [("Ghst", CONCEPT), ("Grey Heron Survey Team", FIRM)],
        [("NH", FIRM), ("Nightjar Holdings", FIRM)],
        [("东屿", PLACE), ("东屿水厂", PLACE)],
        [("Kestrel", PLACE), ("Kestrel Instruments", FIRM)],
    ],
)
def test_what_fits_two_names_or_another_kind_of_thing_is_nobodys(names: list[Named]) -> None:
    assert found(*names) == set()


def test_a_list_of_too_many_names_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [("holmes", "Holmes", PERSON), ("sherlock holmes", "Sherlock Holmes", PERSON)]
    monkeypatch.setattr(same_document, "MOST_NAMES", 2)
    assert len(short_forms(names)) == 1
    assert short_forms([*names, ("watson", "Watson", PERSON)]) == []
