from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from connectors.contract import ConnectorContract, Records, extract, quick
from connectors.stand_in import NOW, StandIn, stand_in, world

from multiball.connectors.site import _event
from multiball.shapes import Source, Window
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
    def test_events_are_those_of_the_world_under_their_ga4_names(self, records: Records, window: Window) -> None:
        happened = [
            row
            for row in world().events.to_pylist()
            if window.start <= row["occurred_at"].date() <= window.end and row["received_at"] <= NOW.replace(tzinfo=None)
        ]
        columns = (
            "event_id",
            "event_name",
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


def test_click_ids_and_campaigns_are_read_from_the_address_where_the_collector_gives_none() -> None:
    url = "https://shop.test/p/1?utm_source=x&utm_campaign=autumn&gclid=G1&fbclid=F1"
    event = _event(
        {
            "type": "track",
            "event": "My Own Event",
            "messageId": "m",
            "originalTimestamp": "2026-11-02T00:30:00+02:00",
            "context": {"page": {"url": url}},
        }
    )
    assert (event["utm_source"], event["utm_campaign"], event["gclid"], event["fbclid"]) == ("x", "autumn", "G1", "F1")
    assert event["event_name"] == "My Own Event"
    assert event["date_day"] == datetime(2026, 11, 1, 22, 30, tzinfo=UTC).date()
    assert event["consent_ads"] is None and event["value"] is None
