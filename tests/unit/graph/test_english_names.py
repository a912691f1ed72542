"""Laws of names in English text."""

import pytest

from shared.domain.graph import EntityType
from tests.unit.graph.reading import read, types_of


def test_a_run_of_capitalised_words_is_one_name() -> None:
    assert "Saltmarsh Radio" in types_of("It was bought from Saltmarsh Radio in autumn.")


def test_a_name_with_a_connector_is_kept_whole_and_in_parts() -> None:
    names = types_of("He studied at the University of Brannock for years.")
    assert {"University of Brannock", "Brannock"} <= names.keys()


def test_a_possessive_joins_two_names_and_belongs_to_neither() -> None:
    names = types_of("We like Heronmark's Tidebook best.")
    assert {"Heronmark", "Tidebook"} <= names.keys()
    assert "Heronmark's" not in names


def test_a_common_word_that_opens_a_sentence_is_no_name() -> None:
    assert types_of("The quiet harbour slept. Nobody came. Visiting boats waited. However, it rained.") == {}


def test_a_word_that_the_text_also_writes_small_is_no_name_where_it_opens_a_sentence() -> None:
    assert "Buoys" not in types_of("Many buoys drift. Buoys need paint.")


def test_the_opening_word_is_cut_off_a_name() -> None:
    assert "Petrel Link" in types_of("The Petrel Link sends readings.")


def test_a_chinese_family_name_that_looks_like_a_pronoun_stays() -> None:
    assert "He Muchuan" in types_of("He Muchuan leads the plant.")


def test_a_noun_that_completes_a_name_is_part_of_it() -> None:
    names = types_of("Visit the Shiqiao plant on the Shiqiao peninsula.")
    assert names["Shiqiao plant"] is EntityType.ORGANIZATION
    assert names["Shiqiao peninsula"] is EntityType.LOCATION


def test_a_person_is_named_with_and_without_a_role() -> None:
    names = types_of("They met President Maren Oakhurst there.")
    assert names["Maren Oakhurst"] is EntityType.PERSON


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("She met Isolde Farrow there.", "Isolde Farrow", EntityType.PERSON),
        ("He wrote to Oxbow Cell Works.", "Oxbow Cell Works", EntityType.ORGANIZATION),
        ("We walked along Luting Road today.", "Luting Road", EntityType.LOCATION),
        ("It stood in Chengwan for years.", "Chengwan", EntityType.LOCATION),
        ("After Typhoon Nightjar they slept.", "Typhoon Nightjar", EntityType.EVENT),
        ("They sold the Tern-3 widely.", "Tern-3", EntityType.PRODUCT),
        ("It uses the Slow-Pulse protocol here.", "Slow-Pulse protocol", EntityType.TECHNOLOGY),
        ("It passed the Rain Room test again.", "Rain Room test", EntityType.PROCESS),
        ("It follows the Pareto Principle closely.", "Pareto Principle", EntityType.CONCEPT),
        ("It opened on 14 August 2025 at noon.", "14 August 2025", EntityType.DATE),
        ("It cost 3.6 million yuan in all.", "3.6 million yuan", EntityType.METRIC),
    ],
)
def test_a_name_gets_the_type_that_its_words_speak_for(text: str, name: str, kind: EntityType) -> None:
    assert types_of(text)[name] is kind


def test_a_date_is_no_part_of_a_name_beside_it() -> None:
    names = types_of("On 30 September 2025 Heronmark employed many.")
    assert {"30 September 2025", "Heronmark"} <= names.keys()


@pytest.mark.parametrize("year", ["1500", "2099"])
def test_a_year_is_a_date(year: str) -> None:
    assert types_of(f"It began in {year} there.")[year] is EntityType.DATE


@pytest.mark.parametrize("number", ["1499", "2100", "20255"])
def test_any_other_number_is_no_date(number: str) -> None:
    assert number not in types_of(f"It counted {number} there.")


def test_a_line_in_capitals_is_no_name() -> None:
    assert read("THE LAST OF THE SPIRITS CAME DOWN AGAIN").mentions == ()


def test_every_occurrence_is_a_mention_of_its_own() -> None:
    text = "Scrooge slept. Then Scrooge woke, and Scrooge laughed."
    assert [mention.start for mention in read(text).mentions] == [0, 20, 38]
