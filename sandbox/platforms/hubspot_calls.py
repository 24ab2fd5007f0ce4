"""HubSpot's calls other than plain listings: single records, batches, searches, associations, pipelines and properties.

Each gives the body of its answer, or a status and a body; what is wrong is refused as `invalid` or `not_found`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sandbox.kit import Call, Refused
from sandbox.platforms.hubspot_records import Record, object_type
from sandbox.platforms.hubspot_search import BadSearch, search
from sandbox.platforms.segment import stamp
from sandbox.world.brand import OWN_STAGE

Body = dict[str, Any]
SINCE = {"createdAt": "2025-01-07T09:00:00.000Z", "updatedAt": "2025-01-07T09:00:00.000Z"}
"""When what does not change was made."""
_LABELS = {("deals", "contacts"): (3, "deal_to_contact"), ("contacts", "deals"): (4, "contact_to_deal")}
"""HubSpot's number and name of an association's type."""
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


def kind_of(call: Call) -> str:
    """The object type that the path names."""
    kind = object_type(call.path["type"])
    if kind is None:
        raise Refused("invalid", error=f"Unable to infer object type from: {call.path['type']}")
    return kind


def names(call: Call, parameter: str) -> list[str]:
    """A list of names, given with commas between or by repeating the parameter, as the official client does."""
    return [name for text in call.request.query_params.getlist(parameter) for name in text.split(",") if name]


def archived(call: Call) -> bool:
    """Whether the call requests the recycle bin."""
    return call.given.get("archived", "false").lower() == "true"


def records(call: Call, is_archived: bool = False) -> list[Record]:
    """The records of the path's type in their present state, ascending by id."""
    found: list[Record] = call.state.at(kind_of(call), call.now, is_archived)
    return found


def with_links(record: Record, shown: Body, call: Call) -> Body:
    """The shown record with the associations that the call requests."""
    links = {}
    for name in names(call, "associations"):
        to = object_type(name)
        ids = call.state.linked(record.kind, to, record.id, call.now) if to else []
        if to and ids:
            links[to] = {"results": [{"id": one, "type": _LABELS[(record.kind, to)][1]} for one in ids]}
    return {**shown, **({"associations": links} if links else {})}


def one(call: Call) -> Body:
    """`GET …/{type}/{id}`."""
    identity, name = call.path["id"], call.given.get("idProperty", "hs_object_id")
    if name == "hs_object_id":
        identity = _merged(call).get(identity, identity)
    for record in records(call, archived(call)):
        if (record.properties.get(name) or "").lower() == identity.lower():
            return with_links(record, record.show(names(call, "properties"), names(call, "propertiesWithHistory")), call)
    raise Refused("not_found", error="resource not found")


def _merged(call: Call) -> dict[str, str]:
    """Old ids of merged contacts, which lead to the new one."""
    found: dict[str, str] = call.state.merged(call.now) if kind_of(call) == "contacts" else {}
    return found


def batch(call: Call) -> tuple[int, Body]:
    """`POST …/{type}/batch/read`: up to 100 objects (50 with history); status 207 names ids that are not there."""
    body = call.json()
    identities = [str(identity["id"]) for identity in body.get("inputs", [])]
    history = body.get("propertiesWithHistory") or []
    if not 0 < len(identities) <= (50 if history else 100):
        raise Refused("invalid", error=f"inputs: give 1 to {50 if history else 100} ids, not {len(identities)}")
    name = body.get("idProperty") or "hs_object_id"
    found = {(record.properties.get(name) or "").lower(): record for record in records(call, archived(call))}
    if name == "hs_object_id":
        found |= {old: found[new] for old, new in _merged(call).items() if new in found}
    shown = [
        found[identity.lower()].show(body.get("properties") or [], history)
        for identity in dict.fromkeys(identities)
        if identity.lower() in found
    ]
    missing = [identity for identity in identities if identity.lower() not in found]
    said = f"Could not get some {kind_of(call)[:-1].upper()} objects, they may be deleted or not exist. Check that ids are valid."
    return _batch_answer(call, shown, [{"message": said, "context": {"ids": missing}}] if missing else [])


def searched(call: Call) -> Body:
    """`POST …/{type}/search`; archived objects are in no search."""
    body = call.json()
    try:
        total, page, more = search(records(call), body)
    except (BadSearch, ValueError) as error:
        raise Refused("invalid", error=error) from error
    paging = {"paging": {"next": {"after": str(more)}}} if more is not None else {}
    return {"total": total, "results": [record.show(body.get("properties") or [], []) for record in page], **paging}


def associated(call: Call) -> tuple[int, Body]:
    """`POST …/associations/…/{type}/{to}/batch/read`: status 207 names objects without any."""
    identities = [str(identity["id"]) for identity in call.json().get("inputs", [])]
    linked = {identity: _linked(call, identity) for identity in identities}
    results = [{"from": {"id": identity}, "to": to} for identity, to in linked.items() if to]
    kind, other = kind_of(call), call.path["to"]
    errors = [
        {
            "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
            "message": f"No {other} is associated with {kind[:-1]} {identity}.",
            "context": {"fromObjectId": [identity], "fromObjectType": [kind[:-1]], "toObjectType": [other]},
        }
        for identity, to in linked.items()
        if not to
    ]
    return _batch_answer(call, results, errors)


def links(call: Call) -> Body:
    """`GET …/{type}/{id}/associations/{to}`."""
    return {"results": _linked(call, call.path["id"])}


def _linked(call: Call, object_id: str) -> list[Body]:
    """The associated objects that exist now. The v4 twin gives their ids as numbers, as it was recorded to do."""
    kind, to = kind_of(call), object_type(call.path["to"])
    number, _ = _LABELS.get((kind, to or ""), (0, ""))
    alive = {record.id for record in call.state.at(to, call.now)} if to else set()
    ids = [found for found in call.state.linked(kind, to or "", object_id, call.now) if found in alive]
    old = call.request.url.path.startswith("/crm/v4")
    types = [{"category": "HUBSPOT_DEFINED", "typeId": number, "label": None}]
    return [{"toObjectId": int(found) if old else found, "associationTypes": types} for found in ids]


def _batch_answer(call: Call, results: Sequence[Body], errors: Sequence[Body]) -> tuple[int, Body]:
    times = {"startedAt": stamp(call.now), "completedAt": stamp(call.now + timedelta(milliseconds=12))}
    body = {"status": "COMPLETE", "results": results, **times}
    if not errors:
        return 200, body
    reported = [{"status": "error", "category": "OBJECT_NOT_FOUND", **error} for error in errors]
    return 207, {**body, "numErrors": len(reported), "errors": reported}


def pipelines(call: Call) -> Body:
    """`GET /crm/pipelines/…/deals`: no pages, stages inline."""
    since = {**SINCE, "archived": False}
    found: dict[str, Body] = {}
    for row in call.world.pipeline_stages.to_pylist() if kind_of(call) == "deals" else []:
        pipeline = found.setdefault(
            row["pipeline_id"],
            {"id": row["pipeline_id"], "label": row["pipeline_label"], "displayOrder": len(found), "stages": [], **since},
        )
        metadata = {"isClosed": str(row["is_closed"]).lower(), "probability": row["probability"]}
        stage = {"id": row["stage_id"], "label": row["stage_label"], "displayOrder": row["display_order"], "metadata": metadata}
        pipeline["stages"].append({**stage, "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT", **since})
    return {"results": list(found.values())}


def properties(call: Call) -> Body:
    """`GET /crm/properties/…/{type}`: the names of the properties in use."""
    used = sorted({name for record in records(call) for name in record.properties})
    return {"results": [{"name": name, "label": name, "type": "string", "fieldType": "text", "hasUniqueValue": False} for name in used]}


def one_property(call: Call) -> Body:
    """`GET /crm/properties/…/{type}/{name}`: of the lifecycle stage, the options that it has in this portal."""
    name = call.path["name"]
    if (kind_of(call), name) != ("contacts", "lifecyclestage"):
        raise Refused("not_found", error=f"Property {name} does not exist")
    options = [
        {"label": label, "value": value, "displayOrder": number, "hidden": False, "description": ""}
        for number, (value, label) in enumerate([*_STAGES.items(), OWN_STAGE])
    ]
    shape = {"name": name, "label": "Lifecycle Stage", "type": "enumeration", "fieldType": "radio", "groupName": "contactinformation"}
    return {**shape, "options": options, "hubspotDefined": True, "archived": False}
