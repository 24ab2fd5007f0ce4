"""The SQL of every dataset and metric, run on both engines over the same few rows and held against sums made by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import psycopg2
import pytest
from dashboards.mart_tables import create, put

from multiball.dashboards.datasets import dataset
from multiball.dashboards.edition import Edition
from multiball.dashboards.expressions import expression
from multiball.dashboards.source import read_assets
from multiball.marts import Mart, marts
from multiball.metrics import Metric
from multiball.words import languages

Run = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.engine)])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Runs SQL on an engine whose schema `marts` has every mart, empty."""
    server = request.param == "postgres"
    connection: Any = psycopg2.connect(request.getfixturevalue("empty_database")) if server else duckdb.connect()
    cursor = connection.cursor()

    def execute(sql: str) -> list[tuple[Any, ...]]:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []

    create(execute, server=server)
    yield execute
    connection.close()


def edition(language: str) -> Edition:
    return Edition(read_assets(), marts(), language, "EUR")


def catalogue() -> list[Metric]:
    return [metric for mart in marts().values() for metric in mart.metrics.values()]


def reported(run: Run, name: str, metric: str, by: str = "1") -> dict[Any, Any]:
    """The metric per group of a dataset, as Superset asks for it."""
    sql = dataset(name, edition("en"))["sql"]
    chosen = expression(marts()[name].all_metrics[metric], catalogue())
    rows = run(f"select {by} as grouped, {chosen} as value from ({sql}) as virtual_table group by {by if by != '1' else 'grouped'}")
    return {group: None if value is None else round(float(value), 6) for group, value in rows}


def test_every_dataset_and_metric_runs_in_every_language(run: Run) -> None:
    asked = 0
    for name in read_assets().datasets.data:
        for language in languages():
            made = dataset(name, edition(language))
            for metric in [one["expression"] for one in made["metrics"]] or ["count(*)"]:
                rows = run(f"select {metric} from ({made['sql']}) as virtual_table")
                assert len(rows) == 1
                asked += 1
            given = run(f"select {', '.join(column['column_name'] for column in made['columns'])} from ({made['sql']}) as virtual_table")
            assert given == []
    assert asked > 60


def test_a_ratio_of_two_facts_counts_only_days_on_which_both_are_known(run: Run) -> None:
    """Spend goes on when the orders have ended."""
    day = {"channel": "Paid Social", "is_ad_known": True, "sessions": 0, "orders": 1, "leads": 0, "qualified_leads": 0}
    put(
        run,
        "conversion_daily",
        {**day, "date_day": "2026-10-01", "spend": 10, "advertised_revenue": 30, "is_order_known": True},
        {**day, "date_day": "2026-10-02", "spend": 90, "is_order_known": False},
    )
    assert reported(run, "conversion_daily", "roas") == {1: 3.0}
    assert reported(run, "conversion_daily", "cost_per_order") == {1: 10.0}
    assert reported(run, "conversion_daily", "spend") == {1: 100.0}


def test_a_ratio_is_a_ratio_of_sums_and_null_without_a_denominator(run: Run) -> None:
    put(
        run,
        "paid_efficiency_daily",
        {"date_day": "2026-10-01", "platform": "meta", "spend_reporting": 10, "impressions": 1000, "clicks": 1},
        {"date_day": "2026-10-02", "platform": "meta", "spend_reporting": 5, "impressions": 9000, "clicks": 9},
        {"date_day": "2026-10-02", "platform": "x", "spend_reporting": 5, "impressions": 0, "clicks": 0},
    )
    assert reported(run, "paid_efficiency_daily", "cpm", "platform") == {"Meta": 1.5, "X": None}
    assert reported(run, "paid_efficiency_daily", "ctr") == {1: 0.001}


def test_people_are_shown_for_one_row_and_never_for_several(run: Run) -> None:
    week = {"account_key": "x:1", "platform": "x", "period": "week"}
    put(run, "reach_period", {**week, "date_start": "2026-10-05", "reach": 70}, {**week, "date_start": "2026-10-12", "reach": 80})
    assert sorted(reported(run, "reach_period", "reach", "date_start").values()) == [70, 80]
    assert reported(run, "reach_period", "reach") == {1: None}


def test_levels_add_up_over_accounts_of_one_day_and_not_over_days(run: Run) -> None:
    for day, followers in (("2026-10-01", 10), ("2026-10-02", 11)):
        put(run, "fct_account_daily", {"account_key": "x:1", "date_day": day, "followers": followers})
        put(run, "fct_account_daily", {"account_key": "x:2", "date_day": day, "followers": 5})
    assert sorted(reported(run, "fct_account_daily", "followers", "date_day").values()) == [15, 16]
    assert reported(run, "fct_account_daily", "followers") == {1: None}


def test_a_rate_against_a_level_holds_for_a_day_of_the_accounts_that_have_both(run: Run) -> None:
    for day, engagements in (("2026-10-01", 3), ("2026-10-02", 6)):
        put(run, "engagement_daily", {"account_key": "x:1", "date_day": day, "engagements": engagements, "followers": 10})
        put(run, "engagement_daily", {"account_key": "x:2", "date_day": day, "engagements": None, "followers": 90})
    assert sorted(reported(run, "engagement_daily", "engagement_rate_by_followers", "date_day").values()) == [0.3, 0.6]
    assert reported(run, "engagement_daily", "engagement_rate_by_followers") == {1: None}


def test_stages_of_the_funnel_are_not_added_to_each_other(run: Run) -> None:
    put(run, "funnel_daily", *({"stage": stage, "volume": volume} for stage, volume in (("interest", 40), ("interest", 2), ("intent", 5))))
    by_stage = reported(run, "funnel_daily", "funnel_volume", "stage")
    assert by_stage == {"2 Interest (sessions)": 42, "4 Intent (cart)": 5}
    assert reported(run, "funnel_daily", "funnel_volume") == {1: None}


def test_a_ratio_known_together_counts_only_rows_with_both_sides(run: Run) -> None:
    metric = Metric(
        name="shares_per_post", mart="engagement_daily", label="", additivity="ratio", numerator="shares", denominator="posts",
        format="decimal", unit="", known_together=True,
    )  # fmt: skip
    put(run, "engagement_daily", {"shares": 6, "posts": 2}, {"shares": None, "posts": 9}, {"shares": 9, "posts": None})
    [(value,)] = run(f"select {expression(metric, [])} from marts.engagement_daily")
    assert Decimal(str(value)) == 3


def test_values_are_translated_and_unknown_ones_stay(run: Run) -> None:
    put(run, "conversion_daily", {"channel": "Email"}, {"channel": "It's new"})
    made = dataset("conversion_daily", edition("zh"))
    assert {channel for (channel,) in run(f"select channel from ({made['sql']}) as virtual_table")} == {"电子邮件", "It's new"}


def test_a_published_state_is_stale_once_the_next_was_due_wherever_the_reader_is(run: Run) -> None:
    present = datetime.now(UTC).replace(tzinfo=None)
    for days, minutes in ((0, 5), (1, -5)):
        moments = {"as_of": present - timedelta(days=days), "next_due_at": present + timedelta(minutes=minutes)}
        put(run, "warehouse_status", {name: str(moment) for name, moment in moments.items()})
    made = dataset("warehouse_status", edition("en"))["sql"]
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        run(f"set TimeZone = '{zone}'")
        reported = run(f"select days_old, is_stale from ({made}) as virtual_table order by days_old")
        assert reported == [(0, "up to date"), (1, "stale: newer numbers were due")]


def test_a_copied_column_is_found_by_the_filter_of_its_name(run: Run) -> None:
    put(run, "clv_by_channel", {"acquisition_channel": "Email", "customers": 3}, {"acquisition_channel": "Direct", "customers": 4})
    made = dataset("clv_by_channel", edition("zh"))["sql"]
    assert run(f"select acquisition_channel, customers from ({made}) as virtual_table where channel = '电子邮件'") == [("电子邮件", 3)]


def test_free_text_holds_no_tag_and_loses_no_letter(run: Run) -> None:
    put(run, "conversion_daily", {"campaign": "<b>tea</b>"}, {"campaign": "1 < 2"}, {"campaign": None})
    made = dataset("conversion_daily", edition("en"))
    texts = {text for (text,) in run(f"select campaign from ({made['sql']}) as virtual_table")}
    assert {text and text.replace("\u200b", "") for text in texts} == {"<b>tea</b>", "1 < 2", None}
    assert not any(text and re.search("<[a-z/]", text) for text in texts)


def test_a_dimension_adds_columns_and_no_rows(run: Run) -> None:
    put(run, "dim_account", {"account_key": "x:1", "account_name": "Halm"})
    put(run, "reach_period", {"account_key": "x:1", "reach": 1}, {"account_key": "x:2", "reach": 2})
    made = dataset("reach_period", edition("en"))
    assert sorted(run(f"select reach, account_name from ({made['sql']}) as virtual_table")) == [(1, "Halm"), (2, None)]


def test_every_metric_of_the_catalogue_is_one_of_a_mart() -> None:
    known: list[Mart] = list(marts().values())
    assert {metric.mart for metric in catalogue()} <= {mart.name for mart in known}
