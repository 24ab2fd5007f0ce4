"""The facts of a review from marts that dbt built, on both engines, against sums over the facts that no code of the review has read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from conftest import Ask

from multiball.review.facts import Review
from multiball.review.gather import gather
from multiball.review.sections.channels.facts import Channels
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.goals.facts import Goals
from multiball.review.sections.movements.facts import Movements
from multiball.review.sections.returns.facts import Returns
from multiball.review.sections.trust.caveats.reconciliation import ReconciliationError
from multiball.review.sections.trust.facts import Trust
from multiball.settings import Workspace
from multiball.warehouse import Target, Warehouse

OCTOBER = "date_day between date '2026-10-01' and date '2026-10-31'"
ISSUED = datetime(2027, 1, 1)


@pytest.fixture(scope="module")
def reviews(builds: dict[str, tuple[Workspace, Warehouse, Target]]) -> dict[str, Review]:
    """By engine."""
    return {
        engine: gather(
            warehouse,
            target,
            month=date(2026, 10, 1),
            as_of=ISSUED,
            issued_at=ISSUED,
            brand="Brand",
            currency=workspace.reporting_currency,
            time_zone=workspace.reporting_time_zone,
        )
        for engine, (workspace, warehouse, target) in builds.items()
    }


def only(ask: Ask, sql: str) -> Decimal:
    [row] = ask(sql)
    [value] = row.values()
    return Decimal(value)


def test_both_engines_give_the_same_bytes(reviews: dict[str, Review]) -> None:
    assert reviews["postgres"].model_dump_json() == reviews["duckdb"].model_dump_json()


def test_figures_are_the_sums_of_the_facts(ask: Ask, reviews: dict[str, Review]) -> None:
    figures = {figure.metric.name: figure.value for figure in reviews["duckdb"].of(Figures).figures}
    assert figures["revenue"] == only(ask, f"select sum(revenue_reporting) from fct_order where is_counted and {OCTOBER}")
    assert figures["spend"] == only(ask, f"select sum(spend_reporting) from fct_ad_daily where {OCTOBER}")
    assert figures["new_customers"] == only(ask, f"select count(*) from fct_order where is_counted and is_new_customer and {OCTOBER}")


def test_channels_add_up_to_the_orders_and_tell_no_spend_where_days_of_it_are_missing(ask: Ask, reviews: dict[str, Review]) -> None:
    channels = reviews["duckdb"].of(Channels).channels
    assert sum(channel.orders for channel in channels) == only(
        ask, f"select sum(order_units) from fct_order where is_counted and {OCTOBER}"
    )
    missing = only(ask, f"select count(*) from metric_coverage where fact = 'ad' and not is_covered and {OCTOBER}")
    assert missing > 0 and {channel.spend for channel in channels} == {None}
    assert reviews["duckdb"].of(Returns).returns == ()


def test_drivers_add_up_to_what_they_explain(reviews: dict[str, Review]) -> None:
    movements = reviews["duckdb"].of(Movements).movements
    assert movements
    for movement in movements:
        assert sum(driver.effect for driver in movement.drivers) == movement.difference == movement.value - movement.before


def test_goals_and_caveats_are_those_of_the_marts(ask: Ask, reviews: dict[str, Review]) -> None:
    review = reviews["duckdb"]
    statuses = {goal.goal: (goal.status, goal.reason) for goal in review.of(Goals).goals}
    assert statuses["cap"] == ("missed", None)
    assert statuses["renamed"] == ("cannot_tell", "unknown_metric")
    errors = only(
        ask, f"select count(*) from reconciliation_daily where status = 'error' and check_name <> 'exchange_rate_is_known' and {OCTOBER}"
    )
    assert sum(caveat.count for caveat in review.of(Trust).caveats if isinstance(caveat, ReconciliationError)) == errors
