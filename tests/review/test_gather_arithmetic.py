"""Drivers add up to the millionth, and intervals match the literature."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import chi2

from multiball.metrics import Additivity, Metric
from multiball.review.exact import apportion, ratio, rounded
from multiball.review.gather.coverage import Compared, Coverage
from multiball.review.gather.state import Span
from multiball.review.gather.values import Cell, Values, When
from multiball.review.sections.movements.drivers import Change, Quotient, factor_effects, member_effects
from multiball.review.sections.movements.gather import explain
from multiball.review.sections.proposals.rivals import differ, difference_interval
from multiball.review.sections.proposals.rules.hold_and_test import months_to_distinguish
from multiball.review.sections.returns.facts import Return
from multiball.review.sections.returns.gather import return_interval

amounts = st.decimals(min_value=0, max_value=10**9, places=6)
counts = st.integers(min_value=1, max_value=10**7).map(Decimal)
MILLIONTH = Decimal("0.000001")


@given(st.lists(st.fractions(min_value=-(10**9), max_value=10**9), min_size=1, max_size=20))
def test_parts_add_up_to_the_rounded_whole_within_rounding(parts: list[Fraction]) -> None:
    whole = rounded(sum(parts, Fraction(0)))
    shares = apportion(parts, whole)
    assert sum(shares) == whole
    assert all(abs(Fraction(share) - part) <= Fraction(2, 1_000_000) for share, part in zip(shares, parts, strict=True))


@given(amounts, amounts, counts, counts)
def test_the_factors_of_a_ratio_add_up_and_each_has_its_own_sign(
    spend: Decimal, spend_now: Decimal, won: Decimal, won_now: Decimal
) -> None:
    before, now = ratio(spend, won), ratio(spend_now, won_now)
    assert before is not None and now is not None
    of_spend, of_customers = factor_effects(Quotient(Change(spend, spend_now), Change(won, won_now)), now - before, 1)
    assert of_spend + of_customers == now - before
    assert (of_spend - MILLIONTH * 2) * (spend_now - spend) >= 0 or abs(of_spend) <= MILLIONTH * 2
    assert (of_customers + MILLIONTH * 2) * (won_now - won) <= 0 or abs(of_customers) <= MILLIONTH * 2


def test_an_unchanged_factor_has_no_effect() -> None:
    whole = Quotient(Change(Decimal(100), Decimal(150)), Change(Decimal(10), Decimal(10)))
    assert factor_effects(whole, Decimal(5), 1) == (Decimal(5), Decimal(0))


def test_factors_are_averaged_over_both_orders_of_change() -> None:
    """100/10 to 150/20: spend first gives +5 and then -7.5, customers first gives -5 and then +2.5."""
    whole = Quotient(Change(Decimal(100), Decimal(150)), Change(Decimal(10), Decimal(20)))
    assert factor_effects(whole, Decimal("-2.5"), 1) == (Decimal("3.75"), Decimal("-6.25"))


@given(st.lists(st.tuples(amounts, amounts, counts, counts), min_size=1, max_size=12), st.sampled_from([1, 1000]))
def test_the_members_of_a_ratio_add_up_to_the_effect_of_its_factors(
    members: list[tuple[Decimal, Decimal, Decimal, Decimal]], multiplier: int
) -> None:
    columns = [sum(column, Decimal(0)) for column in zip(*members, strict=True)]
    whole = Quotient(Change(columns[0], columns[1]), Change(columns[2], columns[3]))
    before, now = ratio(columns[0], columns[2], multiplier), ratio(columns[1], columns[3], multiplier)
    assert before is not None and now is not None
    parts = [Quotient(Change(a, b), Change(c, d)) for a, b, c, d in members]
    *effects, rest = member_effects(whole, parts, now - before, multiplier)
    assert sum(effects) + rest == now - before
    assert abs(rest) <= 2 * MILLIONTH
    assert abs(sum(effects) - sum(factor_effects(whole, now - before, multiplier))) <= 2 * MILLIONTH


@given(amounts, counts)
def test_a_ratio_is_rounded_half_away_from_zero(numerator: Decimal, denominator: Decimal) -> None:
    found = ratio(numerator, denominator)
    assert found is not None
    assert abs(Fraction(found) - Fraction(numerator) / Fraction(denominator)) <= Fraction(1, 2_000_000)
    assert ratio(-numerator, denominator) == -found


def test_a_ratio_without_denominator_is_none() -> None:
    assert ratio(Decimal(1), Decimal(0)) is None
    assert ratio(None, Decimal(1)) is None
    assert rounded(Fraction(1, 2_000_000)) == MILLIONTH
    assert rounded(Fraction(-1, 2_000_000)) == -MILLIONTH


@pytest.mark.parametrize(
    ("orders", "low", "high"), [(1, "0.051293", "4.743865"), (5, "1.970150", "10.513035"), (10, "5.425406", "16.962219")]
)
def test_the_interval_of_orders_matches_garwoods_tables(orders: int, low: str, high: str) -> None:
    """With an order worth 1 and a spend of 1, the return is the number of orders."""
    assert return_interval(Decimal(1), Decimal(orders), Decimal(orders)) == (Decimal(low), Decimal(high))


@given(
    st.integers(min_value=1, max_value=2000),
    st.decimals(min_value="0.01", max_value=10**6, places=6),
    st.decimals(min_value=1, max_value=10**6, places=6),
)
def test_the_interval_of_a_return_matches_chi_square_and_contains_the_return(orders: int, revenue: Decimal, spend: Decimal) -> None:
    low, high = return_interval(spend, Decimal(orders), revenue)
    assert low is not None and high is not None
    per_order = float(revenue) / orders / float(spend)
    assert float(low) == pytest.approx(chi2.ppf(0.05, 2 * orders) / 2 * per_order, rel=1e-6, abs=2e-6)
    assert float(high) == pytest.approx(chi2.ppf(0.95, 2 * orders + 2) / 2 * per_order, rel=1e-6, abs=2e-6)
    assert low <= rounded(Fraction(revenue) / Fraction(spend)) <= high


def test_90_percent_of_intervals_contain_the_truth_for_orders_of_different_values() -> None:
    """2000 campaigns of 15 orders on average, with values of a shop; intervals from order counts alone contain 82 %."""
    chance = np.random.default_rng(3)
    held = 0
    for _ in range(2000):
        values = chance.lognormal(-0.27, 0.735, chance.poisson(15))
        revenue, squared = Decimal(f"{values.sum():.6f}"), Decimal(f"{(values**2).sum():.6f}")
        low, high = return_interval(Decimal(15), rounded(Fraction(revenue * revenue) / Fraction(squared)), revenue)
        assert low is not None and high is not None
        held += low <= 1 <= high
    assert 0.88 < held / 2000 < 0.92


def returned(per_spend: str, low: str, high: str, orders: int = 10) -> Return:
    return Return(
        kind="campaign", name="c", key="x:1", spend=Decimal(100), spend_before=Decimal(100), orders=Decimal(orders),
        revenue=Decimal(per_spend) * 100, revenue_per_spend=Decimal(per_spend), low=Decimal(low), high=Decimal(high),
    )  # fmt: skip


def test_the_interval_of_a_difference_takes_its_spread_from_the_facing_limits() -> None:
    """3-4-5 triangles: 0.6 below the best and 0.8 above the worst are 1 down; 1.2 above and 0.5 below are 1.3 up."""
    assert difference_interval(returned("5", "4.4", "6.2"), returned("2", "1.5", "2.8")) == (Decimal("2"), Decimal("4.3"))


def test_the_difference_to_an_exact_return_has_the_spread_of_the_other() -> None:
    assert difference_interval(returned("3", "3", "3"), returned("1", "0.5", "1.75")) == (Decimal("1.25"), Decimal("2.5"))


QUARTER = Span(date(2026, 8, 1), date(2026, 10, 31))


def test_months_to_distinguish_two_returns_fall_with_their_distance_and_orders() -> None:
    """Twice the return on 10 orders each in 92 days: (2.486475 / ln 2)^2 * (1/10 + 1/10) * 3.02 = 7.78 months, less the 3.02 so far."""
    assert months_to_distinguish(returned("2", "1", "3"), returned("1", "0.5", "2"), QUARTER) == 5
    assert months_to_distinguish(returned("2", "1", "3", 20), returned("1", "0.5", "2", 20), QUARTER) == 1
    assert months_to_distinguish(returned("1.1", "1", "3"), returned("1", "0.5", "2"), QUARTER) is None
    assert months_to_distinguish(returned("1", "1", "3"), returned("1", "0.5", "2"), QUARTER) is None
    assert months_to_distinguish(returned("1", "1", "3"), returned("0", "0", "0"), QUARTER) is None


def test_a_difference_is_less_certain_when_selected_from_many_campaigns() -> None:
    """30 orders at 2 per unit of spend and 30 at 1.1: they differ at 90 % as the only two, but not as the extremes of six."""
    best, worst = returned("2", "1.4", "2.8", 30), returned("1.1", "0.8", "1.5", 30)
    assert differ(best, worst, rivals=2)
    assert not differ(best, worst, rivals=6)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=8))
def test_the_part_of_a_ratio_outside_all_members_is_the_rest(members: list[tuple[Decimal, Decimal]]) -> None:
    assume(any(before != now for before, now in members))
    whole = Quotient(Change(Decimal(500), Decimal(900)), Change(Decimal(10), Decimal(9)))
    effects = member_effects(whole, [Quotient(Change(*pair), Change(None, None)) for pair in members], Decimal(50), 1)
    assert sum(effects) == 50


amount_or_none = st.none() | amounts


@st.composite
def sums(draw: st.DrawFn) -> Values:
    """A metric of two months, with members that may be missing in either, and need not add up to the total."""
    members = draw(st.dictionaries(st.text(min_size=1, max_size=3), st.tuples(amount_or_none, amount_or_none), max_size=15))
    cells = {
        ("revenue", "channel", member, when): Cell(value, None, None)
        for member, pair in members.items()
        for when, value in zip(("before", "now"), pair, strict=True)
        if value is not None
    }
    total = {("revenue", "total", "all", when): Cell(draw(amounts), None, None) for when in ("before", "now")}
    return of_both_months(metric("revenue", "sum"), cells | total)


@st.composite
def ratios(draw: st.DrawFn) -> Values:
    members = draw(st.dictionaries(st.text(min_size=1, max_size=3), st.tuples(amounts, counts, amounts, counts), min_size=1, max_size=15))
    cells = {}
    for place, when in ((0, "before"), (2, "now")):
        parts = {member: (pair[place], pair[place + 1]) for member, pair in members.items()}
        parts_of_all = [*parts.values(), draw(st.tuples(amounts, counts))]
        whole = (sum((a for a, _ in parts_of_all), Decimal(0)), sum((b for _, b in parts_of_all), Decimal(0)))
        for dimension, member, (a, b) in [("total", "all", whole), *(("channel", member, part) for member, part in parts.items())]:
            cells["cost", dimension, member, when] = Cell(ratio(a, b), a, b)
    return of_both_months(metric("cost", "ratio"), cells)


def of_both_months(described: Metric, cells: dict[tuple[str, str, str, When], Cell]) -> Values:
    whole = Compared((), (), is_whole=True)
    name = described.name
    return Values({name: described}, Coverage({}), month={}, compared={name: whole}, cells=cells, first_days={}, incomplete=())


def metric(name: str, additivity: Additivity) -> Metric:
    return Metric(name=name, label=name, additivity=additivity, format="decimal", unit="", better="up")


@given(sums() | ratios())
def test_the_drivers_of_a_movement_always_add_up_to_it(values: Values) -> None:
    [(name, described)] = values.catalogue.items()
    movement = explain(values, described, {})
    assert movement.difference == movement.value - movement.before == (values.total(name, "now") or 0) - (values.total(name, "before") or 0)
    assert sum(driver.effect for driver in movement.drivers) == movement.difference
    assert all(driver.effect for driver in movement.drivers)
    named = [driver for driver in movement.drivers if driver.kind != "rest"]
    assert named == sorted(named, key=lambda driver: (-abs(driver.effect), driver.name))
    assert len(movement.drivers) - len(named) <= 1
    if described.additivity == "sum":
        assert all(driver.effect == (driver.value or 0) - (driver.before or 0) for driver in named)
