"""Stand-in for the brand's own site: the export of its collector and of its shop, and the collector's intake.

- `GET /v1/sites/{site}/events?since=&until=&cursor=&limit=`: events that happened from `since` on and before `until` and were received
  by now, in order of time; Segment's envelope (`sandbox.platforms.segment`). Messages posted to the stand-in come last.
- `GET /v1/sites/{site}/orders?updated_since=&updated_until=&cursor=&limit=`: orders as they stand now, by the time of their last change;
  amounts are decimal texts, net of tax: `revenue` excludes shipping, tax and discount; `refunded` is revenue given back.
- Both: bearer key; `{"data": [...], "next_cursor": text or null}`; `limit` 100, at most 1,000.
- `POST /v1/batch` (`{"batch": [...], "sentAt"}`), `/v1/track`, `/v1/page`: Segment's HTTP API, the write key as Basic user; a messageId is
  taken once.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.platforms.segment import envelope, stamp, take
from sandbox.refusals import plain
from sandbox.world import World
from sandbox.world.brand import SITE

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.faults import Faults

API_KEY = "sandbox-site"
WRITE_KEY = "sandbox-site-write"
MOST_ROWS, USUAL_ROWS = 1000, 100
MOST_BYTES = 500_000
_MILESTONES = ("ordered_at", "fulfilled_at", "refunded_at", "cancelled_at")
_AMOUNTS = ("revenue", "shipping", "tax", "discount", "total", "cost")


def make_app(world: World, clock: Clock, faults: Faults) -> Starlette:
    """The server's app. It shows what the collector and the shop know at the clock's time."""
    site = Site(world, clock)
    return Starlette(
        routes=[
            Route("/v1/sites/{site}/events", site.events),
            Route("/v1/sites/{site}/orders", site.orders),
            Route("/v1/{kind:str}", site.intake, methods=["POST"]),
        ],
        exception_handlers={HTTPException: _refused},
    )


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code)


class Site:
    """The two exports and the intake."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._clock = clock
        self._events = world.events
        self._occurred = world.events["occurred_at"].to_numpy()
        self._received = world.events["received_at"].to_numpy()
        lines: dict[str, list[dict[str, Any]]] = {}
        for line in world.order_lines.to_pylist():
            lines.setdefault(line.pop("order_id"), []).append(line)
        self._orders = {row["order_id"]: {**row, "lines": lines[row["order_id"]]} for row in world.orders.to_pylist()}
        self._posted: dict[str, dict[str, Any]] = {}
        self._known = frozenset(world.events["event_id"].to_pylist())

    def _now(self) -> datetime:
        return self._clock.now().replace(tzinfo=None)

    def events(self, request: Request) -> Response:
        """`GET /v1/sites/{site}/events`."""
        since, until, limit, after = _question(request, "since", "until")
        known = self._received <= np.datetime64(self._now())
        rows = np.flatnonzero((self._occurred >= np.datetime64(since)) & (self._occurred < np.datetime64(until)) & known)
        rows = rows[rows > int(after)] if after.isdigit() else rows[: 0 if after else None]
        page = rows[:limit]
        shown = self._events.take(pa.array(page)).to_pylist()
        keyed = [
            (f"{row:012d}", envelope(event, self._orders.get(event["order_id"] or ""))) for row, event in zip(page, shown, strict=True)
        ]
        posted = [(f"{event['timestamp']}/{event['messageId']}", event) for event in self._posted.values()]
        keyed += sorted((one for one in posted if stamp(since) <= one[0] < stamp(until) and one[0] > after), key=lambda one: one[0])
        return _page(keyed, limit, len(rows) > limit)

    def orders(self, request: Request) -> Response:
        """`GET /v1/sites/{site}/orders`."""
        since, until, limit, after = _question(request, "updated_since", "updated_until")
        now = self._now()
        changed = [(_changed_at(row, now), order_id) for order_id, row in self._orders.items() if row["ordered_at"] <= now]
        keys = sorted((f"{stamp(at)}/{order_id}", order_id) for at, order_id in changed if since <= at < until)
        found = [one for one in keys if one[0] > after]
        return _page([(key, _shown(self._orders[order_id], now)) for key, order_id in found[: limit + 1]], limit)

    async def intake(self, request: Request) -> Response:
        """`POST /v1/batch`, `/v1/track`, `/v1/page` and their kin."""
        raw = await request.body()
        if len(raw) > MOST_BYTES:
            raise HTTPException(413, f"a call may hold {MOST_BYTES} bytes")
        try:
            body = await request.json()
        except ValueError as error:
            raise HTTPException(400, "the body is no JSON") from error
        if _write_key(request, body) != WRITE_KEY:
            raise HTTPException(401, "the write key is wrong")
        kind = request.path_params["kind"]
        if kind not in ("batch", "track", "page", "identify", "screen", "group", "alias"):
            raise HTTPException(404, f"there is no call {kind!r}")
        messages = body["batch"] if kind == "batch" else [{"type": kind, **body}]
        try:
            taken = [take(message, body.get("sentAt"), self._now()) for message in messages]
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        for message in taken:
            if message["messageId"] not in self._known:
                self._posted.setdefault(message["messageId"], message)
        return JSONResponse({"success": True})


def _question(request: Request, since: str, until: str) -> tuple[datetime, datetime, int, str]:
    """The window (naive UTC), the page's size and the key it starts after. Refuses a wrong key, site or parameter."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or key != API_KEY:
        raise HTTPException(401, "give the site's key as a bearer token")
    if request.path_params["site"] != SITE:
        raise HTTPException(404, f"there is no site {request.path_params['site']!r}")
    given = request.query_params
    try:
        moments = [datetime.fromisoformat(given[name]) for name in (since, until)]
    except (KeyError, ValueError) as error:
        raise HTTPException(400, f"give {since} and {until} as ISO 8601 moments") from error
    first, last = (at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at for at in moments)
    limit = given.get("limit", str(USUAL_ROWS))
    if not limit.isdigit() or not 0 < int(limit) <= MOST_ROWS:
        raise HTTPException(400, f"limit is a number from 1 to {MOST_ROWS}")
    return first, last, int(limit), _decode(given.get("cursor"))


def _decode(cursor: str | None) -> str:
    """The key of the last row of the page before; empty for the first page."""
    if not cursor:
        return ""
    try:
        name, _, key = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise HTTPException(400, "the cursor is none of ours") from error
    if name != "after":
        raise HTTPException(400, "the cursor is none of ours")
    return key


def _page(keyed: list[tuple[str, dict[str, Any]]], limit: int, more: bool = False) -> Response:
    """The first `limit` rows, and a cursor at the last of them when there are more: rows that appear meanwhile shift nothing."""
    page = keyed[:limit]
    more = more or len(keyed) > limit
    cursor = base64.urlsafe_b64encode(f"after:{page[-1][0]}".encode()).decode() if more else None
    return JSONResponse({"data": [row for _, row in page], "next_cursor": cursor})


def _changed_at(order: dict[str, Any], now: datetime) -> datetime:
    """When the order last changed, as known now."""
    changes: list[datetime] = [order[name] for name in _MILESTONES if order[name] is not None and order[name] <= now]
    return max(changes)


def _shown(order: dict[str, Any], now: datetime) -> dict[str, Any]:
    """An order as it stands now."""
    back_at = order["refunded_at"] or order["cancelled_at"]
    refunded = order["refund_amount"] if back_at and back_at <= now else order["refund_amount"] * 0
    if order["cancelled_at"] and order["cancelled_at"] <= now:
        status = "cancelled"
    elif refunded:
        status = "refunded" if refunded == order["revenue"] else "partially_refunded"
    else:
        status = "fulfilled" if order["fulfilled_at"] and order["fulfilled_at"] <= now else "paid"
    return {
        "order_id": order["order_id"],
        "ordered_at": stamp(order["ordered_at"]),
        "updated_at": stamp(_changed_at(order, now)),
        "customer": {"id": order["customer_id"], "email": order["email"], "phone": order["phone"]},
        "visitor_id": order["visitor_id"],
        "currency": order["currency"],
        **{name: str(order[name]) for name in _AMOUNTS},
        "refunded": str(refunded),
        "status": status,
        "is_test": order["is_test"],
        "coupon": order["coupon"],
        "lines": [{**line, "unit_price": str(line["unit_price"]), "unit_cost": str(line["unit_cost"])} for line in order["lines"]],
    }


def _write_key(request: Request, body: dict[str, Any]) -> str | None:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return body.get("writeKey")
    try:
        return base64.b64decode(text).decode().partition(":")[0]
    except (binascii.Error, ValueError) as error:
        raise HTTPException(400, "the Authorization header is no Basic one") from error


REFUSALS = {
    "rate_limited": plain(429, {"error": "too many requests"}),
    "server_error": plain(500, {"error": "internal error"}),
    "expired_token": plain(401, {"error": "the key is not valid any more"}),
}
