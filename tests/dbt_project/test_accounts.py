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
