"""Ad accounts, campaigns, ad sets and ads as Graph nodes, as they are at one moment of the sandbox's clock.

Fields and their types follow the official SDK's AdAccount, Campaign, AdSet and Ad; a None is a field the object does not have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.platforms.graph import graph_time
from sandbox.world import World

Node = dict[str, Any]

NO_MINOR_UNIT = frozenset(("CLP", "COP", "CRC", "HUF", "ISK", "IDR", "JPY", "KRW", "PYG", "TWD", "VND"))
"""Currencies whose amounts Meta counts in whole units (…/marketing-api/currencies: offset 1); all others in hundredths."""


def derived_id(kind: str, key: str) -> str:
    """A stable id of fifteen digits for something that the world itself does not number."""
    return str(int(hashlib.sha256(f"{kind}:{key}".encode()).hexdigest(), 16) % 10**14 + 10**14)


class AdCatalog:
    """The nodes that exist at `now` (UTC): created by then, with the status they had by then."""

    def __init__(self, world: World, now: datetime) -> None:
        self.now = now
        self.accounts = {row["account_id"]: self._account(row) for row in world.ad_accounts.to_pylist()}
        self.zones = {account_id: ZoneInfo(node["timezone_name"]) for account_id, node in self.accounts.items()}
        self.campaigns = {row["campaign_id"]: self._campaign(row) for row in self._existing(world.campaigns.to_pylist())}
        self.ad_sets = {row["adset_id"]: self._ad_set(row) for row in self._existing(world.ad_sets.to_pylist())}
        self.ads = {row["ad_id"]: self._ad(row) for row in self._existing(world.ads.to_pylist())}

    def today(self, account_id: str) -> tuple[Any, int]:
        """The account's calendar day, and how many seconds of it have passed."""
        local = self.now.astimezone(self.zones[account_id])
        midnight = datetime.combine(local.date(), time(), self.zones[account_id])
        return local.date(), int((self.now - midnight.astimezone(self.now.tzinfo)).total_seconds())

    def ads_of(self, kind: str, object_id: str) -> list[Node]:
        """The ads beneath an object; `kind` is account, campaign, adset or ad."""
        key = "id" if kind == "ad" else f"{kind}_id"
        return [ad for ad in self.ads.values() if ad[key] == object_id]

    def _existing(self, rows: Iterable[Node]) -> list[Node]:
        return [row for row in rows if row["created_at"] <= self.now.replace(tzinfo=None)]

    def _times(self, row: Node) -> Node:
        """created_time and updated_time in account time; a change still to come has not happened."""
        zone, now = self.zones[row["account_id"]], self.now.replace(tzinfo=None)
        updated_at = row["updated_at"] if row["updated_at"] <= now else row["created_at"]
        moments = {"created_time": row["created_at"], "updated_time": updated_at}
        return {name: graph_time(moment.replace(tzinfo=self.now.tzinfo).astimezone(zone)) for name, moment in moments.items()}

    def _account(self, row: Node) -> Node:
        local = self.now.astimezone(ZoneInfo(row["timezone_name"]))
        return {
            "id": f"act_{row['account_id']}",
            "account_id": row["account_id"],
            "name": row["name"],
            "account_status": row["account_status"],
            "currency": row["currency"],
            "timezone_name": row["timezone_name"],
            "timezone_offset_hours_utc": (local.utcoffset() or timedelta()) / timedelta(hours=1),
            "balance": "0",
            "spend_cap": "0",
            "disable_reason": 0,
            "is_personal": 0,
            "is_prepay_account": False,
            "business": {"id": derived_id("business", "brand"), "name": row["name"].split(" ")[0]},
        }

    def _campaign(self, row: Node) -> Node:
        times, zone = self._times(row), self.zones[row["account_id"]]
        today, _ = self.today(row["account_id"])
        ended = row["ended_on"] is not None and row["ended_on"] < today
        status = "PAUSED" if ended or (row["ended_on"] is None and row["status"] == "PAUSED") else "ACTIVE"
        start = datetime.combine(row["started_on"], time(), zone)
        stop = datetime.combine(row["ended_on"] + timedelta(days=1), time(), zone) if row["ended_on"] else None
        return times | {
            "id": row["campaign_id"],
            "account_id": row["account_id"],
            "name": row["name"],
            "objective": row["objective"],
            "status": status,
            "configured_status": status,
            "effective_status": status,
            "buying_type": "AUCTION",
            "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
            "daily_budget": str(row["daily_budget_minor"]),
            "lifetime_budget": None,
            "budget_remaining": str(row["daily_budget_minor"]),
            "budget_rebalance_flag": False,
            "smart_promotion_type": "GUIDED_CREATION",
            "source_campaign_id": "0",
            "special_ad_category": "NONE",
            "special_ad_categories": [],
            "start_time": graph_time(start),
            "stop_time": graph_time(stop) if stop else None,
        }

    def _ad_set(self, row: Node) -> Node:
        campaign = self.campaigns[row["campaign_id"]]
        windows = [("CLICK_THROUGH", row["click_window_days"]), ("VIEW_THROUGH", row["view_window_days"])]
        return self._times(row) | {
            "id": row["adset_id"],
            "campaign_id": row["campaign_id"],
            "account_id": row["account_id"],
            "name": row["name"],
            "status": row["status"],
            "configured_status": row["status"],
            "effective_status": "CAMPAIGN_PAUSED" if campaign["status"] == "PAUSED" else row["status"],
            "optimization_goal": row["optimization_goal"],
            "billing_event": "IMPRESSIONS",
            "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
            "bid_amount": None,
            "bid_info": {"ACTIONS": 0},
            "attribution_spec": [{"event_type": event, "window_days": days} for event, days in windows if days],
            "daily_budget": "0",
            "lifetime_budget": "0",
            "budget_remaining": "0",
            "start_time": campaign["start_time"],
            "end_time": campaign["stop_time"],
            "promoted_object": {"pixel_id": derived_id("pixel", row["account_id"]), "custom_event_type": "PURCHASE"},
            "targeting": _TARGETING,
        }

    def _ad(self, row: Node) -> Node:
        ad_set = self.ad_sets[row["adset_id"]]
        status = ad_set["effective_status"]
        effective = row["status"] if status == "ACTIVE" else "ADSET_PAUSED" if status == "PAUSED" else status
        pixel = ad_set["promoted_object"]["pixel_id"]
        return self._times(row) | {
            "id": row["ad_id"],
            "adset_id": row["adset_id"],
            "campaign_id": row["campaign_id"],
            "account_id": row["account_id"],
            "name": row["name"],
            "status": row["status"],
            "configured_status": row["status"],
            "effective_status": effective,
            "bid_type": "ABSOLUTE_OCPM",
            "source_ad_id": "0",
            "last_updated_by_app_id": derived_id("app", "ads manager"),
            "creative": {
                "id": derived_id("creative", row["ad_id"]),
                "name": row["name"],
                "url_tags": row["url_tags"],
                "link_url": row["link_url"],
            },
            "targeting": _TARGETING,
            "tracking_specs": [{"action.type": ["offsite_conversion"], "fb_pixel": [pixel]}],
            "conversion_specs": [{"action.type": ["offsite_conversion"], "conversion_id": [derived_id("conversion", pixel)]}],
        }


_TARGETING = {"age_min": 18, "age_max": 65, "geo_locations": {"countries": ["DE", "US"], "location_types": ["home", "recent"]}}
