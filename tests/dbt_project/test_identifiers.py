"""Who is who: ids are those of one site or shop, and an identifier that identifies nobody joins nobody. Rows: rows_sites.py."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Ask
from rows_sites import NOBODIES, SOMEBODIES, TILL

pytestmark = pytest.mark.engine
ENGINES = pytest.mark.parametrize("engine", ["duckdb", "postgres"])


def orders(asks: dict[str, Ask], engine: str, where: str) -> list[dict[str, Any]]:
    return asks[engine](f"select * from fct_order where _source = 'shops' and {where} order by order_key")


@ENGINES
def test_like_visitors_and_customers_of_two_sites_are_two_people(asks: dict[str, Ask], engine: str) -> None:
    found = orders(asks, engine, "order_id = '1'")
    assert [(row["_account"], row["customer_key"], row["channel"], row["is_new_customer"]) for row in found] == [
        ("a.example", "shops:a.example:17", "Email", True),
        ("b.example", "shops:b.example:17", "Affiliates", True),
    ]
    sessions = asks[engine]("select site_id, events from fct_session where _source = 'sites' and visitor_id = '1' order by 1")
    assert [tuple(row.values()) for row in sessions] == [("a.example", 1), ("b.example", 2)]


@ENGINES
def test_an_identifier_that_identifies_nobody_joins_nobody(asks: dict[str, Ask], engine: str) -> None:
    found = orders(asks, engine, "order_id like 'n%'")
    assert len(found) == len(NOBODIES)
    assert {(row["customer_key"], row["identified_by"], row["channel"], row["is_new_customer"]) for row in found} == {
        (None, None, "unattributed", None)
    }
    assert {row["visitor_id"] for row in found} == set(NOBODIES), "rows keep what came"
    assert {row["customer_key"] for row in orders(asks, engine, "order_id like 'mails%'")} == {None}
    leads = asks[engine]("select distinct customer_key, channel from fct_lead where _source = 'forms'")
    assert [tuple(row.values()) for row in leads] == [(None, "unattributed")]


@ENGINES
def test_visits_of_nobody_stay_apart_and_no_placeholder_is_a_click(asks: dict[str, Ask], engine: str) -> None:
    visits = asks[engine]("select * from fct_session where _source = 'sites' and date_day = '2026-04-03'")
    assert len(visits) == len(NOBODIES), "each event is a visit of its own"
    assert {(row["channel"], row["click_id"], row["is_stitched"], row["customer_key"]) for row in visits} == {("Email", None, False, None)}
    touches = asks[engine]("select count(*) as touches from fct_touchpoint where date_day = '2026-04-03' and channel = 'Email'")
    assert touches == [{"touches": 0}]


@ENGINES
def test_ids_that_only_look_like_nobodys_are_somebodys(asks: dict[str, Ask], engine: str) -> None:
    found = orders(asks, engine, "order_id like 's%'")
    assert [row["customer_key"] for row in found] == [f"shops:a.example:{somebody}" for somebody in SOMEBODIES]


@ENGINES
def test_an_identifier_that_many_people_share_chains_none_of_them(asks: dict[str, Ask], engine: str) -> None:
    assert {row["customer_key"] for row in orders(asks, engine, "order_id like 'tilltill%'")} == set(TILL)
    [stranger] = orders(asks, engine, "order_id = 'at the till'")
    assert (stranger["customer_key"], stranger["channel"]) == (None, "unattributed")
    [member] = orders(asks, engine, "order_id = 'of the family'")
    assert member["customer_key"] == "kin0", "ten people may share a browser"


def checks(asks: dict[str, Ask], engine: str, name: str, scope: str) -> list[tuple[Any, ...]]:
    found = asks[engine](
        f"select left_value, right_value, level, status from reconciliation_daily where check_name = '{name}' and scope = '{scope}'"
    )
    return [tuple(row.values()) for row in found]


@ENGINES
@pytest.mark.parametrize(
    ("scope", "given", "known"),
    [
        ("shops, customer_id", len(NOBODIES) + 2 + len(SOMEBODIES), 2 + len(SOMEBODIES)),
        ("shops, email_key", 2, 0),
        ("sites, gclid", len(NOBODIES), 0),
        ("sites, session_id", len(NOBODIES), 0),
        ("forms, visitor_id", len(NOBODIES), 0),
    ],
)
def test_identifiers_of_nobody_are_counted_and_shown(asks: dict[str, Ask], engine: str, scope: str, given: int, known: int) -> None:
    assert checks(asks, engine, "identifiers_identify_somebody", scope) == [(given, known, "info", "ok")]


@ENGINES
def test_an_identifier_that_many_share_is_shown(asks: dict[str, Ask], engine: str) -> None:
    for scope in ("customer_ref", "visitor_key"):
        assert checks(asks, engine, "identifiers_are_not_shared_by_many", scope) == [(1, 0, "warn", "error")]


@ENGINES
def test_orders_whose_visitors_were_seen_on_another_site_alone_are_shown(asks: dict[str, Ask], engine: str) -> None:
    assert checks(asks, engine, "visitors_of_orders_are_of_their_site", "exported, exported") == [(1, 0, "warn", "error")]
    assert checks(asks, engine, "visitors_of_orders_are_of_their_site", "shops, b.example") == []
