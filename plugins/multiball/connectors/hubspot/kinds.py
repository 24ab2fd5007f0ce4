"""The two types of objects that are read from HubSpot, and the tables that they fill."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = "2026-09"
"""The API's version, a part of every path."""


@dataclass(frozen=True)
class Kind:
    """How one type of object becomes records: its tables, and the property whose history gives the stages."""

    entity: str
    stages: str
    merges: str
    ids: str
    key: str
    stage: str
    modified: str
    history: str


CONTACTS = Kind(
    entity="contacts",
    stages="contact_stages",
    merges="contact_merges",
    ids="contact_ids",
    key="contact_id",
    stage="stage",
    modified="lastmodifieddate",
    history="lifecyclestage",
)
DEALS = Kind(
    entity="deals",
    stages="deal_stages",
    merges="deal_merges",
    ids="deal_ids",
    key="deal_id",
    stage="stage_id",
    modified="hs_lastmodifieddate",
    history="dealstage",
)

MERGED = ("hs_merged_object_ids", "hs_calculated_merged_vids")
"""Properties that list what was merged into a record: `1;2`, of merges in several steps too; and, on contacts, `1:moment;2:moment`."""
