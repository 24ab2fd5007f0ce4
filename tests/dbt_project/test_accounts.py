"""Two accounts of one platform may number their ads, campaigns and posts alike: both stay. The values are those of rows_accounts.py."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import Ask

pytestmark = pytest.mark.engine
ENGINES = pytest.mark.parametrize("engine", ["duckdb", "postgres"])
D = Decimal


def spent(asks: dict[str, Ask], engine: str, platform: str) -> list[tuple[object, ...]]:
    rows = asks[engine](
        "select account_key, ad_key, campaign_key, spend, platform_conversions from fct_ad_daily "
        f"where platform = '{platform}' and date_day = '2026-03-02' order by 1"
    )
    return [tuple(row.values()) for row in rows]


@ENGINES
def test_like_ads_of_two_accounts_both_stay_with_their_conversions(asks: dict[str, Ask], engine: str) -> None:
    assert spent(asks, engine, "meta") == [
        ("meta:201", "meta:201:1", "meta:201:1", D(200), 2),
        ("meta:202", "meta:202:1", "meta:202:1", D(80), 1),
    ]
    assert spent(asks, engine, "criteo") == [
        ("criteo:away", "criteo:away:1", "criteo:away:1", D(80), None),
        ("criteo:home", "criteo:home:1", "criteo:home:1", D(200), None),
    ]


@ENGINES
def test_like_campaigns_of_two_accounts_keep_their_names_and_their_spend(asks: dict[str, Ask], engine: str) -> None:
    rows = asks[engine](
        "select campaigns.campaign_name, campaigns.account_key, metrics.value from dim_campaign as campaigns "
        "inner join metric_daily as metrics on metrics.member = campaigns.campaign_key and metrics.dimension = 'campaign' "
        "where metrics.metric = 'spend' and metrics.date_day = '2026-03-02' and campaigns.platform = 'meta' order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [("Spring 201", "meta:201", D(200)), ("Spring 202", "meta:202", D(80))]


@ENGINES
def test_like_posts_of_two_pages_both_stay_with_their_counters(asks: dict[str, Ask], engine: str) -> None:
    rows = asks[engine](
        "select content.title, totals.likes, totals.views from dim_content as content "
        "inner join content_performance as totals on totals.content_key = content.content_key "
        "where content.account_key in ('facebook:66', 'facebook:67') order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [("66", 3, 30), ("67", 4, 40)]


@ENGINES
@pytest.mark.parametrize("mart", ["content_performance", "fct_content_daily", "fct_account_daily"])
def test_one_file_may_hold_several_accounts_and_platforms_with_like_ids(asks: dict[str, Ask], engine: str, mart: str) -> None:
    rows = asks[engine](f"select account_key, likes from {mart} where platform in ('vk', 'ok') order by 1")
    assert [tuple(row.values()) for row in rows] == [("ok:home", 7), ("vk:away", 11), ("vk:home", 5)]


@ENGINES
def test_marts_hold_what_raw_holds_and_two_sources_of_one_account_are_shown(asks: dict[str, Ask], engine: str) -> None:
    wrong = asks[engine]("select * from reconciliation_daily where check_name like '%in_raw_equal%' and status = 'error'")
    assert wrong == []
    days = asks[engine](
        "select scope, left_value, right_value from reconciliation_daily "
        "where check_name = 'ad_day_spend_in_raw_equal_mart' and date_day = '2026-03-02' and scope not like 'taboola:%' order by 1"
    )
    assert [tuple(row.values()) for row in days] == [
        ("criteo:away", 80, 80), ("criteo:home", 200, 200), ("meta:201", 200, 200), ("meta:202", 80, 80),
    ]  # fmt: skip
    shown = asks[engine](
        "select check_name, scope, left_value, right_value, level, status from reconciliation_daily "
        "where (check_name like '%of_two_sources_agree' or check_name like '%is_of_one_account') and date_day = '2026-03-03' order by 1, 2"
    )
    assert [tuple(row.values()) for row in shown] == [
        ("ad_day_clicks_of_two_sources_agree", "meta:201, earlier_export", 3, 3, "warn", "ok"),
        ("ad_day_impressions_of_two_sources_agree", "meta:201, earlier_export", 30, 30, "warn", "ok"),
        ("ad_day_is_of_one_account", "meta:201", 1, 0, "warn", "error"),
        ("ad_day_is_of_one_account", "meta:unnamed", 1, 0, "warn", "error"),
        ("ad_day_spend_of_two_sources_agree", "meta:201, earlier_export", 9, 10, "warn", "error"),
    ]
