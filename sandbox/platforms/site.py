"""Stand-in for the brand's own site: the export of its collector and of its shop, and the collector's intake.

- `GET /v1/sites/{site}/events?since=&until=&cursor=&limit=`: events that happened from `since` on and before `until` and were received
  by now, in order of time; Segment's envelope (`sandbox.platforms.segment`). Messages posted to the stand-in come last.
- `GET /v1/sites/{site}/orders?updated_since=&updated_until=&cursor=&limit=`: present orders, by the time of their last change;
  amounts are decimal texts, net of tax: `revenue` excludes shipping, tax and discount; `refunded` is revenue given back.
- Both: bearer key; `{"data": [...], "next_cursor": text or null}`; `limit` 100, at most 1,000.
- `POST /v1/batch` (`{"batch": [...], "sentAt"}`), `/v1/track`, `/v1/page`: Segment's HTTP API (`sandbox.platforms.site_intake`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sandbox.kit import NEXT, OPEN, ROWS, Accounts, Auth, Call, Chain, Errors, Paging, Platform, Route, Row, Window, moment, says, text
from sandbox.platforms.segment import envelope, stamp
from sandbox.platforms.site_intake import MOST_BYTES, Collector, intake
from sandbox.platforms.site_intake import WRITE_KEY as WRITE_KEY
from sandbox.world.brand import SITE

API_KEY = "sandbox-site"
_MILESTONES = ("ordered_at", "fulfilled_at", "refunded_at", "cancelled_at")
_AMOUNTS = ("revenue", "shipping", "tax", "discount", "total", "cost")


def _with_posted(call: Call, found: Sequence[Row]) -> Sequence[Row]:
    """The events of the world, then those that were posted."""
    posted = [event for event in call.state.posted.values() if stamp(call.start) <= _event_key(event) < stamp(call.end)]
    return Chain(found, sorted(posted, key=_event_key))


def _event_key(event: Row) -> str:
    """What events are sorted by: the place in the world's table, or the time of a posted one, which sorts behind."""
    return f"{event['_position']:012d}" if "_position" in event else f"{event['timestamp']}/{event['messageId']}"


def _event(event: Row, call: Call) -> dict[str, Any]:
    """A posted message is kept in the envelope already."""
    return envelope(event, call.state.orders.get(event["order_id"] or "")) if "_position" in event else dict(event)


def _changed_at(order: Row, now: datetime) -> datetime:
    """When the order last changed, as known now."""
    changes: list[datetime] = [order[name] for name in _MILESTONES if order[name] is not None and order[name] <= now]
    return max(changes)


def _orders(call: Call, found: Sequence[Row]) -> list[Row]:
    """The orders that changed in the window, with the time of their last change and what is refunded by now."""
    known = [(order, _changed_at(order, call.now)) for order in call.state.orders.values() if order["ordered_at"] <= call.now]
    rows = [{**order, "updated_at": at} for order, at in known if call.start <= at < call.end]
    return sorted(rows, key=_order_key)


def _order_key(order: Row) -> str:
    return f"{stamp(order['updated_at'])}/{order['order_id']}"


def _refunded(order: Row, call: Call) -> str:
    back_at = order["refunded_at"] or order["cancelled_at"]
    return str(order["refund_amount"] if back_at and back_at <= call.now else order["refund_amount"] * 0)


def _status(order: Row, call: Call) -> str:
    if order["cancelled_at"] and order["cancelled_at"] <= call.now:
        return "cancelled"
    if order["refunded_at"] and order["refunded_at"] <= call.now and order["refund_amount"]:
        return "refunded" if order["refund_amount"] == order["revenue"] else "partially_refunded"
    return "fulfilled" if order["fulfilled_at"] and order["fulfilled_at"] <= call.now else "paid"


def _lines(order: Row, call: Call) -> list[dict[str, Any]]:
    return [{**line, "unit_price": str(line["unit_price"]), "unit_cost": str(line["unit_cost"])} for line in order["lines"]]


ORDER: list[Any] = [
    "order_id", ("ordered_at", moment("ordered_at")), ("updated_at", moment("updated_at")), ("customer.id", "customer_id"),
    ("customer.email", "email"), ("customer.phone", "phone"), "visitor_id", "currency", *((name, text(name)) for name in _AMOUNTS),
    ("refunded", _refunded), ("status", _status), "is_test", "coupon", ("lines", _lines),
]  # fmt: skip
"""An order at present."""


def _paged(key: Any) -> Paging:
    return Paging("cursor", "cursor", size="limit", usual=100, most=1000, key=key)


PLATFORM = Platform(
    name="site",
    documentation="docs/how-to/site-api.md",
    auth=Auth("bearer", API_KEY),
    accounts=Accounts(ids=(SITE,)),
    envelope={"data": ROWS, "next_cursor": NEXT},
    state=Collector,
    errors=Errors(
        lambda said: {"error": said.message},
        {
            "path": says(404, "Not Found"),
            "method": says(405, "Method Not Allowed"),
            "rate_limited": says(429, "too many requests"),
            "server_error": says(500, "internal error"),
            "expired_token": says(401, "the key is not valid any more"),
            "token": says(401, "give the site's key as a bearer token"),
            "account": says(404, "there is no site {account!r}"),
            "window": says(400, "give {start} and {end} as ISO 8601 moments"),
            "size": says(400, "limit is a number from 1 to {most}"),
            "page": says(400, "the cursor is none of ours"),
            "too_large": says(413, f"a call may have at most {MOST_BYTES} bytes"),
            "not_json": says(400, "the body is not JSON"),
            "write_key": says(401, "the write key is wrong"),
            "not_basic": says(400, "the Authorization header is not Basic"),
            "call": says(404, "there is no call {call!r}"),
            "message": says(400, "{error}"),
        },
    ),
    routes=[
        Route(
            "/v1/sites/{account}/events",
            "events",
            fields=_event,
            window=Window("since", "until", "occurred_at", "moment"),
            appears="received_at",
            rows=_with_posted,
            paging=_paged(_event_key),
        ),
        Route(
            "/v1/sites/{account}/orders",
            fields=ORDER,
            window=Window("updated_since", "updated_until", None, "moment"),
            rows=_orders,
            paging=_paged(_order_key),
        ),
        Route("/v1/{kind:str}", answer=intake, auth=OPEN, method="POST"),
    ],
)
make_app, REFUSALS = PLATFORM.make_app, PLATFORM.refusals
