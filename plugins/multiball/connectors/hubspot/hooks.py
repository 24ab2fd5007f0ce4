"""Contacts and deals of HubSpot that changed, with the history of their stages and what was merged into them.

What changed comes by search, paged by id instead of by offset, since a search ends at 10,000 rows; then records are read in batches
with their histories. The search index lags, so a window begins 15 minutes early. Archived records are in no search: they are listed.

A record that was merged into another one, or deleted for good, is absent from lists and searches. So every current window lists the ids of
all records (a call for each 100), and a record names those that were merged into it. A record archived or restored while the lists are
read may be in neither; the next run finds it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from multiball.connectors._declared.session import Session
from multiball.connectors._rest import Trail, listing
from multiball.connectors.hubspot.kinds import CONTACTS, DEALS, MERGED, VERSION, Kind
from multiball.connectors.hubspot.stages import lifecycle_stages
from multiball.shapes import Page, Record, Window

OVERLAP = timedelta(minutes=15)
FOUND_A_PAGE, READ_A_BATCH, LISTED_A_PAGE = 200, 50, 100


def extract(api: Session, window: Window) -> Iterator[Page]:
    """Pages of what changed within the window's UTC days; archived records and the stages when it is current. Raises SourceError."""
    for kind in (CONTACTS, DEALS):
        for ids in _changed(api, kind, window):
            yield from _pages(api, kind, _read(api, kind, ids))
        if window.current:
            for rows in _archived(api, kind):
                yield from _pages(api, kind, rows)
                yield from api.made(kind.ids, rows)
    if window.current:
        yield "lifecycle_stages", lifecycle_stages(api)


def _changed(api: Session, kind: Kind, window: Window) -> Iterator[list[str]]:
    """Ids of records that changed in the window, page by page, each once."""
    start = datetime.combine(window.start, time(), UTC) - OVERLAP
    end = datetime.combine(window.end + timedelta(days=1), time(), UTC)
    changed = [
        {"propertyName": kind.modified, "operator": "GTE", "value": str(int(start.timestamp() * 1000))},
        {"propertyName": kind.modified, "operator": "LT", "value": str(int(end.timestamp() * 1000))},
    ]
    path, last = f"/crm/objects/{VERSION}/{kind.entity}/search", "0"
    trail = Trail(api.source, path)
    while True:
        body = {
            "filterGroups": [{"filters": [*changed, {"propertyName": "hs_object_id", "operator": "GT", "value": last}]}],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": ["hs_object_id"],
            "limit": FOUND_A_PAGE,
        }
        ids = api.each(kind.entity, api.fetch("POST", path, _found, json=body), _id)
        yield ids
        if len(ids) < FOUND_A_PAGE:
            return
        last = ids[-1]
        trail.follow(last, ids)


def _id(row: Record) -> str:
    return str(int(row["id"]))


def _found(text: str) -> list[dict[str, Any]]:
    """The rows of a search. Its total counts the rows from here on: a page with fewer rows that is not full is incomplete."""
    body = listing("results", "total")(text)
    rows: list[dict[str, Any]] = body["results"]
    if len(rows) < min(int(body["total"]), FOUND_A_PAGE):
        raise ValueError(f"{len(rows)} rows of {body['total']}")
    return rows


def _read(api: Session, kind: Kind, ids: list[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for start in range(0, len(ids), READ_A_BATCH):
        asked = ids[start : start + READ_A_BATCH]
        body = {
            "inputs": [{"id": id_} for id_ in asked],
            "properties": _properties(api, kind),
            "propertiesWithHistory": [kind.history],
        }
        rows += api.fetch("POST", f"/crm/objects/{VERSION}/{kind.entity}/batch/read", partial(_answered, len(asked)), json=body)
    return rows


def _answered(asked: int, text: str) -> list[dict[str, Any]]:
    """The rows of a batch. Each requested id is a row or an error, such as for a record deleted since; fewer are an incomplete page."""
    body = listing("results")(text)
    rows: list[dict[str, Any]] = body["results"]
    if len(rows) + int(body.get("numErrors") or 0) < asked:
        raise ValueError(f"{len(rows)} rows of {asked}")
    return rows


def _archived(api: Session, kind: Kind) -> Iterator[list[dict[str, Any]]]:
    """Pages of the recycle bin, which keeps about 90 days."""
    params = {"archived": "true", "properties": ",".join(_properties(api, kind))}
    yield from api.pages(f"/crm/objects/{VERSION}/{kind.entity}", params)


def _properties(api: Session, kind: Kind) -> list[str]:
    """The properties to request: those that the table's fields read, and those that name what was merged."""
    return [*api.fields(kind.entity)["properties"], *MERGED]


def _pages(api: Session, kind: Kind, rows: list[dict[str, Any]]) -> Iterator[Page]:
    for name, records in api.made(kind.entity, rows):
        if kind is DEALS and records:
            contacts = _contacts(api, [record["deal_id"] for record in records])
            yield name, [{**record, "contact_id": contacts.get(record["deal_id"])} for record in records]
        else:
            yield name, records
    yield kind.merges, [merge for made in api.each(kind.merges, rows, partial(_merges, kind)) for merge in made]
    yield kind.stages, [stage for made in api.each(kind.stages, rows, partial(_stages, kind)) for stage in made]


def _merges(kind: Kind, row: Record) -> list[dict[str, Any]]:
    """One record for each record that was merged into this one."""
    listed = ";".join(row["properties"].get(name) or "" for name in MERGED).split(";")
    merged = {str(int(entry.partition(":")[0])): None for entry in listed if entry.strip()}
    return [{"merged_id": one, kind.key: row["id"]} for one in merged if one != row["id"]]


def _stages(kind: Kind, row: Record) -> list[dict[str, Any]]:
    """One record per entry of the history; a cleared stage is not a stage."""
    history = (row.get("propertiesWithHistory") or {}).get(kind.history) or []
    return [
        {kind.key: row["id"], kind.stage: entry["value"], "entered_at": entry["timestamp"], "source_type": entry.get("sourceType")}
        for entry in history
        if entry["value"]
    ]


def _contacts(api: Session, deals: list[str]) -> dict[str, str]:
    """The lowest contact id of each deal that has contacts. Long lists of contacts have pages of their own."""
    contacts: dict[str, str] = {}
    inputs = [{"id": deal} for deal in deals]
    path = f"/crm/associations/{VERSION}/deals/contacts/batch/read"
    trail = Trail(api.source, path)
    while inputs:
        asked, inputs = inputs[:LISTED_A_PAGE], inputs[LISTED_A_PAGE:]
        answer = api.fetch("POST", path, listing("results"), json={"inputs": asked})
        for deal, linked, following in api.each("deals", answer["results"], _linked):
            if linked:
                contacts[deal] = min([*linked, *filter(None, [contacts.get(deal)])], key=int)
            if following:
                inputs.append({"id": deal, **following})
                trail.follow((deal, following), (deal, linked))
    return contacts


def _following(row: Record) -> dict[str, Any] | None:
    """The parameters of the next page; the last page has none."""
    after = ((row.get("paging") or {}).get("next") or {}).get("after")
    return {"after": after} if after else None


def _linked(row: Record) -> tuple[str, list[str], dict[str, Any] | None]:
    """A deal, the ids of contacts associated with it on this page, and the parameters of the next page."""
    return str(row["from"]["id"]), [str(int(to["toObjectId"])) for to in row["to"]], _following(row)
