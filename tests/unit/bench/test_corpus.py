"""The made texts are the same in every run and have the size they promise."""

from shared.text.tokens import count_tokens
from tests.bench.corpus import CHUNK_CHARACTERS, World, book


def test_a_seed_gives_one_book_and_another_seed_another() -> None:
    assert book(5_000) == book(5_000)
    assert book(5_000) != book(5_000, seed=1)


def test_a_book_has_the_size_it_was_asked_for() -> None:
    assert 20_000 <= len(book(20_000).encode()) < 23_000


def test_every_section_of_a_document_is_about_as_long_as_a_chunk_and_never_longer() -> None:
    sections = World(names=20).document("Report", 20).split("\n\n## ")[1:]
    assert len(sections) == 20
    assert all(200 <= count_tokens(each) <= 400 and len(each) <= CHUNK_CHARACTERS + 200 for each in sections)


def test_documents_of_one_world_share_names() -> None:
    world = World(names=20)
    first, second = world.document("One", 5), world.document("Two", 5)
    assert any(firm in first and firm in second for firm in world.firms)
