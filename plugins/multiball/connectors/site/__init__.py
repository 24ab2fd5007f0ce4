"""The brand's own site: the events of its collector, in Segment's envelope, and the orders of its shop.

Events get GA4's names where they have one; a name without one stays as it was sent. Free properties of events are not taken over:
forms may hold personal data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from multiball.connectors._rest import Rest, bearer, credential, listing
from multiball.connectors.site.entities import ENTITIES
from multiball.shapes import Connector, Page, Record, Source, Window

ROWS_A_PAGE = 1000
EVENT_NAMES = {
    "Page Viewed": "page_view",
    "Product Viewed": "view_item",
    "Product List Viewed": "view_item_list",
    "Product Clicked": "select_item",
    "Promotion Viewed": "view_promotion",
    "Promotion Clicked": "select_promotion",
    "Products Searched": "search",
    "Product Added": "add_to_cart",
    "Product Removed": "remove_from_cart",
    "Cart Viewed": "view_cart",
    "Checkout Started": "begin_checkout",
    "Payment Info Entered": "add_payment_info",
    "Order Completed": "purchase",
    "Completed Order": "purchase",
    "Order Refunded": "refund",
    "Form Submitted": "generate_lead",
    "Lead Generated": "generate_lead",
    "Signed Up": "sign_up",
    "Signed In": "login",
    "Page Timing": "timing",
    "Consent Updated": "consent",
}
"""Names of Segment's e-commerce events: https://segment.com/docs/connections/spec/ecommerce/v2/"""
TYPES = {"page": "page_view", "screen": "screen_view"}
CLICK_IDS = ("gclid", "fbclid", "msclkid", "ttclid")
CAMPAIGN = {"utm_source": "source", "utm_medium": "medium", "utm_campaign": "name", "utm_content": "content", "utm_term": "term"}


def extract(source: Source, account: str, window: Window) -> Iterator[Page]:
    """Pages of events that occurred in the window's UTC days and of orders that changed in them. Raises SourceError."""
    since, until = f"{window.start}T00:00:00Z", f"{window.end + timedelta(days=1)}T00:00:00Z"
    with _session(source) as api:
        for rows in _rows(api, f"/v1/sites/{account}/events", {"since": since, "until": until}):
            yield "events", api.each("events", rows, _event)
        for rows in _rows(api, f"/v1/sites/{account}/orders", {"updated_since": since, "updated_until": until}):
            yield "orders", api.each("orders", rows, _order)
            yield "order_lines", [line for lines in api.each("order_lines", rows, _lines) for line in lines]


def check(source: Source, account: str) -> str:
    """The site's id, after one event was asked for."""
    today = datetime.now(UTC).date()
    with _session(source) as api:
        params = {"since": f"{today}T00:00:00Z", "until": f"{today + timedelta(days=1)}T00:00:00Z", "limit": 1}
        api.get(f"/v1/sites/{account}/events", params, ("data",))
    return account


def _session(source: Source) -> Rest:
    return Rest(source, bearer(credential(source, "api_key")))


def _rows(api: Rest, path: str, params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Pages by cursor, until there is none."""
    for page in api.pages(path, {**params, "limit": ROWS_A_PAGE}, _page, _following):
        yield page["data"]


def _page(text: str) -> dict[str, Any]:
    """A page. Raises ValueError where it is neither full nor the last: half a page."""
    page = listing("data", "next_cursor")(text)
    if page["next_cursor"] and len(page["data"]) < ROWS_A_PAGE:
        raise ValueError(f"{len(page['data'])} rows of {ROWS_A_PAGE}, and more to come")
    return page


def _following(page: Record) -> dict[str, Any] | None:
    return {"cursor": page["next_cursor"]} if page["next_cursor"] else None


def _event(row: Record) -> dict[str, Any]:
    context, properties = row.get("context") or {}, row.get("properties") or {}
    page = context.get("page") or {}
    query = {name: values[0] for name, values in parse_qs(urlsplit(page.get("url") or "").query).items()}
    campaign = context.get("campaign") or {}
    consent = (context.get("consent") or {}).get("categoryPreferences") or {}
    occurred_at = row.get("timestamp") or row["originalTimestamp"]
    return {
        "event_id": row["messageId"],
        "date_day": _day(occurred_at),
        "event_name": _name(row),
        "occurred_at": occurred_at,
        "received_at": row.get("receivedAt"),
        "visitor_id": row.get("anonymousId"),
        "user_id": row.get("userId"),
        "page_url": page.get("url"),
        "page_path": page.get("path"),
        "referrer": page.get("referrer") or None,
        **{utm: campaign.get(name) or query.get(utm) for utm, name in CAMPAIGN.items()},
        **{name: query.get(name) for name in CLICK_IDS},
        "product_id": properties.get("product_id"),
        "search_term": properties.get("query"),
        "search_results": properties.get("results"),
        "value": properties.get("revenue", properties.get("value")),
        "currency": properties.get("currency"),
        "order_id": properties.get("order_id"),
        "load_ms": properties.get("load_ms"),
        "consent_analytics": consent.get("analytics"),
        "consent_ads": consent.get("advertising"),
        "user_agent": context.get("userAgent"),
    }


def _name(row: Record) -> str:
    """GA4's name of an event; the name as sent where GA4 has none."""
    sent = str(row.get("event") or TYPES.get(row["type"], row["type"]))
    return EVENT_NAMES.get(sent, sent)


def _day(moment: str) -> date:
    """The UTC day of a moment with a zone."""
    return datetime.fromisoformat(moment).astimezone(UTC).date()


def _order(row: Record) -> dict[str, Any]:
    customer = row.get("customer") or {}
    order = {name: value for name, value in row.items() if name not in ("customer", "lines")}
    return {**order, "customer_id": customer.get("id"), "email": customer.get("email"), "phone": customer.get("phone")}


def _lines(row: Record) -> list[dict[str, Any]]:
    """The lines of an order, numbered where the shop does not number them."""
    return [{"line_number": number, **line, "order_id": row["order_id"]} for number, line in enumerate(row["lines"], 1)]


CONNECTOR = Connector(
    name="site",
    platform="site",
    title="Own site: events and orders",
    documentation="docs/how-to/site-api.md",
    credentials=("api_key",),
    restatement_days=3,
    schedule="0 4 * * *",
    entities=ENTITIES,
    extract=extract,
    check=check,
)
