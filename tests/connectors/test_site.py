from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from connectors.contract import ConnectorContract, Records, extract, quick
from connectors.local_server import Reply, Request, serve
from connectors.stand_in import NOW, StandIn, stand_in, world

from multiball.shapes import Source, Window
from sandbox.platforms.segment import NAMES
from sandbox.world.brand import SITE


@pytest.fixture(scope="module")
def platform() -> Iterator[StandIn]:
    with stand_in("site") as served:
        yield served


@pytest.fixture(scope="module")
def source(platform: StandIn) -> Source:
    return platform.source("site", SITE, api_key=platform.module.API_KEY)


@pytest.fixture(scope="module")
def window() -> Window:
    return Window(date(2026, 8, 20), date(2026, 10, 11))


class TestSite(ConnectorContract):
    def test_events_are_those_of_the_world_under_the_names_they_were_sent_with(self, records: Records, window: Window) -> None:
        happened = [
            row
            for row in world().events.to_pylist()
            if window.start <= row["occurred_at"].date() <= window.end and row["received_at"] <= NOW.replace(tzinfo=None)
        ]
        columns = (
            "event_id",
            "visitor_id",
            "page_path",
            "utm_campaign",
            "product_id",
            "search_results",
            "load_ms",
            "consent_ads",
        )
        assert len(happened) > 1000
        assert {tuple(row[name] for name in columns) for row in records["events"]} == {
            tuple(row[name] for name in columns) for row in happened
        }

        names = {row["event_id"]: NAMES.get(row["event_name"]) for row in happened}
        assert {row["event_id"]: row["event_name"] for row in records["events"]} == names
        assert {row["event_type"] for row in records["events"] if row["event_name"] is None} == {"page"}

    def test_orders_balance_to_the_cent(self, records: Records) -> None:
        for order in records["orders"]:
            revenue, shipping, tax, total = (Decimal(order[name]) for name in ("revenue", "shipping", "tax", "total"))
            assert revenue + shipping + tax == total
        assert {row["order_id"] for row in records["order_lines"]} == {row["order_id"] for row in records["orders"]}

    def test_half_a_page_in_the_middle_is_asked_for_again(
        self, platform: StandIn, source: Source, account: str, window: Window, records: Records
    ) -> None:
        platform.faults.add("site", "half_page", path="*/events", times=1)
        assert extract(quick(source, source.base_url), account, window) == records
        platform.faults.clear()


def test_an_event_keeps_what_was_sent_and_its_utc_day() -> None:
    event = {
        "type": "track",
        "event": "My Own Event",
        "messageId": "m",
        "originalTimestamp": "2026-11-02T00:30:00+02:00",
        "context": {"page": {"url": "https://shop.test/p/1?utm_source=x&gclid=G1"}},
        "properties": {"plan": "gold", "email": "ada@example.com"},
    }

    def answer(request: Request) -> Reply:
        return Reply.of({"data": [event] if request.path.endswith("/events") else [], "next_cursor": None})

    with serve(answer) as base:
        source = Source("site", "site", base, ("1",), {"api_key": "s3cret"}, date(2026, 1, 1), "me@example.com")
        (record,) = extract(source, "1", Window(date(2026, 11, 1), date(2026, 11, 1)))["events"]
    assert (record["event_name"], record["event_type"], record["page_url"]) == ("My Own Event", "track", event["context"]["page"]["url"])
    assert record["date_day"] == date(2026, 11, 1)
    assert record["utm_source"] is None and record["consent_ads"] is None and record["value"] is None
    assert not {"plan", "email", "properties"} & record.keys()
