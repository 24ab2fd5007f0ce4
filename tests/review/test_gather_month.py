"""Figures, goals and movements of a month, from marts written by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from marts_by_hand import (
    AS_OF,
    CATALOGUE,
    COST,
    CUSTOMERS,
    REVENUE,
    SPEND,
    calendar,
    covered,
    freshness,
    goal,
    metric,
    number,
    put_marts,
    rate,
    review,
    two_months,
)

from multiball.review.gather import gather
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.goals.facts import Goals
from multiball.review.sections.movements.facts import Movements
from multiball.review.sections.trust.facts import Trust
from multiball.shapes import InputError
from multiball.warehouse import Warehouse

D = Decimal


def test_a_figure_has_the_month_before_and_the_plan_for_its_days(embedded: Warehouse) -> None:
    """The goal plans 1840 in the 184 days of the half-year, so 310 in the 31 of October."""
    found = review(
        embedded,
        {
            "dim_metric": CATALOGUE,
            "metric_daily": [
                *two_months(revenue=(100, 300), spend=(40, 60)),
                number("2026-10-31", "revenue", "12.345678"),
                number("2026-11-01", "revenue", 9000),
                number("2026-08-31", "revenue", 9000),
            ],
            "goal_progress": [goal("half"), goal("year", start_on="2026-01-01", target=1)],
        },
    )
    revenue, spend = found.of(Figures).figures
    assert (revenue.metric.name, revenue.value, revenue.before) == ("revenue", D("312.345678"), D(100))
    assert (revenue.plan, revenue.goal) == (D(310), "half")
    assert revenue.metric.better == "up"
    assert (spend.metric.name, spend.value, spend.before, spend.plan, spend.metric.better) == ("spend", D(60), D(40), None, None)
    assert found.data_until.isoformat() == "2026-10-31"


def test_a_deployment_without_a_shop_shows_the_metrics_it_has(embedded: Warehouse) -> None:
    posts = [metric(name, mart="engagement_daily") for name in ("engagements", "account_views")]
    rows = {"dim_metric": [*CATALOGUE, *posts], "metric_daily": two_months(engagements=(5, 6), account_views=(7, 8), orders=(0, 0))}
    assert [(figure.metric.name, figure.value) for figure in review(embedded, rows).of(Figures).figures] == [
        ("engagements", 6),
        ("account_views", 8),
    ]


@pytest.mark.parametrize(
    ("month", "what"), [("2026-08", "no data for 2026-08"), ("2026-11", "2026-11 is not over yet"), ("2027-01", "2027-01 is not over yet")]
)
def test_a_month_without_data_or_not_over_is_refused_with_the_available_months(embedded: Warehouse, month: str, what: str) -> None:
    rows = {"dim_metric": CATALOGUE, "metric_daily": [*two_months(revenue=(1, 2)), number("2026-11-02", "revenue", 5)]}
    with pytest.raises(InputError) as refused:
        review(embedded, rows, month)
    assert what in refused.value.what
    assert refused.value.where == "--month"
    assert refused.value.remedy == "Months with data: 2026-09 to 2026-10."


def test_the_day_of_as_of_is_not_over_in_the_readers_time_zone(embedded: Warehouse) -> None:
    """At 23:30 UTC of October 31 it is November in Berlin, and still October in Lisbon."""
    rows = {"dim_metric": CATALOGUE, "metric_daily": two_months(revenue=(1, 2))}
    late = datetime(2026, 10, 31, 23, 30)
    assert review(embedded, rows, as_of=late, time_zone="Europe/Berlin").of(Figures).figures
    with pytest.raises(InputError, match="not over yet"):
        review(embedded, rows, as_of=late, time_zone="Europe/Lisbon")


def test_an_empty_warehouse_says_what_to_load(embedded: Warehouse) -> None:
    with pytest.raises(InputError, match=r"no published metric has daily values.*Load a source with daily values"):
        review(embedded, {"dim_metric": CATALOGUE})


def test_data_of_the_running_month_only_is_refused_with_its_first_day(embedded: Warehouse) -> None:
    rows = {"dim_metric": CATALOGUE, "metric_daily": [number("2026-11-02", "revenue", 5)]}
    with pytest.raises(InputError, match="the data begin on 2026-11-02, in a month that is not over"):
        review(embedded, rows, as_of=datetime(2026, 11, 10, 12))


def test_the_first_month_of_the_data_has_nothing_to_compare_with(embedded: Warehouse) -> None:
    """Data that begin in mid-September do not make a September to compare with."""
    rows = {"dim_metric": CATALOGUE, "metric_daily": [number("2026-09-20", "revenue", 50), number("2026-10-01", "revenue", 80)]}
    found = review(embedded, rows)
    assert [(figure.value, figure.before) for figure in found.of(Figures).figures] == [(80, None)]
    assert found.of(Movements).movements == ()
    assert [caveat.first_day.isoformat() for caveat in found.of(Trust).caveats if caveat.kind == "month_before_partial"] == ["2026-09-20"]


def test_a_month_in_which_the_data_begin_is_reviewed_for_its_known_days(embedded: Warehouse) -> None:
    found = review(embedded, {"dim_metric": CATALOGUE, "metric_daily": [number("2026-10-20", "revenue", 50)]})
    assert [(figure.value, figure.before) for figure in found.of(Figures).figures] == [(50, None)]
    assert [caveat.first_day.isoformat() for caveat in found.of(Trust).caveats if caveat.kind == "month_before_partial"] == ["2026-10-20"]


def test_a_goal_has_its_progress_at_the_end_of_the_month(embedded: Warehouse) -> None:
    """Days after the month, goals that ended before it and goals that begin after it are left out; its weeks end on their last day."""
    days = [
        goal("half", f"2026-10-{day:02}", actual=day * 10, expected=day * 8, pace_ratio="1.25", projected_end=9, status="ahead")
        for day in (1, 4, 5, 11, 31)
    ]
    found = review(
        embedded,
        {
            "dim_metric": CATALOGUE,
            "metric_daily": two_months(revenue=(1, 2)),
            "dim_date": calendar("2026-09-28", 60),
            "goal_progress": [
                *days,
                goal("half", "2026-11-01", actual=999, status="behind"),
                goal("past", "2026-09-30", due_on="2026-09-30", status="met"),
                goal("later", "2026-11-01", start_on="2026-11-01", status="cannot_tell", reason="not_begun"),
                goal("early", "2026-10-15", due_on="2026-10-20", status="missed"),
            ],
        },
    )
    early, half = found.of(Goals).goals
    assert (early.goal, early.day.isoformat(), early.status) == ("early", "2026-10-15", "missed")
    assert (half.goal, half.day.isoformat(), half.actual, half.pace) == ("half", "2026-10-31", 310, D("1.25"))
    assert [(point.day.isoformat(), point.actual, point.planned) for point in half.weeks] == [
        ("2026-10-04", 40, 32),
        ("2026-10-11", 110, 88),
        ("2026-10-31", 310, 248),
    ]


def test_a_goal_on_a_removed_metric_is_listed_with_the_reason(embedded: Warehouse) -> None:
    rows = {
        "dim_metric": CATALOGUE,
        "metric_daily": two_months(revenue=(1, 2)),
        "goal_progress": [goal("renamed", metric="turnover", additivity=None, status="cannot_tell", reason="unknown_metric")],
    }
    found = review(embedded, rows)
    assert [(standing.metric.name, standing.status, standing.weeks) for standing in found.of(Goals).goals] == [
        ("turnover", "cannot_tell", ())
    ]
    assert [caveat.reason for caveat in found.of(Trust).caveats if caveat.kind == "goal_cannot_tell"] == ["unknown_metric"]


def by_channel(name: str, **members: tuple[Any, Any]) -> list[dict[str, Any]]:
    return [
        number(day, name, value, "channel", member)
        for member, pair in members.items()
        for day, value in zip(("2026-09-01", "2026-10-01"), pair, strict=True)
        if value is not None
    ]


def test_the_drivers_of_a_sum_are_its_largest_members_and_the_rest(embedded: Warehouse) -> None:
    members = {f"c{place}": (10, 10 + place) for place in range(1, 9)} | {"gone": (40, None), "same": (5, 5)}
    rows = {"dim_metric": CATALOGUE, "metric_daily": [*two_months(revenue=(125, 121)), *by_channel("revenue", **members)]}
    [movement] = review(embedded, rows).of(Movements).movements
    assert [(driver.name, driver.effect) for driver in movement.drivers] == [
        ("gone", -40), ("c8", 8), ("c7", 7), ("c6", 6), ("c5", 5), ("c4", 4), ("rest", 6),
    ]  # fmt: skip
    assert sum(driver.effect for driver in movement.drivers) == movement.difference == -4
    assert (movement.drivers[0].before, movement.drivers[0].value) == (40, None)
    assert (movement.drivers[-1].before, movement.drivers[-1].value) == (35, 41)


def test_a_single_remaining_member_is_named(embedded: Warehouse) -> None:
    members = {f"c{place}": (10, 10 + place) for place in range(1, 8)}
    rows = {"dim_metric": CATALOGUE, "metric_daily": [*two_months(revenue=(70, 98)), *by_channel("revenue", **members)]}
    [movement] = review(embedded, rows).of(Movements).movements
    assert [driver.name for driver in movement.drivers] == ["c7", "c6", "c5", "c4", "c3", "c2", "c1"]


def test_the_part_of_a_sum_outside_all_members_is_the_rest(embedded: Warehouse) -> None:
    rows = {"dim_metric": CATALOGUE, "metric_daily": [*two_months(revenue=(100, 200)), *by_channel("revenue", Email=(30, 70))]}
    [movement] = review(embedded, rows).of(Movements).movements
    assert [(driver.name, driver.effect) for driver in movement.drivers] == [("Email", 40), ("rest", 60)]


def test_the_cost_of_a_customer_is_driven_by_spend_and_by_customers(embedded: Warehouse) -> None:
    rows = {
        "dim_metric": [COST, SPEND, CUSTOMERS],
        "metric_daily": [
            rate("2026-09-02", "customer_acquisition_cost", 60, 4),
            rate("2026-09-03", "customer_acquisition_cost", 40, 6),
            rate("2026-10-02", "customer_acquisition_cost", 150, 20),
        ],
    }
    [movement] = review(embedded, rows).of(Movements).movements
    assert (movement.before, movement.value) == (10, D("7.5"))
    assert [(driver.name, driver.before, driver.value, driver.effect) for driver in movement.drivers] == [
        ("spend", 100, 150, D("3.75")),
        ("new_customers", 10, 20, D("-6.25")),
    ]
    assert [driver.metric.name for driver in movement.drivers if driver.metric] == ["spend", "new_customers"]


def test_the_drivers_of_a_ratio_without_factor_metrics_are_its_members(embedded: Warehouse) -> None:
    clicks = metric("ctr", "ratio", mart="paid_efficiency_daily", numerator="clicks", denominator="impressions", better="up")
    days = {"2026-09-01": ((10, 100), (30, 100)), "2026-10-01": ((20, 100), (90, 300))}
    pairs = [
        row
        for day, ((a, b), (c, d)) in days.items()
        for row in (
            rate(day, "ctr", a, b, "account", "x:1"),
            rate(day, "ctr", c, d, "account", "x:2"),
            rate(day, "ctr", a + c, b + d),
        )
    ]
    names = [{"account_key": "x:1", "account_name": "Home"}]
    [movement] = review(embedded, {"dim_metric": [clicks], "metric_daily": pairs, "dim_account": names}).of(Movements).movements
    assert (movement.before, movement.value, movement.difference) == (D("0.2"), D("0.275"), D("0.075"))
    # by hand: a click has weight (1/200 + 1/400) / 2, an impression -(40 + 110) / (2 * 200 * 400)
    home, other = movement.drivers if movement.drivers[0].name == "Home" else movement.drivers[::-1]
    assert (home.name, home.before, home.value, home.effect) == ("Home", D("0.1"), D("0.2"), D("0.0375"))
    assert (other.name, other.before, other.value, other.effect) == ("x:2", D("0.3"), D("0.3"), D("0.0375"))


def test_distinct_people_are_neither_a_figure_nor_a_movement(embedded: Warehouse) -> None:
    reach = metric("reach", "distinct", mart="reach_daily")
    people = [number(day, "reach", value, "account", "x:1", additivity="distinct") for day, value in (("2026-09-01", 5), ("2026-10-01", 9))]
    often = metric("frequency", "ratio", mart="reach_daily", numerator="impressions", denominator="reach", over_days="none", better="up")
    rates = [rate(day, "frequency", 10, value, "account", "x:1") for day, value in (("2026-09-01", 5), ("2026-10-01", 9))]
    found = review(embedded, {"dim_metric": [*CATALOGUE, reach, often], "metric_daily": [*two_months(revenue=(1, 2)), *people, *rates]})
    assert [movement.metric.name for movement in found.of(Movements).movements] == ["revenue"]
    assert [figure.metric.name for figure in found.of(Figures).figures] == ["revenue"]


def test_followers_are_the_last_value_of_each_account_and_a_missing_account_is_not_a_loss(embedded: Warehouse) -> None:
    fans = metric("net_fans", "last", mart="fct_account_daily", better="up")

    def level(day: str, account: str, value: int) -> dict[str, Any]:
        return number(day, "net_fans", value, "account", account, additivity="last")

    both = [level("2026-09-01", "x:1", 1), level("2026-09-30", "x:1", 10), level("2026-10-30", "x:1", 14), level("2026-09-30", "x:2", 7)]
    whole = review(embedded, {"dim_metric": [fans], "metric_daily": [*both, level("2026-10-01", "x:2", 6)]}).of(Movements).movements
    assert [(movement.before, movement.value, [driver.effect for driver in movement.drivers]) for movement in whole] == [(17, 20, [4, -1])]
    assert review(embedded, {"dim_metric": [fans], "metric_daily": both}).of(Movements).movements == ()


def test_movements_are_in_order_of_revenue_cost_goals_and_relative_change(embedded: Warehouse) -> None:
    catalogue = [
        *CATALOGUE, metric("likes", better="up", is_vanity=True), metric("leads", better="up"), metric("sessions"), metric("margin"),
        metric("won_deals", better="up"), metric("posts"),
    ]  # fmt: skip
    days = [
        *two_months(
            revenue=(100, 101),
            likes=(1, 900),
            leads=(10, 20),
            sessions=(100, 105),
            margin=(10, 10),
            orders=(4, 8),
            won_deals=(2, 3),
            posts=(1, 900),
        ),
        rate("2026-09-01", "customer_acquisition_cost", 100, 10),
        rate("2026-10-01", "customer_acquisition_cost", 101, 10),
    ]
    rows = {
        "dim_metric": catalogue,
        "metric_daily": days,
        "goal_progress": [goal("visits", metric="sessions"), goal("flat", metric="margin")],
    }
    names = [movement.metric.name for movement in review(embedded, rows).of(Movements).movements]
    assert names == ["revenue", "customer_acquisition_cost", "sessions", "leads", "orders", "won_deals"]


def test_the_same_state_gives_the_same_bytes(embedded: Warehouse) -> None:
    rows = {
        "dim_metric": CATALOGUE,
        "metric_daily": [*two_months(revenue=(100, 300)), *by_channel("revenue", B=(50, 150), A=(50, 150))],
        "source_freshness": [freshness("b", "2026-11-02"), freshness("a", "2026-11-02")],
        "goal_progress": [goal("b", status="behind", actual=1), goal("a", status="behind", actual=1)],
    }
    turned = {mart: list(reversed(given)) for mart, given in rows.items()}
    assert review(embedded, rows).model_dump_json() == review(embedded, turned).model_dump_json()
    assert [driver.name for driver in review(embedded, rows).of(Movements).movements[0].drivers] == ["A", "B"]


def test_money_and_labels_come_from_the_catalogue(embedded: Warehouse) -> None:
    found = review(
        embedded, {"dim_metric": [REVENUE], "metric_daily": two_months(revenue=(1, 2))}, teams={"growth": {"en": "G", "zh": "增"}}
    )
    assert found.labels == {"revenue": "Revenue"}
    assert found.teams == {"growth": {"en": "G", "zh": "增"}}
    assert found.of(Figures).figures[0].metric.format == "currency"


def test_a_publication_between_two_queries_restarts_the_reading(embedded: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second state is published while the first is read, so the review is of the second."""
    known = covered("order", "2026-09-01", "2026-11-02")
    given: dict[str, Any] = {"dim_metric": [REVENUE], "metric_daily": two_months(revenue=(1, 2)), "metric_coverage": known}
    embedded.publish(put_marts(embedded, given))
    newer = {**given, "metric_daily": two_months(revenue=(1, 5))}
    ask = type(embedded).query

    def query_and_publish(warehouse: Any, sql: str, *further: Any, **values: Any) -> Any:
        answer = ask(warehouse, sql, *further, **values)
        if "from action_log" in sql:
            monkeypatch.setattr(type(embedded), "query", ask)
            embedded.publish(put_marts(embedded, newer))
        return answer

    monkeypatch.setattr(type(embedded), "query", query_and_publish)
    moments = {"as_of": AS_OF, "issued_at": AS_OF}
    found = gather(embedded, None, month=date(2026, 10, 1), brand="B", currency="EUR", time_zone="UTC", **moments)
    assert [(figure.before, figure.value) for figure in found.of(Figures).figures] == [(1, 5)]


def test_a_renamed_column_of_a_mart_is_named(embedded: Warehouse) -> None:
    target = put_marts(embedded, {"dim_metric": CATALOGUE, "metric_daily": two_months(revenue=(1, 2))})
    with duckdb.connect(target.location) as connection:
        connection.execute("alter table marts.dim_metric rename better to which_way")
    with pytest.raises(InputError, match="there is no column better"):
        gather(embedded, target, month=date(2026, 10, 1), as_of=AS_OF, issued_at=AS_OF, brand="B", currency="EUR", time_zone="UTC")


def test_marts_of_an_older_release_give_one_line_with_the_remedy(embedded: Warehouse) -> None:
    target = put_marts(embedded, {"dim_metric": CATALOGUE, "metric_daily": two_months(revenue=(1, 2))})
    catalogue = embedded.query("select * from dim_metric", target).drop_columns(["over_days"])
    embedded.write_table(target, "marts", "dim_metric", catalogue)
    with pytest.raises(InputError, match=r"^warehouse: the marts are of another release: .*over_days\. Run multiball run warehouse"):
        gather(embedded, target, month=date(2026, 10, 1), as_of=AS_OF, issued_at=AS_OF, brand="x", currency="EUR", time_zone="UTC")
