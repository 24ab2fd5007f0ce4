"""Content and accounts from raw rows to marts; expected values are solved by hand from rows_advertising.py."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from conftest import Ask


def test_lifetime_counters_become_daily_growth_without_invention(ask: Ask) -> None:
    rows = ask(
        "select content_key, date_day, views, likes, comments, shares, engagements, impressions, reach, days_covered "
        "from fct_content_daily where account_key = 'facebook:55' order by 1, 2"
    )
    assert [tuple(row.values()) for row in rows] == [
        # new on its first reading: all of it is the day's
        ("facebook:55:55_1", date(2026, 10, 1), 100, 5, 1, 0, 6, None, None, 1),
        ("facebook:55:55_1", date(2026, 10, 2), 50, 0, 0, 0, 0, None, None, 1),
        # views taken back, over three days without a reading
        ("facebook:55:55_1", date(2026, 10, 5), -10, 3, 0, 0, 3, None, None, 3),
        # old on its first reading, which is only where counting begins; its impressions were retired
        ("facebook:55:55_2", date(2026, 10, 2), 10, 1, 0, 1, 2, None, None, 1),
    ]


def test_a_retired_metric_is_empty_from_its_day_with_a_marked_break(ask: Ask) -> None:
    rows = ask(
        "select date_day, impressions, views, "
        "series_break from fct_account_daily where account_key = 'facebook:55' and date_day < '2026-01-01' order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        (date(2025, 11, 14), 90, 120, None),
        (date(2025, 11, 15), None, 130, "impressions"),
    ]


def test_page_days_come_from_the_day_period_and_parts_by_advertising_add_up(ask: Ask) -> None:
    (row,) = ask(
        "select followers, net_followers, views, reach, engagements, "
        "is_final from fct_account_daily where account_key = 'facebook:55' and date_day = '2026-10-01'"
    )
    assert tuple(row.values()) == (1000, -3, 400, 250, 20, True)


def test_reach_of_a_period_is_the_platforms_own_or_empty_with_a_reason(ask: Ask) -> None:
    rows = ask(
        "select account_key, period, date_start, reach, frequency, reason is null as is_given from reach_period "
        "where date_stop between '2026-09-30' and '2026-10-04' and account_key in ('facebook:55', 'meta:100', "
        "'weibo:brand_cn') order by 1, 2"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("facebook:55", "month", date(2026, 9, 1), None, None, False),
        ("facebook:55", "week", date(2026, 9, 28), 700, None, True),
        ("meta:100", "week", date(2026, 9, 28), 950, Decimal("1.442105"), True),
        ("weibo:brand_cn", "month", date(2026, 9, 1), None, None, False),
        ("weibo:brand_cn", "week", date(2026, 9, 28), None, None, False),
    ]


def test_daily_reach_is_empty_with_a_reason_where_the_source_gives_none(ask: Ask) -> None:
    rows = ask("select reach, reason is null as is_given from reach_daily where account_key = 'weibo:brand_cn' order by date_day")
    assert [tuple(row.values()) for row in rows] == [(100, True), (None, False)]


def test_engagement_prefers_the_accounts_own_count_and_else_adds_up_its_content(ask: Ask) -> None:
    rows = ask(
        "select posts, engagements, likes, engagement_rate_by_reach, applause, "
        "series_break from engagement_daily where date_day = '2026-10-01' order by account_key"
    )
    assert [tuple(row.values()) for row in rows] == [
        # likes so far of the one post of each: 8 and 7, of which 5 and 6 on its first day
        (1, 20, 5, Decimal("0.08"), Decimal("8"), "impressions"),
        (1, 8, 6, None, Decimal("7"), None),
    ]


def test_a_rate_leaves_out_what_is_known_on_one_side_alone(ask: Ask) -> None:
    accounts = ask("select engagements, views from engagement_daily where date_day = '2026-10-01' order by account_key")
    assert [tuple(row.values()) for row in accounts] == [(20, 400), (8, None)]
    (row,) = ask(
        "select numerator, denominator, value from metric_daily "
        "where metric = 'engagement_rate_by_views' and dimension = 'total' and date_day = '2026-10-01'"
    )
    assert tuple(row.values()) == (20, 400, Decimal("0.05"))


def test_content_performance_has_totals_and_their_ratios(ask: Ask) -> None:
    rows = ask(
        "select content_key, impressions, views, reach, engagements, engaged_users, ctr, engagement_rate_by_reach, "
        "engagement_rate_by_impressions, frequency "
        "from content_performance where account_key in ('facebook:55', 'facebook:cosmetics') order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("facebook:55:55_1", None, 140, 70, 9, None, None, Decimal("0.128571"), None, None),
        # its impressions stopped at their retirement, so no rate is set against them
        ("facebook:55:55_2", None, 1010, None, 47, None, None, None, None, None),
        (
            "facebook:cosmetics:r1",
            5091,
            None,
            2752,
            100,
            178,
            Decimal("0.031232"),
            Decimal("0.036337"),
            Decimal("0.019643"),
            Decimal("1.849927"),
        ),
        ("facebook:cosmetics:r2", 0, None, 10, None, None, None, None, None, Decimal("0")),
    ]


def test_days_of_an_import_add_up_to_totals_but_for_reach(ask: Ask) -> None:
    (row,) = ask("select impressions, reach, engagements from content_performance where content_key = 'weibo:brand_cn:w1'")
    assert tuple(row.values()) == (300, None, 9)


def test_all_content_that_has_numbers_is_in_the_dimension(ask: Ask) -> None:
    rows = ask(
        "select content_id, account_key, published_month, published_weekday, published_hour from dim_content "
        "where account_key in ('facebook:55', 'facebook:cosmetics', 'weibo:brand_cn') order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        # 18:00 UTC is 2 o'clock on the next day in the reporting time zone, Asia/Shanghai
        ("55_1", "facebook:55", date(2026, 10, 1), 5, 2),
        ("55_2", "facebook:55", date(2026, 1, 1), 4, 20),
        ("r1", "facebook:cosmetics", date(2014, 12, 1), 4, 3),
        ("r2", "facebook:cosmetics", None, None, None),
        ("w1", "weibo:brand_cn", date(2026, 10, 1), 4, 7),
    ]
