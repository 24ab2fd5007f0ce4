"""HubSpot's contacts and deals at one moment: properties are texts or null, histories newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.platforms.segment import stamp
from sandbox.world import World

RECYCLE_BIN = timedelta(days=90)
DEFAULT_PROPERTIES = {
    "contacts": ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    "deals": ("amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate", "hs_object_id", "pipeline"),
}
ALWAYS = {
    "contacts": ("createdate", "hs_object_id", "lastmodifieddate"),
    "deals": ("createdate", "hs_lastmodifieddate", "hs_object_id"),
}
"""Properties that come with every record, requested or not."""
MODIFIED = {"contacts": "lastmodifieddate", "deals": "hs_lastmodifieddate"}
STAGED = {"contacts": "lifecyclestage", "deals": "dealstage"}
_TYPES = {"contact": "contacts", "contacts": "contacts", "0-1": "contacts", "deal": "deals", "deals": "deals", "0-3": "deals"}


def object_type(name: str) -> str | None:
    """The plural name of an object type given by name in any case, or by id; None for one that the sandbox does not keep."""
    return _TYPES.get(name.lower())


@dataclass(frozen=True)
class Record:
    """One object at present. `history`: per property, its values with times and sources, newest first."""

    kind: str
    id: str
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    properties: Mapping[str, str | None]
    stages: Sequence[tuple[datetime, str, str]]
    """When which stage was entered and by what, newest first."""

    def history(self, name: str) -> list[dict[str, Any]]:
        """The values that a property had, newest first. Only stages change in the sandbox; another property has the one it has."""
        if name == STAGED[self.kind]:
            entries = [(stamp(at), value, source) for at, value, source in self.stages]
        else:
            value = self.properties.get(name)
            entries = [] if value is None else [(stamp(self.created_at), value, "INTEGRATION")]
        return [{"value": value, "timestamp": at, "sourceType": source} for at, value, source in entries]

    def show(self, properties: Sequence[str], with_history: Sequence[str]) -> dict[str, Any]:
        """The record's envelope with the requested properties; unknown ones are left out."""
        requested = [*ALWAYS[self.kind], *(properties or DEFAULT_PROPERTIES[self.kind]), *with_history]
        shown: dict[str, Any] = {
            "id": self.id,
            "properties": {name: self.properties[name] for name in sorted(set(requested)) if name in self.properties},
            "createdAt": stamp(self.created_at),
            "updatedAt": stamp(self.updated_at),
            "archived": self.archived_at is not None,
        }
        if self.archived_at is not None:
            shown["archivedAt"] = stamp(self.archived_at)
        if with_history:
            shown["propertiesWithHistory"] = {name: self.history(name) for name in with_history if name in self.properties}
        return shown


class Records:
    """All contacts and deals; requested a moment, it gives what stood then."""

    def __init__(self, world: World) -> None:
        self._contacts = world.contacts.to_pylist()
        self._deals = world.deals.to_pylist()
        self._source = {row["contact_id"]: row["analytics_source"] for row in self._contacts}
        self._stages = {
            "contacts": _by_key(world.contact_stages.to_pylist(), "contact_id", "stage"),
            "deals": _by_key(world.deal_stages.to_pylist(), "deal_id", "stage_id"),
        }
        self._closing = {row["stage_id"]: (row["is_closed"], row["probability"]) for row in world.pipeline_stages.to_pylist()}
        self._links = {
            ("deals", "contacts"): {row["deal_id"]: [row["contact_id"]] for row in self._deals},
            ("contacts", "deals"): _grouped(self._deals),
        }
        self._merges = world.crm_merges.to_pylist()
        self._erased_at = {(row["kind"], row["object_id"]): row["erased_at"] for row in world.crm_erasures.to_pylist()}

    def at(self, kind: str, now: datetime, archived: bool = False) -> list[Record]:
        """The live objects, or those in the recycle bin, at a naive UTC moment; ascending by id."""
        rows, key, show = (self._contacts, "contact_id", self._contact) if kind == "contacts" else (self._deals, "deal_id", self._deal)
        found = []
        merged = self.merged(now) if kind == "contacts" else {}
        for row in rows:
            if row[key] in merged or self._erased_at.get((kind, row[key]), now + RECYCLE_BIN) <= now:
                continue
            gone = row["archived_at"] is not None and row["archived_at"] <= now
            if row["created_at"] > now or gone != archived or (gone and row["archived_at"] < now - RECYCLE_BIN):
                continue
            stages = [stage for stage in self._stages[kind].get(row[key], ()) if stage[0] <= now]
            updated = max([row["created_at"], *(stage[0] for stage in stages), *([row["archived_at"]] if gone else [])])
            properties = {
                **show(row, stages),
                "createdate": stamp(row["created_at"]),
                "hs_object_id": row[key],
                MODIFIED[kind]: stamp(updated),
                "hubspot_owner_id": row["owner_id"],
                **{f"hs_v2_date_entered_{name}": stamp(at) for at, name, _ in stages},
            }
            found.append(Record(kind, row[key], row["created_at"], updated, row["archived_at"] if gone else None, properties, stages))
        if kind == "contacts" and not archived:
            found += self._merged_contacts(now)
        return sorted(found, key=lambda record: int(record.id))

    def merged(self, now: datetime) -> dict[str, str]:
        """Contacts that were merged by now, with the new contact that each is a part of: its old id leads there."""
        return {row["merged_id"]: row["into_id"] for row in self._merges if row["merged_at"] <= now}

    def _merged_contacts(self, now: datetime) -> list[Record]:
        """The contacts that merges made: the primary one's values, the stages of both, and the ids of both.

        https://developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies
        """
        rows = {row["contact_id"]: row for row in self._contacts}
        found = []
        for merge in self._merges:
            if not merge["is_primary"] or merge["merged_at"] > now:
                continue
            ids = [one["merged_id"] for one in self._merges if one["into_id"] == merge["into_id"]]
            entered = sorted((stage for one in ids for stage in self._stages["contacts"].get(one, ())), reverse=True)
            stages = [stage for stage in entered if stage[0] <= now]
            row = rows[merge["merged_id"]]
            updated = max([merge["merged_at"], *(stage[0] for stage in stages)])
            moment = int(merge["merged_at"].replace(tzinfo=UTC).timestamp() * 1000)
            properties = {
                **self._contact(row, stages),
                "createdate": stamp(row["created_at"]),
                "hs_object_id": merge["into_id"],
                MODIFIED["contacts"]: stamp(updated),
                "hubspot_owner_id": row["owner_id"],
                "hs_merged_object_ids": ";".join(ids),
                "hs_calculated_merged_vids": ";".join(f"{one}:{moment}" for one in ids),
                **{f"hs_v2_date_entered_{name}": stamp(at) for at, name, _ in stages},
            }
            found.append(Record("contacts", merge["into_id"], row["created_at"], updated, None, properties, stages))
        return found

    def linked(self, kind: str, to: str, object_id: str, now: datetime) -> list[str]:
        """Ids of the objects of type `to` that an object is associated with, whether they exist yet or not. Merges carry links over."""
        merged = self.merged(now)
        links = self._links.get((kind, to), {})
        parts = [object_id, *(one for one, into in merged.items() if into == object_id)] if kind == "contacts" else [object_id]
        return list(dict.fromkeys(merged.get(one, one) if to == "contacts" else one for part in parts for one in links.get(part, [])))

    def _contact(self, row: Mapping[str, Any], stages: Sequence[tuple[datetime, str, str]]) -> dict[str, str | None]:
        first = row["first_visited_at"]
        return {
            "email": row["email"],
            "phone": row["phone"],
            "firstname": row["first_name"],
            "lastname": row["last_name"],
            "lifecyclestage": stages[0][1] if stages else None,
            "hs_analytics_source": row["analytics_source"],
            "hs_analytics_source_data_1": row["analytics_source_data_1"],
            "hs_analytics_source_data_2": row["analytics_source_data_2"],
            "hs_latest_source": row["latest_source"],
            "hs_analytics_first_url": row["first_url"],
            "hs_analytics_first_referrer": row["first_referrer"],
            "hs_analytics_first_timestamp": stamp(first) if first else stamp(row["created_at"]),
            "hs_google_click_id": row["google_click_id"],
            "hs_facebook_click_id": row["facebook_click_id"],
            "hs_object_source_label": "FORM" if row["visit_id"] else "CRM_UI",
            "hs_merged_object_ids": None,
            "hs_calculated_merged_vids": None,
        }

    def _deal(self, row: Mapping[str, Any], stages: Sequence[tuple[datetime, str, str]]) -> dict[str, str | None]:
        """`closedate`: when it was closed; while it is open the day, at midnight, on which the owner expects it to close."""
        stage = stages[0][1] if stages else None
        closed, probability = self._closing[stage] if stage else (False, None)
        expected = (row["created_at"] + timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
        return {
            "dealname": row["name"],
            "pipeline": row["pipeline_id"],
            "dealstage": stage,
            "amount": str(row["amount"]),
            "deal_currency_code": row["currency"],
            "closedate": stamp(stages[0][0] if closed else expected),
            "hs_is_closed": str(closed).lower(),
            "hs_is_closed_won": str(stage == "closedwon").lower(),
            "hs_deal_stage_probability": probability,
            "hs_analytics_source": self._source[row["contact_id"]],
        }


def _by_key(rows: Sequence[Mapping[str, Any]], key: str, stage: str) -> dict[str, list[tuple[datetime, str, str]]]:
    found: dict[str, list[tuple[datetime, str, str]]] = {}
    for row in sorted(rows, key=lambda row: row["entered_at"], reverse=True):
        found.setdefault(row[key], []).append((row["entered_at"], row[stage], row["source_type"]))
    return found


def _grouped(deals: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in deals:
        found.setdefault(row["contact_id"], []).append(row["deal_id"])
    return found
