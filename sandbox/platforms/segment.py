"""Events of the brand's collector in Segment's envelope, and back: https://segment.com/docs/connections/spec/

Consent is in `context.consent.categoryPreferences` as `analytics` and `advertising`. Names that Segment's e-commerce spec does not
have are the collector's own: `Lead Generated`, `Page Timing` (`load_ms`), `Consent Updated`; `Products Searched` carries `results`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

NAMES = {
    "view_item": "Product Viewed", "view_item_list": "Product List Viewed", "search": "Products Searched", "add_to_cart": "Product Added",
    "remove_from_cart": "Product Removed", "begin_checkout": "Checkout Started", "add_payment_info": "Payment Info Entered",
    "purchase": "Order Completed", "sign_up": "Signed Up", "generate_lead": "Lead Generated", "timing": "Page Timing",
    "consent": "Consent Updated",
}  # fmt: skip
_CAMPAIGN = {"source": "utm_source", "medium": "utm_medium", "name": "utm_campaign", "content": "utm_content", "term": "utm_term"}


def stamp(at: datetime) -> str:
    """A naive UTC moment as ISO 8601 with milliseconds and Z."""
    return at.isoformat(timespec="milliseconds") + "Z"


def envelope(event: Mapping[str, Any], order: Mapping[str, Any] | None) -> dict[str, Any]:
    """One event of the world as the collector exports it. `order`: the order of a purchase, with `lines`."""
    page = urlsplit(event["page_url"])
    campaign = {name: event[column] for name, column in _CAMPAIGN.items() if event[column] is not None}
    shown: dict[str, Any] = {"type": "page" if event["event_name"] == "page_view" else "track"}
    if shown["type"] == "track":
        shown["event"] = NAMES[event["event_name"]]
    shown |= {name: event[column] for name, column in (("anonymousId", "visitor_id"), ("userId", "user_id")) if event[column]}
    return shown | {
        "messageId": event["event_id"],
        "timestamp": stamp(event["occurred_at"]),
        "originalTimestamp": stamp(event["occurred_at"]),
        "sentAt": stamp(event["received_at"]),
        "receivedAt": stamp(event["received_at"]),
        "context": {
            "page": {
                "url": event["page_url"],
                "path": event["page_path"],
                "search": f"?{page.query}" if page.query else "",
                "referrer": event["referrer"] or "",
            },
            **({"campaign": campaign} if campaign else {}),
            "consent": {"categoryPreferences": {"analytics": event["consent_analytics"], "advertising": event["consent_ads"]}},
            "userAgent": event["user_agent"],
            "library": {"name": "halmstein-collector", "version": "1.4.0"},
        },
        "properties": _properties(event, order),
    }


def _properties(event: Mapping[str, Any], order: Mapping[str, Any] | None) -> dict[str, Any]:
    given = {
        "product_id": event["product_id"],
        "query": event["search_term"],
        "results": event["search_results"],
        "load_ms": event["load_ms"],
        "value": None if event["value"] is None else float(event["value"]),
        "currency": event["currency"],
        "order_id": event["order_id"],
    }
    properties = {name: value for name, value in given.items() if value is not None}
    if order is not None:
        del properties["value"]
        properties |= {name: float(order[name]) for name in ("revenue", "shipping", "tax", "discount", "total")}
        properties["products"] = [
            {
                "product_id": line["product_id"],
                "name": line["product_name"],
                "price": float(line["unit_price"]),
                "quantity": line["quantity"],
            }
            for line in order["lines"]
        ]
    return properties


def take(message: Mapping[str, Any], sent_at: str | None, now: datetime) -> dict[str, Any]:
    """A posted message, as the collector stores it. `now` is naive UTC.

    The time is corrected for a wrong clock of the sender (receivedAt − (sentAt − originalTimestamp)) and is never in the future.
    Raises ValueError for a message without messageId, type, or user.
    """
    for name in ("messageId", "type"):
        if not message.get(name):
            raise ValueError(f"a message has no {name}")
    if not message.get("anonymousId") and not message.get("userId"):
        raise ValueError(f"message {message['messageId']}: give anonymousId or userId")
    sent = sent_at or message.get("sentAt")
    original = message.get("originalTimestamp") or message.get("timestamp")
    happened = now
    if original and sent:
        happened = now - (_moment(sent) - _moment(original))
    elif original:
        happened = _moment(original)
    return {**message, "timestamp": stamp(min(happened, now)), "receivedAt": stamp(now)}


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
