"""Stand-in for HubSpot's CRM API: contacts, deals, their associations, pipelines and owners, read only.

Dated paths (`/crm/objects/2026-09/…`) and their v3 and v4 twins answer alike. Source: HubSpot's public OpenAPI collection (2026-09) and
https://developers.hubspot.com/docs/api-reference/. Limits count real time: 190 calls in 10 s, searches 5 a second.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sandbox.kit import (
    ALWAYS,
    LINK,
    NEXT,
    ROWS,
    Auth,
    Call,
    Errors,
    Paging,
    Platform,
    Route,
    Row,
    Said,
    Text,
    Throttle,
    Usage,
    const,
    says,
)
from sandbox.platforms import hubspot_calls as calls
from sandbox.platforms.hubspot_records import Records

ACCESS_TOKEN = "sandbox-hubspot"
PORTAL_ID = "48800001"
VERSION = "2026-09"
CALLS, SECONDS, DAILY, SEARCHES = 190, 10, 650_000, 5


def _refusal(said: Said) -> dict[str, Any] | Text:
    """HubSpot's error envelope; unknown paths, and unknown objects of v3, are HTML."""
    if said.kind in ("path", "method"):
        return Text(f"<html><body><h2>HTTP ERROR {said.status}</h2></body></html>", "text/html")
    if said.status == 404 and said.path.startswith("/crm/v3/objects/"):
        return Text("<html><body><h2>HTTP ERROR 404</h2>resource not found</body></html>", "text/html")
    return {"status": "error", "message": said.message, "correlationId": str(uuid.uuid4()), **said.more}


def _daily(usage: Usage) -> dict[str, str]:
    return {"X-HubSpot-RateLimit-Daily": str(DAILY), "X-HubSpot-RateLimit-Daily-Remaining": str(DAILY - usage.total)}


def _rolling(usage: Usage) -> dict[str, str]:
    return _daily(usage) | {
        "X-HubSpot-RateLimit-Max": str(CALLS),
        "X-HubSpot-RateLimit-Remaining": str(usage.left),
        "X-HubSpot-RateLimit-Interval-Milliseconds": str(SECONDS * 1000),
    }


def _key(row: Row) -> int:
    """Listings are sorted by id; `after` is the id to continue from."""
    return int(row["id"])


def _first_of(after: str) -> int:
    if not after.isdigit():
        raise ValueError(after)
    return int(after) - 1


def _paged(usual: int, most: int | Callable[[Call], int]) -> Paging:
    return Paging(
        "cursor", "after", size="limit", usual=usual, most=most, last="absent", key=_key, write=lambda key: str(key + 1), read=_first_of
    )


def _records(call: Call, found: Sequence[Row]) -> list[Row]:
    return [{"id": record.id, "record": record} for record in calls.records(call, calls.archived(call))]


def _record(row: Row, call: Call) -> dict[str, Any]:
    shown = row["record"].show(calls.names(call, "properties"), calls.names(call, "propertiesWithHistory"))
    return calls.with_links(row["record"], shown, call)


def _owners(call: Call, found: Sequence[Row]) -> list[Row]:
    """Active owners, or the former ones with `archived=true`."""
    rows = [{**row, "id": row["owner_id"]} for row in found if row["is_archived"] == calls.archived(call)]
    return [row for row in rows if call.given.get("email") in (None, row["email"])]


LISTED: dict[str, Any] = {
    "fields": _record,
    "rows": _records,
    "paging": _paged(10, lambda call: 50 if calls.names(call, "propertiesWithHistory") else 100),
}
OWNERS: dict[str, Any] = {
    "table": "owners",
    "appears": ALWAYS,
    "rows": _owners,
    "paging": _paged(100, 500),
    "fields": [
        "id", "email", ("type", const("PERSON")), ("firstName", "first_name"), ("lastName", "last_name"), ("userId", "user_id"),
        ("userIdIncludingInactive", "user_id"), ("teams", const([])), *((name, const(at)) for name, at in calls.SINCE.items()),
        ("archived", "is_archived"),
    ],
}  # fmt: skip
SEARCH: dict[str, Any] = {"answer": calls.searched, "method": "POST", "throttle": Throttle(SEARCHES, 1, _daily, "searches_limited")}


def _routes() -> Iterator[Route]:
    """Every call at its dated path and at the older one."""
    new, old = f"/crm/objects/{VERSION}/{{type}}", "/crm/v3/objects/{type}"
    for dated, older, end, how in (
        (new, old, "", LISTED),
        (new, old, "/search", SEARCH),
        (new, old, "/batch/read", {"answer": calls.batch, "method": "POST"}),
        (new, old, "/{id}", {"answer": calls.one}),
        (
            f"/crm/associations/{VERSION}/{{type}}/{{to}}",
            "/crm/v4/associations/{type}/{to}",
            "/batch/read",
            {"answer": calls.associated, "method": "POST"},
        ),
        (new, "/crm/v4/objects/{type}", "/{id}/associations/{to}", {"answer": calls.links}),
        (f"/crm/pipelines/{VERSION}/{{type}}", "/crm/v3/pipelines/{type}", "", {"answer": calls.pipelines}),
        (f"/crm/owners/{VERSION}", "/crm/v3/owners", "/", OWNERS),
        (f"/crm/owners/{VERSION}", "/crm/v3/owners", "", OWNERS),
        (f"/crm/properties/{VERSION}/{{type}}", "/crm/v3/properties/{type}", "", {"answer": calls.properties}),
        (f"/crm/properties/{VERSION}/{{type}}", "/crm/v3/properties/{type}", "/{name}", {"answer": calls.one_property}),
    ):
        yield from (Route(path + end, **how) for path in (dated, older))


def _limited(period: str, policy: str) -> Any:
    return says(429, f"You have reached your {period} limit.", category="RATE_LIMITS", errorType="RATE_LIMIT", policyName=policy)


PLATFORM = Platform(
    name="hubspot",
    documentation="https://developers.hubspot.com/docs/api-reference/",
    auth=Auth("bearer", ACCESS_TOKEN),
    envelope={"results": ROWS, "paging": {"next": {"after": NEXT, "link": LINK}}},
    throttle=Throttle(CALLS, SECONDS, _rolling),
    state=Records,
    errors=Errors(
        _refusal,
        {
            "path": says(404, "Not Found"),
            "method": says(405, "Method Not Allowed"),
            "token": says(401, "Authentication credentials not found or invalid.", category="INVALID_AUTHENTICATION"),
            "expired_token": says(401, "The OAuth token used to make this call expired.", category="EXPIRED_AUTHENTICATION"),
            "rate_limited": _limited("ten_secondly_rolling", "TEN_SECONDLY_ROLLING"),
            "searches_limited": _limited("secondly", "SECONDLY"),
            "server_error": says(500, "internal error", category="INTERNAL_ERROR"),
            "size": says(400, "{parameter}: {value} is not between 1 and {most}", category="VALIDATION_ERROR"),
            "page": says(400, "Invalid paging cursor: {value}", category="VALIDATION_ERROR"),
            "not_json": says(400, "Invalid input JSON", category="VALIDATION_ERROR"),
            "invalid": says(400, "{error}", category="VALIDATION_ERROR"),
            "not_found": says(404, "{error}", category="OBJECT_NOT_FOUND"),
        },
    ),
    routes=list(_routes()),
)
make_app, REFUSALS = PLATFORM.make_app, PLATFORM.refusals
