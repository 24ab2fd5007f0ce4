"""Stand-in for HubSpot's CRM API: contacts, deals, their associations, pipelines and owners, read only.

Dated paths (`/crm/objects/2026-09/…`) and their v3 and v4 twins answer alike. Source: HubSpot's public OpenAPI collection (2026-09) and
https://developers.hubspot.com/docs/api-reference/. Limits count real time: 190 calls in 10 s, searches 5 a second.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.platforms.hubspot_records import Record, Records, object_type
from sandbox.platforms.hubspot_refusals import REFUSALS as REFUSALS
from sandbox.platforms.hubspot_search import BadSearch, search
from sandbox.platforms.segment import stamp
from sandbox.world import World
from sandbox.world.brand import OWN_STAGE

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.faults import Faults

ACCESS_TOKEN = "sandbox-hubspot"
PORTAL_ID = "48800001"
VERSION = "2026-09"
CALLS, SECONDS, DAILY, SEARCHES = 190, 10, 650_000, 5
_LABELS = {("deals", "contacts"): (3, "deal_to_contact"), ("contacts", "deals"): (4, "contact_to_deal")}
"""HubSpot's number and name of an association's type."""


class Refused(Exception):
    """An answer in HubSpot's error envelope."""

    def __init__(self, status: int, category: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.more = status, more
        self.body = {"status": "error", "message": message, "correlationId": str(uuid.uuid4()), "category": category}


def make_app(world: World, clock: Clock, faults: Faults) -> Starlette:
    """The server's app. It shows what the portal holds at the clock's time."""
    api = HubSpot(world, clock)
    twins = (
        (f"/crm/objects/{VERSION}/{{type}}", "/crm/v3/objects/{type}", "", api.listed, "GET"),
        (f"/crm/objects/{VERSION}/{{type}}", "/crm/v3/objects/{type}", "/search", api.searched, "POST"),
        (f"/crm/objects/{VERSION}/{{type}}", "/crm/v3/objects/{type}", "/batch/read", api.batch, "POST"),
        (f"/crm/objects/{VERSION}/{{type}}", "/crm/v3/objects/{type}", "/{id}", api.one, "GET"),
        (f"/crm/associations/{VERSION}/{{type}}/{{to}}", "/crm/v4/associations/{type}/{to}", "/batch/read", api.associated, "POST"),
        (f"/crm/objects/{VERSION}/{{type}}", "/crm/v4/objects/{type}", "/{id}/associations/{to}", api.links, "GET"),
        (f"/crm/pipelines/{VERSION}/{{type}}", "/crm/v3/pipelines/{type}", "", api.pipelines, "GET"),
        (f"/crm/owners/{VERSION}", "/crm/v3/owners", "/", api.owners, "GET"),
        (f"/crm/owners/{VERSION}", "/crm/v3/owners", "", api.owners, "GET"),
        (f"/crm/properties/{VERSION}/{{type}}", "/crm/v3/properties/{type}", "", api.properties, "GET"),
        (f"/crm/properties/{VERSION}/{{type}}", "/crm/v3/properties/{type}", "/{name}", api.one_property, "GET"),
    )
    return Starlette(
        routes=[Route(path + end, api.answer(ask), methods=[method]) for new, old, end, ask, method in twins for path in (new, old)],
        exception_handlers={Refused: _refused, HTTPException: _unknown_path},
    )


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if error.status == 404 and request.url.path.startswith("/crm/v3/objects/"):
        return HTMLResponse("<html><body><h2>HTTP ERROR 404</h2>resource not found</body></html>", 404)
    headers = error.more.pop("headers", {})
    return JSONResponse(error.body | error.more, error.status, headers)


async def _unknown_path(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return HTMLResponse(f"<html><body><h2>HTTP ERROR {error.status_code}</h2></body></html>", error.status_code)


Edge = Callable[[Request, dict[str, Any]], dict[str, Any] | tuple[int, dict[str, Any]]]


class HubSpot:
    """The API's calls; each gives the body of its answer, or a status and a body."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world, self._clock = world, clock
        self._records = Records(world)
        self._calls: deque[float] = deque()
        self._searches: deque[float] = deque()
        self._today = 0

    def answer(self, edge: Edge) -> Callable[[Request], Awaitable[Response]]:
        """Wrap a call in what all share: the token, the limits and their headers, the body."""

        async def endpoint(request: Request) -> Response:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or token != ACCESS_TOKEN:
                raise Refused(401, "INVALID_AUTHENTICATION", "Authentication credentials not found or invalid.")
            headers = self._spend(searching=request.url.path.endswith("/search"))
            body: dict[str, Any] = {}
            if request.method == "POST":
                try:
                    body = await request.json()
                except ValueError as error:
                    raise Refused(400, "VALIDATION_ERROR", "Invalid input JSON") from error
            said = edge(request, body)
            status, content = said if isinstance(said, tuple) else (200, said)
            return JSONResponse(content, status, headers)

        return endpoint

    def _spend(self, searching: bool) -> dict[str, str]:
        """Count a call against its limit; searches have their own, and tell of the day alone."""
        calls, most, seconds = (self._searches, SEARCHES, 1.0) if searching else (self._calls, CALLS, float(SECONDS))
        now = time.monotonic()
        while calls and calls[0] <= now - seconds:
            calls.popleft()
        self._today += 1
        headers = {"X-HubSpot-RateLimit-Daily": str(DAILY), "X-HubSpot-RateLimit-Daily-Remaining": str(DAILY - self._today)}
        if not searching:
            headers |= {
                "X-HubSpot-RateLimit-Max": str(CALLS),
                "X-HubSpot-RateLimit-Remaining": str(max(0, CALLS - len(calls) - 1)),
                "X-HubSpot-RateLimit-Interval-Milliseconds": str(SECONDS * 1000),
            }
        if len(calls) >= most:
            policy = "SECONDLY" if searching else "TEN_SECONDLY_ROLLING"
            said = f"You have reached your {'secondly' if searching else 'ten_secondly_rolling'} limit."
            raise Refused(429, "RATE_LIMITS", said, errorType="RATE_LIMIT", policyName=policy, headers=headers)
        calls.append(now)
        return headers

    def _at(self, request: Request, archived: bool = False) -> list[Record]:
        return self._records.at(_kind(request), self._clock.now().replace(tzinfo=None), archived)

    def _merged(self, request: Request) -> dict[str, str]:
        """Old ids of merged contacts, which lead to the new one."""
        return self._records.merged(self._clock.now().replace(tzinfo=None)) if _kind(request) == "contacts" else {}

    def listed(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """`GET …/{type}`: all objects, ascending by id; `after` is an id to go on from."""
        given = request.query_params
        properties, history = _names(request, "properties"), _names(request, "propertiesWithHistory")
        limit = _limit(given.get("limit"), 10, 50 if history else 100)
        records = self._at(request, _archived(request))
        if after := given.get("after"):
            if not after.isdigit():
                raise Refused(400, "VALIDATION_ERROR", f"Invalid paging cursor: {after}")
            records = [record for record in records if int(record.id) >= int(after)]
        shown = [self._with_links(record, record.show(properties, history), _names(request, "associations")) for record in records[:limit]]
        return {"results": shown, **_paging(request, int(shown[-1]["id"]) + 1 if len(records) > limit else None)}

    def one(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """`GET …/{type}/{id}`."""
        given, asked = request.query_params, request.path_params["id"]
        name = given.get("idProperty", "hs_object_id")
        if name == "hs_object_id":
            asked = self._merged(request).get(asked, asked)
        for record in self._at(request, _archived(request)):
            if (record.properties.get(name) or "").lower() == asked.lower():
                shown = record.show(_names(request, "properties"), _names(request, "propertiesWithHistory"))
                return self._with_links(record, shown, _names(request, "associations"))
        raise Refused(404, "OBJECT_NOT_FOUND", "resource not found")

    def batch(self, request: Request, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """`POST …/{type}/batch/read`: up to 100 objects (50 with history); ids that are not there are told with status 207."""
        wanted = [str(one["id"]) for one in body.get("inputs", [])]
        history = body.get("propertiesWithHistory") or []
        if not 0 < len(wanted) <= (50 if history else 100):
            raise Refused(400, "VALIDATION_ERROR", f"inputs: give 1 to {50 if history else 100} ids, not {len(wanted)}")
        name = body.get("idProperty") or "hs_object_id"
        found = {(record.properties.get(name) or "").lower(): record for record in self._at(request, _archived(request))}
        if name == "hs_object_id":
            found |= {old: found[new] for old, new in self._merged(request).items() if new in found}
        shown = [found[one.lower()].show(body.get("properties") or [], history) for one in dict.fromkeys(wanted) if one.lower() in found]
        missing = [one for one in wanted if one.lower() not in found]
        said = f"Could not get some {_kind(request)[:-1].upper()} objects, they may be deleted or not exist. Check that ids are valid."
        return self._batch_answer(shown, [{"message": said, "context": {"ids": missing}}] if missing else [])

    def searched(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """`POST …/{type}/search`; archived objects are in no search."""
        try:
            total, page, more = search(self._at(request), body)
        except (BadSearch, ValueError) as error:
            raise Refused(400, "VALIDATION_ERROR", str(error)) from error
        paging = {"paging": {"next": {"after": str(more)}}} if more is not None else {}
        return {"total": total, "results": [record.show(body.get("properties") or [], []) for record in page], **paging}

    def associated(self, request: Request, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """`POST …/associations/…/{type}/{to}/batch/read`: objects without any are told with status 207."""
        wanted = [str(one["id"]) for one in body.get("inputs", [])]
        linked = {one: self._linked(request, one) for one in wanted}
        results = [{"from": {"id": one}, "to": to} for one, to in linked.items() if to]
        kind, other = _kind(request), request.path_params["to"]
        errors = [
            {
                "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
                "message": f"No {other} is associated with {kind[:-1]} {one}.",
                "context": {"fromObjectId": [one], "fromObjectType": [kind[:-1]], "toObjectType": [other]},
            }
            for one, to in linked.items()
            if not to
        ]
        return self._batch_answer(results, errors)

    def links(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """`GET …/{type}/{id}/associations/{to}`."""
        return {"results": self._linked(request, request.path_params["id"])}

    def _linked(self, request: Request, object_id: str) -> list[dict[str, Any]]:
        """The associated objects that exist now. The v4 twin gives their ids as numbers, as it was recorded to do."""
        kind, to = _kind(request), object_type(request.path_params["to"])
        number, _ = _LABELS.get((kind, to or ""), (0, ""))
        alive = {record.id for record in self._records.at(to, self._clock.now().replace(tzinfo=None))} if to else set()
        ids = [one for one in self._records.linked(kind, to or "", object_id, self._clock.now().replace(tzinfo=None)) if one in alive]
        old = request.url.path.startswith("/crm/v4")
        types = [{"category": "HUBSPOT_DEFINED", "typeId": number, "label": None}]
        return [{"toObjectId": int(one) if old else one, "associationTypes": types} for one in ids]

    def _with_links(self, record: Record, shown: dict[str, Any], asked: list[str]) -> dict[str, Any]:
        links = {}
        for name in asked:
            to = object_type(name)
            ids = self._records.linked(record.kind, to, record.id, self._clock.now().replace(tzinfo=None)) if to else []
            if to and ids:
                links[to] = {"results": [{"id": one, "type": _LABELS[(record.kind, to)][1]} for one in ids]}
        return {**shown, **({"associations": links} if links else {})}

    def _batch_answer(self, results: list[dict[str, Any]], errors: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        now = self._clock.now().replace(tzinfo=None)
        body = {"status": "COMPLETE", "results": results, "startedAt": stamp(now), "completedAt": stamp(now + timedelta(milliseconds=12))}
        if not errors:
            return 200, body
        told = [{"status": "error", "category": "OBJECT_NOT_FOUND", **error} for error in errors]
        return 207, {**body, "numErrors": len(told), "errors": told}

    def pipelines(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """`GET /crm/pipelines/…/deals`: no pages, stages inline."""
        since = {"createdAt": "2025-01-07T09:00:00.000Z", "updatedAt": "2025-01-07T09:00:00.000Z", "archived": False}
        found: dict[str, dict[str, Any]] = {}
        for row in self._world.pipeline_stages.to_pylist() if _kind(request) == "deals" else []:
            pipeline = found.setdefault(
                row["pipeline_id"],
                {"id": row["pipeline_id"], "label": row["pipeline_label"], "displayOrder": len(found), "stages": [], **since},
            )
            metadata = {"isClosed": str(row["is_closed"]).lower(), "probability": row["probability"]}
            stage = {"id": row["stage_id"], "label": row["stage_label"], "displayOrder": row["display_order"], "metadata": metadata}
            pipeline["stages"].append({**stage, "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT", **since})
        return {"results": list(found.values())}

    def owners(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """`GET /crm/owners/…`: active owners, or the former ones with `archived=true`."""
        given = request.query_params
        archived = _archived(request)
        rows = [row for row in self._world.owners.to_pylist() if row["is_archived"] == archived]
        rows = [row for row in rows if given.get("email") in (None, row["email"]) and int(row["owner_id"]) >= int(given.get("after") or 0)]
        limit = _limit(given.get("limit"), 100, 500)
        since = {"createdAt": "2025-01-07T09:00:00.000Z", "updatedAt": "2025-01-07T09:00:00.000Z", "archived": archived}
        shown = [
            {
                "id": row["owner_id"],
                "email": row["email"],
                "type": "PERSON",
                "firstName": row["first_name"],
                "lastName": row["last_name"],
                "userId": row["user_id"],
                "userIdIncludingInactive": row["user_id"],
                "teams": [],
                **since,
            }
            for row in rows[:limit]
        ]
        return {"results": shown, **_paging(request, int(shown[-1]["id"]) + 1 if len(rows) > limit else None)}

    def properties(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """`GET /crm/properties/…/{type}`: the names of the properties in use."""
        names = sorted({name for record in self._at(request) for name in record.properties})
        return {
            "results": [{"name": name, "label": name, "type": "string", "fieldType": "text", "hasUniqueValue": False} for name in names]
        }

    def one_property(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """`GET /crm/properties/…/{type}/{name}`: of the lifecycle stage, the options that it has in this portal."""
        name = request.path_params["name"]
        if (_kind(request), name) != ("contacts", "lifecyclestage"):
            raise Refused(404, "OBJECT_NOT_FOUND", f"Property {name} does not exist")
        stages = [*_STAGES.items(), OWN_STAGE]
        options = [
            {"label": label, "value": value, "displayOrder": number, "hidden": False, "description": ""}
            for number, (value, label) in enumerate(stages)
        ]
        shape = {"name": name, "label": "Lifecycle Stage", "type": "enumeration", "fieldType": "radio", "groupName": "contactinformation"}
        return {**shape, "options": options, "hubspotDefined": True, "archived": False}


_STAGES = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
}


def _kind(request: Request) -> str:
    kind = object_type(request.path_params["type"])
    if kind is None:
        raise Refused(400, "VALIDATION_ERROR", f"Unable to infer object type from: {request.path_params['type']}")
    return kind


def _names(request: Request, parameter: str) -> list[str]:
    """A list of names, given with commas between or by repeating the parameter, as the official client does."""
    return [name for text in request.query_params.getlist(parameter) for name in text.split(",") if name]


def _archived(request: Request) -> bool:
    return request.query_params.get("archived", "false").lower() == "true"


def _limit(text: str | None, usual: int, most: int) -> int:
    if text is None:
        return usual
    if not text.isdigit() or not 0 < int(text) <= most:
        raise Refused(400, "VALIDATION_ERROR", f"limit: {text} is not between 1 and {most}")
    return int(text)


def _paging(request: Request, after: int | None) -> dict[str, Any]:
    """The member `paging`; absent on the last page."""
    if after is None:
        return {}
    return {"paging": {"next": {"after": str(after), "link": str(request.url.include_query_params(after=after))}}}
