"""No level of the answer cache gives an answer to whoever may not read what it was made from."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.answer_cache import MemoryAnswerCache
from infra.local.sqlite import Database
from infra.local.stored_answers import Bounds, SqliteAnswerCache
from shared.domain.access import BaseKey, Principal, Scope, labels_of
from shared.domain.answers import Answer, Question
from shared.domain.roles import Role
from shared.services.answer_care import AnswerCare
from shared.services.answer_levels import AnswerLevels
from tests.security.archive import BASE, DIRECTOR, SECRET, STAFF, STRANGER, Archive
from tests.security.conftest import HIDDEN_WORDS

TEXT = "Who leads the move of the Skerry lighthouse?"
IN_OTHER_WORDS = "Please tell me who is the leader of the Skerry lighthouse's move"


async def test_an_answer_for_the_board_is_not_given_to_staff_or_strangers(house: Archive) -> None:
    first = await house.services.ask.answer(house.question(DIRECTOR, TEXT))
    assert any(word in str(first) for word in HIDDEN_WORDS)
    assert (await house.services.ask.answer(house.question(DIRECTOR, TEXT))).cache_hit
    for principal in (STAFF, STRANGER):
        answer = await house.services.ask.answer(house.question(principal, TEXT))
        assert not answer.cache_hit
        assert {hit.document_name for hit in answer.hits} <= {"public.md", "foreign.md"}


async def test_people_who_see_the_same_share_an_answer_whatever_else_they_carry(house: Archive) -> None:
    labels = {user: labels_of(user, [f"{user}-club"]) for user in ("dan", "eve")}
    first, second = (Principal("heron", user, labels[user], Role.USER) for user in labels)
    assert not (await house.services.ask.answer(house.question(first, TEXT))).cache_hit
    assert (await house.services.ask.answer(house.question(second, TEXT))).cache_hit
    assert (await house.services.ask.answer(house.question(STAFF, TEXT))).cache_hit
    # From here on a label of one of them opens something that the others do not see.
    await house.add("own.md", "# Skerry\n\nEve Falk leads the move of the Skerry lighthouse.", frozenset({"user:eve"}))
    of_second = await house.services.ask.answer(house.question(second, TEXT))
    of_first = await house.services.ask.answer(house.question(first, TEXT))
    assert (of_second.cache_hit, of_first.cache_hit) == (False, False)
    assert ("Falk" in str(of_second), "Falk" in str(of_first)) == (True, False)
    assert (await house.services.ask.answer(house.question(STAFF, TEXT))).text == of_first.text


async def test_an_answer_for_the_board_is_not_given_to_others_who_ask_in_other_words(house: Archive) -> None:
    await house.services.ask.answer(house.question(DIRECTOR, TEXT))
    assert (await house.services.ask.answer(house.question(DIRECTOR, IN_OTHER_WORDS))).cache_level == "alike"
    for principal in (STAFF, STRANGER):
        assert not (await house.services.ask.answer(house.question(principal, IN_OTHER_WORDS))).cache_hit


async def test_a_pattern_clears_no_base_that_the_caller_may_not_read(house: Archive) -> None:
    secret = BaseKey(BASE.tenant, "secrets")
    await house.add_base(secret, SECRET)
    care: AnswerCare = house.services.answer_care
    assert await care.clear(STAFF, "*") == ["handbook"]
    assert await care.clear(DIRECTOR, "*") == ["handbook", "secrets"]
    await house.services.ask.answer(house.question(STRANGER, TEXT))
    await care.clear(DIRECTOR, "*")
    assert (await house.services.ask.answer(house.question(STRANGER, TEXT))).cache_hit


async def test_figures_count_no_foreign_questions_and_no_unreadable_bases(house: Archive) -> None:
    for _ in range(2):
        await house.services.ask.answer(house.question(STRANGER, TEXT))
    figures = await house.services.answer_care.figures(STAFF)
    assert figures.misses == 0
    assert [(each.saved.hits, each.holding.entries) for each in figures.levels] == [(0, 0)] * 3


tenants = st.sampled_from(("heron", "stork"))
label_sets = st.sets(st.sampled_from(("everyone", "group:board", "group:crew")), min_size=1).map(frozenset)
askers = st.builds(
    lambda tenant, user, labels, base: Question(
        Principal(tenant, user, labels), Scope(BaseKey(tenant, base), labels), TEXT
    ),
    tenants,
    st.sampled_from(("ada", "ben")),
    label_sets,
    st.sampled_from(("handbook", "atlas")),
)
versions = st.integers(1, 2)


def made_for(question: Question, version: int) -> Answer:
    """Make an answer that says whom it was made for."""
    scope = question.scope
    return Answer(f"{scope.base} {sorted(scope.labels)} {version}", (), (), (), 1.0, "extractive")


def levels_over(database: Database) -> AnswerLevels:
    """Open the levels as a process that starts does; they are so small that answers come and go."""
    return AnswerLevels(MemoryAnswerCache(60, 3), SqliteAnswerCache(database, Bounds(60, 6), "house"))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("ask", "forget", "restart")), askers, versions), max_size=40))
async def test_whoever_asks_gets_what_was_made_for_the_same_tenant_labels_base_and_version(
    steps: list[tuple[str, Question, int]],
) -> None:
    with TemporaryDirectory() as folder, closing(Database(Path(folder) / "knowledge.sqlite")) as database:
        levels = levels_over(database)
        for step, question, version in steps:
            if step == "forget":
                await levels.forget(question.scope.base)
            if step == "restart":
                levels = levels_over(database)
            kept = await levels.get(question, version)
            assert kept is None or kept.answer == made_for(question, version)
            await levels.keep(question, version, made_for(question, version))
