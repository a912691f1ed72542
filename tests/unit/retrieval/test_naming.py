"""Finding known names in texts and questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.answers import ScoredChunk
from shared.retrieval.naming import LONGEST_NAME, named, names
from shared.retrieval.seeds import SEED_CHUNKS, chunk_seeds, question_entities
from shared.text.names import entity_key


def spelled(text: str, *keys: str) -> list[tuple[str, str]]:
    return [(name.key, text[name.start : name.end]) for name in named(text, names(set(keys)))]


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ("They met the U.S. Army's band.", "U.S. Army", "U.S. Army's"),
        ("In New  York-based firms", "New York", "New  York"),
        ("昨天林晓燕在会上说", "林晓燕", "林晓燕"),
        ("由 Tern-3 机器人完成", "Tern-3机器人", "Tern-3 机器人"),
        ("Anglo-Saxon art", "Anglo-Saxon", "Anglo-Saxon"),
    ],
)
def test_a_name_is_found_however_the_text_spells_it(text: str, name: str, place: str) -> None:
    assert spelled(text, entity_key(name)) == [(entity_key(name), place)]


def test_one_name_may_hold_another() -> None:
    assert spelled("New York City", "new york", "new york city") == [
        ("new york", "New York"),
        ("new york city", "New York City"),
    ]


def test_a_part_of_a_word_is_no_name() -> None:
    assert spelled("Herons and egrets", "heron", "eg") == []


def test_names_are_looked_for_up_to_their_longest_and_no_further() -> None:
    words = [f"w{number}" for number in range(LONGEST_NAME + 1)]
    assert len(spelled(" ".join(words), " ".join(words[:-1]))) == 1
    assert spelled(" ".join(words), " ".join(words)) == []
    characters = "一二三四五六七八九十百千万亿兆京垓"
    assert len(spelled(characters, characters[: 2 * LONGEST_NAME])) == 1
    assert spelled(characters, characters[: 2 * LONGEST_NAME + 1]) == []


@given(st.text(max_size=200))
def test_any_text_is_read_and_every_place_spells_its_key(text: str) -> None:
    keys = {key for length in (1, 2, 3) for word in [text[:length]] if (key := entity_key(word))}
    for name in named(text, names(keys)):
        assert name.key in keys
        assert 0 <= name.start < name.end <= len(text)


INDEX = {"grey heron bay": 0, "heron": 1, "bay": 2, "who": 3, "鹭岛": 4, "tern island": 5}


def test_a_question_names_the_longest_entity_at_each_place() -> None:
    assert question_entities("Is Grey Heron Bay near Tern Island?", INDEX) == [0, 5]
    assert question_entities("鹭岛的 heron 有多少？", INDEX) == [4, 1]


def test_short_and_question_words_name_nothing_alone() -> None:
    assert question_entities("Who saw the bay?", INDEX) == []


def test_the_seeds_are_the_sharpened_best_and_weigh_one_together() -> None:
    fused = [ScoredChunk(str(rank), 1.0 - rank / 100) for rank in range(SEED_CHUNKS + 5)]
    seeds = chunk_seeds(fused)
    assert list(seeds) == [each.chunk_id for each in fused[:SEED_CHUNKS]]
    assert sum(seeds.values()) == pytest.approx(1.0)
    assert seeds["0"] / seeds["10"] == pytest.approx((1.0 / 0.9) ** 8)


def test_nothing_found_is_no_seed() -> None:
    assert chunk_seeds([]) == chunk_seeds([ScoredChunk("a", 0.0)]) == {}
