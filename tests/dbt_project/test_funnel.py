"""Attribution, conversion, funnel, metrics and reconciliation from hand-made rows, solved apart from the SQL."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from conftest import Ask

from multiball.marts import marts

MODELS = ["first_touch", "last_non_direct", "last_touch", "linear", "position_based", "time_decay"]
PATH_OF_O1 = [("Paid Social", 1), ("Direct", 1), ("Organic Search", 0)]
"""Channel and age in days, in Shanghai, of the touches before the order of 100 EUR on 2026-10-10."""


def weights(model: str) -> list[Fraction]:
    decay = [Fraction(round(1_000_000 * 2 ** (-age / 7))) for _, age in PATH_OF_O1]
    return {
        "first_touch": [Fraction(1), Fraction(0), Fraction(0)],
        "last_touch": [Fraction(0), Fraction(0), Fraction(1)],
        "last_non_direct": [Fraction(0), Fraction(0), Fraction(1)],
        "linear": [Fraction(1, 3)] * 3,
        "position_based": [Fraction(2, 5), Fraction(1, 5), Fraction(2, 5)],
        "time_decay": [weight / sum(decay) for weight in decay],
    }[model]


@pytest.mark.parametrize("model", MODELS)
def test_each_rule_credits_a_path_of_three_touches_as_solved_by_hand(model: str, ask: Ask) -> None:
    rows = ask(
        "select channel, sum(orders) as orders, sum(revenue) as revenue from attribution_daily "
        f"where attribution_model = '{model}' and date_day = '2026-10-10' and orders <> 0 group by channel"
    )
    credited = {row["channel"]: (row["orders"], row["revenue"]) for row in rows}
    expected = {channel: weight for (channel, _), weight in zip(PATH_OF_O1, weights(model), strict=True) if weight}
    assert set(credited) == set(expected)
    for channel, weight in expected.items():
        assert abs(Fraction(credited[channel][0]) - weight) < Fraction(2, 1_000_000)
        assert abs(Fraction(credited[channel][1]) - weight * 100) < Fraction(2, 1_000_000)
    assert sum(orders for orders, _ in credited.values()) == 1
    assert sum(revenue for _, revenue in credited.values()) == Decimal(100)


def test_credits_of_every_model_equal_the_orders_exactly(ask: Ask) -> None:
    orders = ask("select sum(order_units) as orders, sum(revenue_reporting) as revenue from fct_order where is_counted")[0]
    assert orders["orders"] >= 9
    rows = ask("select attribution_model as model, sum(orders) as orders, sum(revenue) as revenue from attribution_daily group by 1")
    assert {row["model"]: (row["orders"], row["revenue"]) for row in rows} == {
        model: (orders["orders"], orders["revenue"]) for model in MODELS
    }


def test_orders_without_a_known_touch_are_unattributed_and_old_touches_win_nothing(ask: Ask) -> None:
    rows = ask("select order_id, channel from fct_order where order_id in ('o3', 'o7', 'o9', 'o10', 'p1')")
    assert {row["order_id"]: row["channel"] for row in rows} == {
        "o3": "unattributed", "o7": "unattributed", "o9": "unattributed", "o10": "unattributed", "p1": "Affiliates",
    }  # fmt: skip
    unattributed = ask(
        "select attribution_model as model, sum(orders) as orders from attribution_daily "
        "where channel = 'unattributed' and date_day between '2026-10-10' and '2026-10-13' group by 1"
    )
    assert {row["model"]: row["orders"] for row in unattributed} == dict.fromkeys(MODELS, Decimal(4))


def test_spend_that_won_nothing_keeps_its_row_under_every_model(ask: Ask) -> None:
    rows = ask("select * from attribution_daily where campaign = 'Nobody Bought'")
    assert sorted(row["attribution_model"] for row in rows) == MODELS
    assert {(row["spend"], row["orders"], row["revenue"], row["roas"]) for row in rows} == {(Decimal(40), 0, 0, 0)}
    tea = ask(
        "select * from attribution_daily where campaign_key = 'meta:900:c9' and attribution_model = 'first_touch' and orders > 0 order by 1"
    )
    assert [(row["orders"], row["revenue"], row["spend"], row["roas"]) for row in tea] == [
        (1, Decimal(100), Decimal(100), 1), (1, Decimal(10), None, None),
    ]  # fmt: skip


def test_campaigns_that_money_is_spent_on_return_what_they_brought_be_it_nothing(ask: Ask) -> None:
    rows = ask(
        "select campaign, sum(advertised_revenue) / sum(spend) as roas, sum(revenue) as revenue, sum(net_revenue) as net "
        "from conversion_daily where campaign in ('Autumn Tea', 'Nobody Bought', 'partner') group by 1 order by 1"
    )
    assert [(row["campaign"], row["roas"]) for row in rows if row["campaign"] != "Autumn Tea"] == [("Nobody Bought", 0), ("partner", None)]
    assert {row["campaign"]: (row["revenue"], row["net"]) for row in rows}["partner"] == (25, 20), "a return leaves gross revenue alone"


def test_two_touches_share_and_direct_gives_way_only_where_the_rule_says(ask: Ask) -> None:
    credited = defaultdict(dict)
    for row in ask("select * from int_orders_credited where order_key = 'site:main:o8'"):
        credited[row["attribution_model"]][row["channel"]] = (row["credited_orders"], row["credited_revenue"])
    half = (Decimal("0.5"), Decimal("0.005"))
    assert credited["position_based"] == credited["linear"] == {"Email": half, "Direct": half}
    assert set(credited["last_touch"]) == {"Direct"} and set(credited["last_non_direct"]) == {"Email"}
    assert credited["time_decay"]["Email"][0] == Decimal("0.333333") and credited["time_decay"]["Direct"][0] == Decimal("0.666667")


def test_conversions_tell_origins_apart_and_leave_none_where_there_is_none(ask: Ask) -> None:
    rows = ask("select origin, sum(leads) as leads from conversion_daily where leads > 0 and date_day = '2026-10-02' group by 1")
    assert {row["origin"]: row["leads"] for row in rows} == {"unknown": 1, None: 1, "paid_search": 1, "PAID_SOCIAL": 1}
    columns = "origin, sum(won_deals) as deals, sum(won_amount) as amount"
    won = ask(f"select {columns} from conversion_daily where won_deals > 0 and date_day >= '2026-10-01' group by 1")
    assert {row["origin"]: (row["deals"], row["amount"]) for row in won} == {"PAID_SOCIAL": (2, Decimal(1070)), "paid_search": (1, None)}


def test_the_funnel_counts_each_stage_in_its_own_unit(ask: Ask) -> None:
    rows = ask("select stage, volume from funnel_daily where date_day = '2026-10-10' and channel = 'Organic Search' order by stage_number")
    assert [(row["stage"], row["volume"]) for row in rows] == [("interest", 1), ("consideration", 1), ("intent", 1), ("purchase", 1)]
    seen = ask("select sum(volume) as shown from funnel_daily where stage = 'awareness' and campaign_key in ('meta:900:c8', 'meta:900:c9')")
    assert seen == [{"shown": 2000}]
    repeated = ask("select sum(volume) as orders from funnel_daily where stage = 'loyalty' and date_day >= '2026-10-01'")
    assert repeated == [{"orders": 1}], "o6 is the second order of its customer"
    crm = ask("select stage, sum(crm_volume) as counted from funnel_daily where crm_volume > 0 and date_day >= '2026-10-01' group by stage")
    assert {row["stage"]: row["counted"] for row in crm} == {"consideration": 5, "intent": 2, "purchase": 3}


def metric(ask: Ask, name: str, dimension: str) -> list[dict[str, Any]]:
    return ask(f"select * from metric_daily where metric = '{name}' and dimension = '{dimension}' order by date_day, member")


def test_the_long_form_adds_up_sums_and_divides_sums(ask: Ask) -> None:
    revenue = metric(ask, "revenue", "total")
    assert sum(row["value"] for row in revenue) == ask("select sum(revenue) as revenue from conversion_daily")[0]["revenue"]
    by_channel = [row for row in metric(ask, "revenue", "channel") if str(row["date_day"]) == "2026-10-11"]
    assert {row["member"]: row["value"] for row in by_channel} == {"Organic Social": Decimal(40), "unattributed": Decimal(30)}
    cost = next(row for row in metric(ask, "cost_per_order", "total") if str(row["date_day"]) == "2026-10-10")
    assert (cost["numerator"], cost["denominator"], cost["value"]) == (Decimal(140), Decimal(1), Decimal(140))
    cpm = metric(ask, "cpm", "campaign")
    assert [row["value"] for row in cpm if row["member"] == "meta:900:c9"] == [Decimal(100)], "100 EUR for 1000 impressions"


def test_spend_is_one_metric_over_the_dimensions_of_both_marts(ask: Ask) -> None:
    cells = ask(
        "select dimension, sum(value) as spend, count(distinct member) as members from metric_daily where metric = 'spend' group by 1"
    )
    found = {row["dimension"]: row for row in cells}
    assert set(found) == {"total", "platform", "account", "campaign", "channel"}
    assert found["channel"]["spend"] == found["total"]["spend"] == found["account"]["spend"] and found["total"]["spend"] > 0
    by_channel = ask("select channel, sum(spend) as spend from conversion_daily where spend is not null group by channel")
    asked = ask("select member, sum(value) as spend from metric_daily where metric = 'spend' and dimension = 'channel' group by member")
    assert {row["member"]: row["spend"] for row in asked} == {row["channel"]: row["spend"] for row in by_channel}
    assert not ask("select 1 as found from dim_metric where metric = 'channel_spend'")


def test_people_are_never_added_up(ask: Ask) -> None:
    distinct = ask("select metric from dim_metric where additivity = 'distinct'")
    assert distinct
    names = ", ".join(f"'{row['metric']}'" for row in distinct)
    assert {row["dimension"] for row in ask(f"select distinct dimension from metric_daily where metric in ({names})")} == {"account"}


def test_sql_and_python_agree_on_what_adds_up_over_days(ask: Ask) -> None:
    known = {metric.name: (metric.mart, metric.over_days) for mart in marts().values() for metric in mart.metrics.values()}
    assert {row["metric"]: (row["mart"], row["over_days"]) for row in ask("select metric, mart, over_days from dim_metric")} == known
    assert {over_days for _, over_days in known.values()} == {"sum", "last", "none"}


def test_the_catalogue_is_made_from_the_marts(ask: Ask) -> None:
    catalogue = {row["metric"]: row for row in ask("select * from dim_metric")}
    assert catalogue["cost_per_lead"]["label"] == "Cost per lead"
    assert (catalogue["cost_per_lead"]["numerator"], catalogue["cost_per_lead"]["mart"]) == ("spend", "conversion_daily")
    listed = {row["metric"] for row in ask("select distinct metric from metric_daily")}
    assert listed <= set(catalogue)


def levels(ask: Ask, day: str, scope: str = "meta:900", check: str = "platform_spend_account_equals_campaign") -> list[tuple[Any, ...]]:
    rows = ask(f"select * from reconciliation_daily where scope = '{scope}' and date_day = '{day}' and check_name = '{check}'")
    return [(row["difference"], row["status"], row["level"]) for row in rows]


def test_a_difference_between_the_levels_of_a_settled_day_blocks(ask: Ask) -> None:
    assert levels(ask, "2026-10-10") == [(Decimal(1), "error", "block")]
    assert levels(ask, "2026-10-10", check="platform_spend_campaign_equals_ad") == [(0, "ok", "block")]
    assert levels(ask, "2026-10-10", check="platform_impressions_account_equals_campaign") == [(0, "ok", "block")]


@pytest.mark.parametrize("day", ["2026-10-29", "2026-10-25"])
def test_a_day_that_runs_or_was_not_pulled_since_it_settled_differs_without_blocking(day: str, ask: Ask) -> None:
    assert levels(ask, day) == [(Decimal(1), "error", "warn")]


def test_a_side_that_is_missing_is_an_error_and_blocks(ask: Ask) -> None:
    rows = ask("select * from reconciliation_daily where scope = 'meta:100' and date_day = '2026-10-05' and check_name like '%spend%'")
    assert [(row["left_value"], row["right_value"], row["status"], row["level"]) for row in rows] == [
        (Decimal("0.5"), None, "error", "block")
    ]


def test_amounts_that_the_platform_rounded_one_by_one_may_differ_by_half_a_cent_each(ask: Ask) -> None:
    assert levels(ask, "2026-10-09") == [(Decimal("0.01"), "ok", "block")]
    assert levels(ask, "2026-10-09", check="platform_spend_campaign_equals_ad") == [(Decimal("9.99"), "error", "block")]


def test_rows_in_are_rows_kept_and_rejected(ask: Ask) -> None:
    rows = ask("select * from reconciliation_daily where check_name like 'r%' and scope like 'shop_export%'")
    states = {(row["check_name"], row["scope"].split(", ")[-1]): (row["difference"], row["status"]) for row in rows}
    assert states == {
        ("rows_in_equals_kept_and_rejected", "good"): (0, "ok"), ("rows_in_equals_kept_and_rejected", "lossy"): (1, "error"),
        ("rejected_rows_are_kept", "good"): (0, "ok"), ("rejected_rows_are_kept", "lossy"): (1, "error"),
    }  # fmt: skip


def test_what_the_warehouse_itself_makes_always_agrees(ask: Ask) -> None:
    rows = ask(
        "select check_name, count(*) as days from reconciliation_daily where check_name like '%attributed' and status = 'ok' group by 1"
    )
    assert {row["check_name"] for row in rows} == {
        f"{measure}_equals_attributed" for measure in ("orders", "revenue", "refunds", "net_revenue", "spend")
    }
    broken = ask(
        "select * from reconciliation_daily where status = 'error' and (check_name like '%attributed' or check_name like 'orders_%')"
    )
    assert broken == []


def test_freshness_shows_when_a_source_is_due_and_that_imports_never_are(ask: Ask) -> None:
    rows = {(row["source_name"], row["entity"]): row for row in ask("select * from source_freshness")}
    assert rows["meta_ads", "ad_insights"]["is_late"] is True
    imported = rows["shop_export", "order"]
    assert (imported["expected_by"], imported["is_late"], imported["loads"], imported["rows_rejected"]) == (None, False, 2, 4)
