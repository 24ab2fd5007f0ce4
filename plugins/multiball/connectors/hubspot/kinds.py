"""The two types of objects that are read from HubSpot, and what the API calls their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "2026-09"
"""Of the API: a part of every path."""


@dataclass(frozen=True)
class Kind:
    """How one type of object becomes records: the properties to read, and the one whose history gives the stages."""

    entity: str
    stages: str
    merges: str
    ids: str
    key: str
    stage: str
    modified: str
    history: str
    properties: Mapping[str, str]


CONTACTS = Kind(
    entity="contacts",
    stages="contact_stages",
    merges="contact_merges",
    ids="contact_ids",
    key="contact_id",
    stage="stage",
    modified="lastmodifieddate",
    history="lifecyclestage",
    properties={
        "email": "email",
        "phone": "phone",
        "createdate": "created_at",
        "lastmodifieddate": "modified_at",
        "lifecyclestage": "lifecycle_stage",
        "hs_analytics_source": "analytics_source",
        "hs_analytics_source_data_1": "analytics_source_data_1",
        "hs_analytics_source_data_2": "analytics_source_data_2",
        "hs_latest_source": "latest_source",
        "hs_analytics_first_url": "first_url",
        "hs_analytics_first_referrer": "first_referrer",
        "hs_analytics_first_timestamp": "first_timestamp",
        "hs_google_click_id": "google_click_id",
        "hs_facebook_click_id": "facebook_click_id",
    },
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
    properties={
        "dealname": "name",
        "pipeline": "pipeline_id",
        "dealstage": "stage_id",
        "amount": "amount",
        "deal_currency_code": "currency",
        "createdate": "created_at",
        "hs_lastmodifieddate": "modified_at",
        "closedate": "closed_at",
        "hs_is_closed": "is_closed",
        "hs_is_closed_won": "is_won",
        "hs_analytics_source": "analytics_source",
    },
)

MERGED = ("hs_merged_object_ids", "hs_calculated_merged_vids")
"""Properties that list what was merged into a record: `1;2`, of merges in several steps too; and, on contacts, `1:moment;2:moment`."""
