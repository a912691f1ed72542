"""What of a question the asker's role may have."""

from dataclasses import replace

import pytest

from shared.answering.model_plan import ModelPlan, model_plan
from shared.answering.permitted import permitted
from shared.domain.access import EVERYONE, PRECOMPUTING, BaseKey, Principal, Scope, background
from shared.domain.answer_key import answer_key
from shared.domain.answers import Question
from shared.domain.roles import GIVEN_ROLES, Role

SCOPE = Scope(BaseKey("heron", "b1"), frozenset({EVERYONE}))


def question(role: Role) -> Question:
    return Question(Principal("heron", "ada", role=role), SCOPE, "Who leads the plant?")


@pytest.mark.parametrize(
    ("role", "graph", "priority"),
    [(Role.ADMIN, True, "quality"), (Role.USER, True, "small"), (Role.GUEST, False, "small")],
)
def test_a_role_is_asked_for_no_more_than_it_may_have(role: Role, graph: bool, priority: str) -> None:
    asked = permitted(question(role), has_small_model=True)
    assert (asked.use_graph, asked.use_community_reports, asked.priority) == (graph, graph, priority)
    assert asked.use_meaning is (role is not Role.GUEST)


def test_what_the_house_asks_in_the_background_is_searched_for_by_meaning() -> None:
    assert permitted(question(Role.BACKGROUND), has_small_model=True).use_meaning


@pytest.mark.parametrize("role", GIVEN_ROLES)
@pytest.mark.parametrize("has_small_model", [True, False])
def test_what_somebody_may_ask_is_the_same_question_in_the_background(role: Role, has_small_model: bool) -> None:
    asked = permitted(question(role), has_small_model)
    again = permitted(replace(asked, principal=background("heron", PRECOMPUTING)), has_small_model)
    assert answer_key(again, 1) == answer_key(asked, 1)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.USER, Role.GUEST])
def test_the_only_model_answers_everybody(role: Role) -> None:
    assert permitted(question(role), has_small_model=False).priority == "quality"


@pytest.mark.parametrize("complexity", ["simple", "moderate", "complex"])
@pytest.mark.parametrize("tokens", [0, 8_000, 8_001])
def test_a_small_model_alone_writes_whatever_it_is_asked(complexity: str, tokens: int) -> None:
    assert model_plan("small", complexity, tokens) == ModelPlan(small_first=True, alone=True)


def test_an_answer_of_the_small_model_is_not_kept_for_who_may_ask_the_large_one() -> None:
    keys = {answer_key(permitted(question(role), has_small_model=True), 1) for role in GIVEN_ROLES}
    assert len(keys) == 3
    same = [permitted(replace(question(Role.GUEST), priority=each), True) for each in ("cost", "quality")]
    assert answer_key(same[0], 1) == answer_key(same[1], 1)
