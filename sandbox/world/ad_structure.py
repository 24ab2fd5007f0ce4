"""Meta's ads as they were set up: accounts, campaigns, ad sets, ads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.chance import Numbers
from sandbox.world.moments import DAY, HOUR, make_table

_CREATED = 120 * DAY
"""Everything was set up that long before the world starts."""


@dataclass(frozen=True)
class Ads:
    """Columns by ad: its position is its number in all columns of numbers of ads."""

    ad_id: Numbers
    campaign: Numbers
    account: Numbers
    name: Numbers


def list_ads() -> Ads:
    """The ads of `brand.CAMPAIGNS`, in order."""
    rows = [
        (f"{campaign.campaign_id[:-3]}{position + 1}{number + 1:02d}7", position, campaign.account, ad[0])
        for position, campaign in enumerate(brand.CAMPAIGNS)
        for number, ad in enumerate(campaign.ads)
    ]
    ids, campaigns, accounts, names = (np.array(column) for column in zip(*rows, strict=True))
    return Ads(ids, campaigns, accounts, names)


def make_structure(start: int) -> dict[str, pa.Table]:
    """`ad_accounts`, `campaigns`, `ad_sets` (one a campaign) and `ads`."""
    ads, created = list_ads(), start * DAY - _CREATED
    count, number = len(brand.CAMPAIGNS), np.arange(len(brand.CAMPAIGNS))
    ends = np.array([campaign.ends_after_days or 0 for campaign in brand.CAMPAIGNS])
    account = np.array([brand.AD_ACCOUNTS[campaign.account][0] for campaign in brand.CAMPAIGNS])
    campaign_id = np.array([campaign.campaign_id for campaign in brand.CAMPAIGNS])
    adset_id = np.array([f"{text[:-3]}9{text[-3:]}" for text in campaign_id.tolist()])
    updated = np.where(ends > 0, (start + ends) * DAY + 9 * HOUR, created + 5 * DAY)
    budget = [round(sum(views * price for _, views, _, price in campaign.ads) / 10) for campaign in brand.CAMPAIGNS]
    ids, names, currencies, zones = zip(*brand.AD_ACCOUNTS, strict=True)
    return {
        "ad_accounts": make_table(
            "ad_accounts",
            {"account_id": ids, "name": names, "currency": currencies, "timezone_name": zones, "account_status": [1] * len(ids)},
        ),
        "campaigns": make_table(
            "campaigns",
            {
                "campaign_id": campaign_id,
                "account_id": account,
                "name": [campaign.name for campaign in brand.CAMPAIGNS],
                "objective": [campaign.objective for campaign in brand.CAMPAIGNS],
                "status": np.where(ends > 0, "PAUSED", "ACTIVE"),
                "daily_budget_minor": budget,
                "started_on": np.full(count, start - 100),
                "ended_on": np.ma.masked_array(start + ends, mask=ends == 0),
                "created_at": created + number * HOUR,
                "updated_at": updated,
            },
        ),
        "ad_sets": make_table(
            "ad_sets",
            {
                "adset_id": adset_id,
                "campaign_id": campaign_id,
                "account_id": account,
                "name": [f"{campaign.name} / {campaign.audience}" for campaign in brand.CAMPAIGNS],
                "status": ["ACTIVE"] * count,
                "optimization_goal": [campaign.goal for campaign in brand.CAMPAIGNS],
                "click_window_days": [campaign.windows[0] for campaign in brand.CAMPAIGNS],
                "view_window_days": [campaign.windows[1] for campaign in brand.CAMPAIGNS],
                "created_at": created + number * HOUR,
                "updated_at": created + number * HOUR,
            },
        ),
        "ads": make_table(
            "ads",
            {
                "ad_id": ads.ad_id,
                "adset_id": adset_id[ads.campaign],
                "campaign_id": campaign_id[ads.campaign],
                "account_id": account[ads.campaign],
                "name": ads.name,
                "status": ["ACTIVE"] * len(ads.ad_id),
                "url_tags": [brand.CAMPAIGNS[position].url_tags for position in ads.campaign],
                "link_url": [f"{brand.HOME}{landing_path(position)}" for position in ads.campaign],
                "created_at": created + ads.campaign * HOUR,
                "updated_at": created + ads.campaign * HOUR,
            },
        ),
    }


def landing_path(campaign: int) -> str:
    """The page of the shop that the ads of a campaign lead to."""
    audience = brand.CAMPAIGNS[campaign].audience
    return {"business": "/business", "overseas": "/c/gifts", "deaf": "/c/gifts"}.get(audience, "/c/tea")
