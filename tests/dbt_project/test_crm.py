"""A CRM's records that are merged, deleted for good, archived or in stages that nobody knows, on both engines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import Ask

pytestmark = pytest.mark.parametrize("engine", ["duckdb", "postgres"])
MINE = "where _source = 'crm_of_others'"


def test_merged_contacts_are_one_lead_with_the_earliest_of_their_stages(asks: dict[str, Ask], engine: str) -> None:
    leads = {row["lead_id"]: row for row in asks[engine](f"select * from fct_lead {MINE}")}
    assert sorted(leads) == ["4", "6", "7"], "1, 2 and 3 are in 4; 5 is no more; 8 is a partner; 9 is in a stage that nobody knows"
    assert (str(leads["4"]["created_at"]), str(leads["4"]["qualified_at"])) == ("2026-09-01 09:00:00", "2026-09-06 09:00:00")
    assert leads["7"]["is_qualified"], "the source's options say what its own stage means"


def test_deals_follow_their_contact_and_end_with_it_only_when_they_are_deleted_themselves(asks: dict[str, Ask], engine: str) -> None:
    deals = {row["deal_id"]: row for row in asks[engine](f"select * from fct_deal {MINE}")}
    assert sorted(deals) == ["w1", "w2", "w4", "w6", "x1", "x2", "x3"], "w3 is in w2, w5 is no more"
    assert deals["w1"]["lead_key"] == "crm_of_others:main:4" == deals["w2"]["lead_key"]
    assert deals["w6"]["lead_key"] is None


def test_won_and_lost_follow_the_stages_own_flags(asks: dict[str, Ask], engine: str) -> None:
    deals = {row["deal_id"]: row for row in asks[engine](f"select * from fct_deal {MINE}")}
    reported = {name: (deal["status"], deal["is_won"], deal["unknown_state"]) for name, deal in deals.items()}
    assert reported == {
        "w1": ("won", True, None),
        "w2": ("won", True, None),
        "w4": ("won", False, None),
        "w6": ("won", True, "p, old"),
        "x1": ("lost", False, None),
        "x2": ("open", False, None),
        "x3": ("unknown", False, "p, elsewhere"),
    }


def test_states_of_imported_deals_that_are_none_of_three_are_unknown_and_shown(asks: dict[str, Ask], engine: str) -> None:
    deals = asks[engine]("select status, unknown_state, count(*) as deals from fct_deal where _source = 'deals_of_others' group by 1, 2")
    assert {(row["status"], row["unknown_state"]): row["deals"] for row in deals} == {
        ("won", None): 2,
        ("lost", None): 1,
        ("open", None): 1,
        ("unknown", "parked"): 1,
        ("unknown", "no state"): 1,
        ("unknown", "won?"): 1,
    }


def test_archived_leads_and_deals_count_on_no_day(asks: dict[str, Ask], engine: str) -> None:
    ask = asks[engine]
    columns = "sum(leads) as leads, sum(qualified_leads) as qualified, sum(won_deals) as won, sum(won_amount) as amount"
    [counted] = ask(f"select {columns} from conversion_daily")
    [rows] = ask(
        "select (select count(*) from fct_lead where not is_archived) as leads,"
        " (select count(*) from fct_lead where not is_archived and is_qualified) as qualified,"
        " (select count(*) from fct_deal where status = 'won' and not is_archived) as won,"
        " (select sum(amount_reporting) from fct_deal where status = 'won' and not is_archived) as amount"
    )
    assert counted == rows
    [won] = ask(f"select count(*) as deals, sum(amount_reporting) as amount from fct_deal {MINE} and is_won")
    assert (won["deals"], won["amount"]) == (3, Decimal("122.00"))
    [funnel] = ask("select sum(crm_volume) as leads from funnel_daily where stage = 'consideration'")
    assert funnel["leads"] == rows["leads"]


def test_stages_and_states_that_nobody_knows_are_shown_in_reconciliation(asks: dict[str, Ask], engine: str) -> None:
    checks = asks[engine](
        "select check_name, scope, status, level, sum(left_value) as records from reconciliation_daily"
        " where check_name in ('lifecycle_stage_is_known', 'deal_state_is_known') and scope like '%of_others%' group by 1, 2, 3, 4"
    )
    assert {(row["check_name"], row["scope"]): int(row["records"]) for row in checks} == {
        ("lifecycle_stage_is_known", "crm_of_others, 1503"): 1,
        ("deal_state_is_known", "crm_of_others, p, old"): 1,
        ("deal_state_is_known", "crm_of_others, p, elsewhere"): 1,
        ("deal_state_is_known", "deals_of_others, parked"): 1,
        ("deal_state_is_known", "deals_of_others, no state"): 1,
        ("deal_state_is_known", "deals_of_others, won?"): 1,
    }
    assert {(row["status"], row["level"]) for row in checks} == {("error", "warn")}
