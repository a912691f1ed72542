"""What one user and one tenant may spend."""

from dataclasses import replace
from math import inf

import pytest

from functions.budgets import budgets, caps
from shared.domain.access import Principal, background
from shared.domain.errors import BadSetting
from shared.domain.money import Budget, Money, Period
from shared.domain.roles import Role
from shared.money.caps import Caps
from shared.settings import Settings, read_settings

ANA = Principal("acme", "ana")
CAPPED = ("USER_DAILY", "USER_MONTHLY", "TENANT_DAILY", "TENANT_MONTHLY", "DAILY", "MONTHLY")


def test_nobody_has_a_cap_of_their_own_unless_one_is_set() -> None:
    assert caps(Settings()).of(ANA) == ()


def test_each_cap_is_a_budget_of_its_account_and_nothing_is_one_too() -> None:
    assert Caps(user_daily=0, tenant_monthly=2.5).of(ANA) == (
        Budget("user:acme/ana", Period.DAILY, Money()),
        Budget("tenant:acme", Period.MONTHLY, Money.of_usd(2.5)),
    )


@pytest.mark.parametrize(("role", "dollars"), [(Role.ADMIN, 1000), (Role.USER, 100), (Role.GUEST, 10)])
def test_where_roles_count_a_month_has_the_budget_of_the_role(role: Role, dollars: float) -> None:
    ana = replace(ANA, role=role)
    of_role = Budget("user:acme/ana", Period.MONTHLY, Money.of_usd(dollars))
    assert Caps(by_role=True).of(ana) == (of_role,)
    assert Caps(user_monthly=5, by_role=True).of(ana)[0].cap == Money.of_usd(5)
    assert Caps(user_monthly=5_000, by_role=True).of(ana) == (of_role,)
    assert Caps(user_monthly=0, by_role=True).of(ana)[0].cap == Money()


def test_work_in_the_background_is_capped_with_its_tenant_and_as_no_user() -> None:
    caps = Caps(user_daily=0, user_monthly=0, tenant_daily=3, by_role=True)
    assert caps.of(background("acme")) == (Budget("tenant:acme", Period.DAILY, Money.of_usd(3)),)


def test_infinity_takes_the_cap_off_everybody_too() -> None:
    assert budgets(Settings(daily_budget_usd=inf, monthly_budget_usd=inf)) == ()
    assert len(budgets(Settings(daily_budget_usd=0))) == 2


@pytest.mark.parametrize("name", CAPPED)
@pytest.mark.parametrize("value", ["-0.01", "nan", "-inf", "much"])
def test_a_budget_that_nobody_means_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"{name}_BUDGET_USD"):
        read_settings({f"{name}_BUDGET_USD": value})
