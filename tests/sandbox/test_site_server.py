from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from sandbox import truth
from sandbox.platforms.segment import stamp
from sandbox.platforms.site import API_KEY, WRITE_KEY
from sandbox.serve import Sandbox, serve
from sandbox.world.brand import SITE
from tests.sandbox.conftest import END, NOW, START

EVENTS, ORDERS = f"/v1/sites/{SITE}/events", f"/v1/sites/{SITE}/orders"


@pytest.fixture
def http(sandbox: Sandbox):
    with httpx.Client(base_url=sandbox["site"], headers={"Authorization": f"Bearer {API_KEY}"}) as session:
        yield session


def read(http, path, limit=1000, **window):
    rows, cursor = [], None
    while True:
        page = http.get(path, params={**window, "limit": limit, **({"cursor": cursor} if cursor else {})}).raise_for_status().json()
        rows += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            return rows


def test_every_event_received_by_now_comes_once_and_in_order(http, world):
    rows = read(http, EVENTS, since=f"{START}T00:00:00Z", until=f"{END}T00:00:00Z")
    true = {
        row["event_id"]
        for row in world.events.to_pylist()
        if row["received_at"] <= NOW and row["occurred_at"] < datetime(END.year, END.month, END.day)
    }
    assert len(rows) == len(true) > 3000 and {row["messageId"] for row in rows} == true
    assert [row["timestamp"] for row in rows] == sorted(row["timestamp"] for row in rows)


def test_the_size_of_pages_does_not_matter(http):
    window = {"since": "2025-12-01T00:00:00Z", "until": "2025-12-02T00:00:00Z"}
    assert read(http, EVENTS, limit=7, **window) == read(http, EVENTS, **window) != []


def test_a_page_goes_on_where_it_stood_when_events_arrive_late(sandbox, http, world):
    late = next(
        row for row in world.events.to_pylist() if row["received_at"] - row["occurred_at"] > timedelta(hours=1) and row["received_at"] < NOW
    )
    day = late["occurred_at"].date()
    window = {"since": f"{day}T00:00:00Z", "until": f"{day + timedelta(days=1)}T00:00:00Z", "limit": 10}
    sandbox.clock.set(late["received_at"] - timedelta(seconds=1))
    before = read(http, EVENTS, **window)
    first = http.get(EVENTS, params=window).json()
    sandbox.clock.set(late["received_at"])
    after = read(http, EVENTS, **window)
    assert {row["messageId"] for row in after} - {row["messageId"] for row in before} >= {late["event_id"]}
    rest = read(http, EVENTS, **window, cursor=first["next_cursor"]) if first["next_cursor"] else []
    assert not {row["messageId"] for row in first["data"]} & {row["messageId"] for row in rest}


def test_an_event_says_what_the_world_knows(http, world):
    true = {row["event_id"]: row for row in world.events.to_pylist()}
    for row in read(http, EVENTS, since="2025-12-01T00:00:00Z", until="2025-12-05T00:00:00Z"):
        event = true[row["messageId"]]
        assert (row["type"] == "page") == (event["event_name"] == "page_view")
        assert (row.get("anonymousId"), row.get("userId")) == (event["visitor_id"], event["user_id"])
        assert row["context"]["page"]["url"] == event["page_url"]
        assert row["context"].get("campaign", {}).get("name") == event["utm_campaign"]
        assert row["context"]["consent"]["categoryPreferences"] == {
            "analytics": event["consent_analytics"],
            "advertising": event["consent_ads"],
        }
        assert row["properties"].get("order_id") == event["order_id"]


def test_a_purchase_has_revenue_total_and_products_of_its_order(http, world):
    orders = {row["order_id"]: row for row in world.orders.to_pylist()}
    rows = read(http, EVENTS, since=f"{START}T00:00:00Z", until=f"{END}T00:00:00Z")
    bought = [row["properties"] for row in rows if row.get("event") == "Order Completed"]
    assert bought
    for one in bought:
        order = orders[one["order_id"]]
        assert Decimal(str(one["revenue"])) == order["revenue"] and Decimal(str(one["total"])) == order["total"]
        assert sum(Decimal(str(line["price"])) * line["quantity"] for line in one["products"]) == order["revenue"] + order["discount"]


def test_orders_come_once_as_they_stand_now(http, world):
    rows = read(http, ORDERS, limit=10, updated_since="2025-01-01T00:00:00Z", updated_until="2027-01-01T00:00:00Z")
    true = {row["order_id"]: row for row in truth.TABLES["order"](world, NOW).to_pylist()}
    assert len(rows) == len(true) and {row["order_id"] for row in rows} == set(true)
    for row in rows:
        order = true[row["order_id"]]
        assert (Decimal(row["revenue"]), Decimal(row["refunded"])) == (order["revenue"], order["refunded"])
        assert (row["status"] == "cancelled") == order["is_cancelled"]
        assert sum(line["quantity"] * Decimal(line["unit_price"]) for line in row["lines"]) == Decimal(row["revenue"]) + Decimal(
            row["discount"]
        )
        assert all(isinstance(row[name], str) for name in ("revenue", "shipping", "tax", "discount", "total", "cost", "refunded"))
    assert {row["status"] for row in rows} >= {"paid", "fulfilled", "refunded", "cancelled"}


def test_an_order_comes_again_when_it_changes(sandbox, http, world):
    order = next(row for row in world.orders.to_pylist() if row["refunded_at"] and row["refunded_at"] < NOW)
    window = {"updated_since": stamp(order["refunded_at"]), "updated_until": stamp(order["refunded_at"] + timedelta(seconds=1))}
    sandbox.clock.set(order["refunded_at"] - timedelta(seconds=1))
    assert order["order_id"] not in {row["order_id"] for row in read(http, ORDERS, **window)}
    sandbox.clock.set(order["refunded_at"])
    again = next(row for row in read(http, ORDERS, **window) if row["order_id"] == order["order_id"])
    assert "refunded" in again["status"] and Decimal(again["refunded"]) == order["refund_amount"]


@pytest.mark.parametrize(
    ("path", "params", "key", "status"),
    [
        (EVENTS, {"since": "2025-12-01", "until": "2025-12-02"}, "wrong", 401),
        ("/v1/sites/other/events", {"since": "2025-12-01", "until": "2025-12-02"}, API_KEY, 404),
        (EVENTS, {"since": "2025-12-01"}, API_KEY, 400),
        (EVENTS, {"since": "2025-12-01", "until": "soon"}, API_KEY, 400),
        (EVENTS, {"since": "2025-12-01", "until": "2025-12-02", "limit": "1001"}, API_KEY, 400),
        (EVENTS, {"since": "2025-12-01", "until": "2025-12-02", "cursor": "?"}, API_KEY, 400),
    ],
)
def test_wrong_questions_are_refused(sandbox, path, params, key, status):
    answer = httpx.get(sandbox["site"] + path, params=params, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == status and answer.json()["error"]


MESSAGE = {
    "type": "track",
    "event": "Order Completed",
    "messageId": "posted-1",
    "anonymousId": "somebody",
    "originalTimestamp": "2026-01-05T08:00:00.000Z",
    "properties": {"order_id": "X1", "revenue": 40, "currency": "EUR"},
}


def test_a_posted_message_is_kept_once_and_its_clock_corrected(world):
    """The sender's clock is ten minutes slow: what it sent as 08:50 arrives at 09:00, so 08:00 means 08:10, on another day."""
    with serve(world, NOW, ["site"]) as own, httpx.Client(base_url=own["site"], auth=(WRITE_KEY, "")) as sender:
        for _ in range(2):
            body = {"batch": [MESSAGE], "sentAt": "2026-01-06T08:50:00.000Z"}
            assert sender.post("/v1/batch", json=body).json() == {"success": True}
        with httpx.Client(base_url=own["site"], headers={"Authorization": f"Bearer {API_KEY}"}) as reader:
            rows = read(reader, EVENTS, limit=3, since="2026-01-05T08:00:00Z", until="2026-01-05T09:00:00Z")
    (kept,) = [row for row in rows if row["messageId"] == "posted-1"]
    assert kept["timestamp"] == "2026-01-05T08:10:00.000Z" and kept["receivedAt"] == stamp(NOW)
    assert kept["properties"] == MESSAGE["properties"]


@pytest.mark.parametrize(
    ("auth", "message", "status"),
    [
        (("wrong", ""), MESSAGE, 401),
        ((WRITE_KEY, ""), {**MESSAGE, "messageId": ""}, 400),
        ((WRITE_KEY, ""), {**MESSAGE, "anonymousId": None}, 400),
    ],
)
def test_wrong_messages_are_refused(sandbox, auth, message, status):
    assert httpx.post(f"{sandbox['site']}/v1/batch", json={"batch": [message]}, auth=auth).status_code == status
