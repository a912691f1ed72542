"""Askers of the same question: one works, the others get its answer or its place."""

import asyncio
from collections.abc import Callable

import pytest

from shared.deadline import ending_within
from shared.domain.answers import Answer
from shared.domain.errors import BudgetExceeded, DeadlineExceeded, KnowledgeError, ModelUnavailable
from shared.services.single_flight import MOST_FAILURES, SingleFlight
from tests.fakes.virtual_clock import settled

ANSWER = Answer("Lin Xiaoyan [1]", (), (), (), 1.0, "scripted")


class Desk:
    """Works at one question at a time: counts the calls, and ends each when the test says so."""

    def __init__(self) -> None:
        self.flights = SingleFlight()
        self.calls: list[asyncio.Future[Answer]] = []

    async def ask(self, key: str = "a") -> Answer:
        """Ask."""
        async with self.flights.joined(key) as flight:
            if flight.answer is None:
                self.calls.append(asyncio.get_running_loop().create_future())
                flight.land(await self.calls[-1])
            assert flight.answer
            return flight.answer

    async def asked(self, times: int, key: str = "a") -> list["asyncio.Task[Answer]"]:
        """Ask so many times at once, and let everybody come as far as they can."""
        tasks = [asyncio.create_task(self.ask(key)) for _ in range(times)]
        await settled()
        return tasks


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_thousand_askers_cost_one_call(desk: Desk) -> None:
    tasks = await desk.asked(1000)
    desk.calls[0].set_result(ANSWER)
    assert await asyncio.gather(*tasks) == [ANSWER] * 1000
    assert len(desk.calls) == 1


async def test_other_questions_do_not_wait(desk: Desk) -> None:
    await desk.asked(1)
    other = await desk.asked(1, "b")
    desk.calls[1].set_result(ANSWER)
    assert await asyncio.gather(*other) == [ANSWER]
    desk.calls[0].cancel()


async def test_one_who_leaves_passes_the_work_on_to_one_alone(desk: Desk) -> None:
    first, *others = await desk.asked(10)
    first.cancel()
    await settled()
    assert len(desk.calls) == 2
    desk.calls[1].set_result(ANSWER)
    assert await asyncio.gather(*others) == [ANSWER] * 9


async def test_one_who_leaves_while_waiting_changes_nothing(desk: Desk) -> None:
    first, second, third = await desk.asked(3)
    second.cancel()
    await settled()
    desk.calls[0].set_result(ANSWER)
    assert await asyncio.gather(first, third) == [ANSWER] * 2
    assert len(desk.calls) == 1


def failing(desk: Desk, times: int, error: Callable[[], KnowledgeError]) -> None:
    desk.calls[times].set_exception(error())


async def test_one_who_has_no_money_passes_the_work_on_however_often(desk: Desk) -> None:
    tasks = await desk.asked(MOST_FAILURES + 2)
    for number in range(MOST_FAILURES + 1):
        failing(desk, number, lambda: BudgetExceeded("spent"))
        await settled()
    desk.calls[-1].set_result(ANSWER)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in outcomes] == [BudgetExceeded] * (MOST_FAILURES + 1) + [Answer]


@pytest.mark.parametrize(("failures", "calls"), [(MOST_FAILURES - 1, MOST_FAILURES), (MOST_FAILURES, MOST_FAILURES)])
async def test_a_model_that_stays_away_is_tried_by_few_and_told_to_all(desk: Desk, failures: int, calls: int) -> None:
    tasks = await desk.asked(1000)
    for number in range(failures):
        failing(desk, number, lambda: ModelUnavailable("away"))
        await settled()
    if not desk.calls[-1].done():
        desk.calls[-1].set_result(ANSWER)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    failed = sum(isinstance(each, ModelUnavailable) for each in outcomes)
    assert (len(desk.calls), failed) == (calls, 1000 if failures == MOST_FAILURES else failures)


async def test_whoever_asks_after_a_failure_begins_anew(desk: Desk) -> None:
    tasks = await desk.asked(MOST_FAILURES)
    for number in range(MOST_FAILURES):
        failing(desk, number, lambda: ModelUnavailable("away"))
        await settled()
    await asyncio.gather(*tasks, return_exceptions=True)
    again = await desk.asked(1)
    desk.calls[-1].set_result(ANSWER)
    assert await again[0] == ANSWER


async def test_whoever_asks_behind_an_answer_asks_the_cache_again(desk: Desk) -> None:
    async with desk.flights.joined("a") as flight:
        flight.land(ANSWER)
        async with desk.flights.joined("a") as later:
            assert later.answer is None
            later.land(ANSWER)


async def test_nothing_stays_behind_when_everybody_has_gone(desk: Desk) -> None:
    tasks = await desk.asked(3)
    tasks[0].cancel()
    await settled()
    desk.calls[1].set_result(ANSWER)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert desk.flights.under_way == 0


async def test_an_asker_waits_for_another_one_until_its_own_time_is_over(desk: Desk) -> None:
    (first,) = await desk.asked(1)
    with ending_within(0.01), pytest.raises(DeadlineExceeded):
        await desk.ask()
    desk.calls[0].set_result(ANSWER)
    assert await first == ANSWER
    assert len(desk.calls) == 1
    assert desk.flights.under_way == 0
