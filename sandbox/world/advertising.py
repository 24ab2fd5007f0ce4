"""Meta's ads: who saw and clicked them, what they cost, and which conversions the platform claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.chance import Chance, Numbers
from sandbox.world.moments import DAY, HOUR, SECOND, day_starts, local_days, make_table, month, weekday
from sandbox.world.money import rates_on
from sandbox.world.people import People

_SEASON = {"US Gift Sets": (0.4, 0.6, 0.5, 0.6, 1.2, 0.5, 0.4, 0.4, 0.6, 1.0, 1.9, 2.4)}
_CREATED = 120 * DAY
"""Everything was set up that long before the world starts."""


@dataclass(frozen=True)
class Ads:
    """Columns by ad: its position is its number everywhere in this module."""

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


@dataclass(frozen=True)
class Delivery:
    """What was delivered: exposures (day, ad, person) and link clicks, by number of ad and person."""

    day: Numbers
    ad: Numbers
    person: Numbers
    impressions: Numbers
    clicks: Numbers
    link_clicks: Numbers
    click_key: Numbers
    click_day: Numbers
    click_ad: Numbers
    click_person: Numbers
    clicked_at: Numbers
    click_id: Numbers


def deliver(chance: Chance, people: People, start: int, end: int, scale: float) -> Delivery:
    """Every impression is one draw of a person from the campaign's audience, the interested more often."""
    ads, days, exposures, clicked = list_ads(), np.arange(start, end + 1), [], []
    settings = [(campaign, ad) for campaign in brand.CAMPAIGNS for ad in campaign.ads]
    for number, (campaign, (_, views, click_rate, _)) in enumerate(settings):
        audience = people.audience(campaign.audience)
        if not len(audience):
            continue
        running = days if campaign.ends_after_days is None else days[days < start + campaign.ends_after_days]
        season = np.array(_SEASON.get(campaign.name, (1, 1, 1, 1, 1, 0.9, 0.8, 0.8, 1, 1.1, 1.4, 1.3)))[month(running) - 1]
        rhythm = np.array((1.0, 0.95, 0.95, 1.0, 1.05, 1.2, 1.25))[weekday(running)]
        noise = np.exp(0.18 * chance.normal("delivery", number, running))
        shown = np.maximum(0, np.rint(views * scale * season * rhythm * noise)).astype(np.int64)
        day = np.repeat(running, shown)
        slot = np.arange(len(day)) - np.repeat(np.cumsum(shown) - shown, shown)
        person = audience[(len(audience) * chance.uniform("seen by", number, day, slot) ** 1.6).astype(np.int64)]
        click = chance.uniform("click", number, day, slot) < click_rate
        link = click & (chance.uniform("link click", number, day, slot) < 0.8)
        key = day * len(people.number) + person
        unique, position = np.unique(key, return_inverse=True)
        counts = [np.bincount(position, weights=weights).astype(np.int64) for weights in (np.ones(len(key)), click, link)]
        exposures.append((unique // len(people.number), np.full(len(unique), number), unique % len(people.number), *counts))
        clicked.append((day[link], np.full(link.sum(), number), person[link], slot[link]))
    day, ad, person, impressions, clicks, link_clicks = (np.concatenate(column) for column in zip(*exposures, strict=True))
    order = np.lexsort((person, ad, day))
    click_day, click_ad, click_person, slot = (np.concatenate(column) for column in zip(*clicked, strict=True))
    click_order = np.lexsort((slot, click_ad, click_day))
    click_day, click_ad, click_person, slot = (column[click_order] for column in (click_day, click_ad, click_person, slot))
    zones = np.array([zone for *_, zone in brand.AD_ACCOUNTS])[ads.account[click_ad]]
    clicked_at = np.zeros(len(click_day), dtype=np.int64)
    for zone in np.unique(zones):
        clicked_at[zones == zone] = day_starts(click_day[zones == zone], str(zone))
    clicked_at += seconds_of_day(chance, "click time", click_ad, click_day, slot) * SECOND
    click_id = np.array([f"IwAR{text}" for text in chance.text("fbclid", 32, click_ad, click_day, slot)])
    return Delivery(
        *(column[order] for column in (day, ad, person, impressions, clicks, link_clicks)),
        click_key=chance.bits("click key", click_ad, click_day, slot),
        click_day=click_day,
        click_ad=click_ad,
        click_person=click_person,
        clicked_at=clicked_at,
        click_id=click_id,
    )


def seconds_of_day(chance: Chance, purpose: str, *keys: Numbers) -> Numbers:
    """A second of the day, more often in the evening: the sum of two uniforms around 17 o'clock for most, anywhere for some."""
    evening = 86400 * (0.35 + 0.32 * (chance.uniform(purpose, 1, *keys) + chance.uniform(purpose, 2, *keys)))
    anywhere = 86400 * chance.uniform(purpose, 3, *keys)
    return np.where(chance.uniform(purpose, 4, *keys) < 0.8, np.minimum(evening, 86390), anywhere).astype(np.int64)


def make_delivery_tables(chance: Chance, delivery: Delivery) -> dict[str, pa.Table]:
    """`ad_exposures`, `ad_clicks` and `ad_spend`; spend follows the day's impressions and its price."""
    ads = list_ads()
    ad_ids = pa.array(ads.ad_id)
    count = len(ads.ad_id)
    unique, position = np.unique(delivery.day * count + delivery.ad, return_inverse=True)
    shown = np.bincount(position, weights=delivery.impressions)
    day, ad = unique // count, unique % count
    price = np.array([ad[3] for campaign in brand.CAMPAIGNS for ad in campaign.ads])[ad] * np.exp(0.1 * chance.normal("price", ad, day))
    spend = np.maximum(1, np.rint(shown * price / 10)).astype(np.int64)
    first = np.floor(spend * (1 - 0.05 * chance.uniform("unsettled", ad, day))).astype(np.int64)
    return {
        "ad_exposures": make_table(
            "ad_exposures",
            {
                "date": delivery.day,
                "ad_id": ad_ids.take(pa.array(delivery.ad)),
                "person_id": delivery.person,
                "impressions": delivery.impressions,
                "clicks": delivery.clicks,
                "link_clicks": delivery.link_clicks,
            },
        ),
        "ad_spend": make_table(
            "ad_spend",
            {
                "date": day,
                "ad_id": ad_ids.take(pa.array(ad)),
                "spend": spend,
                "first_reported_spend": first,
                "settled_at": (day + 3) * DAY + 12 * HOUR,
            },
        ),
        "ad_clicks": make_table(
            "ad_clicks",
            {
                "click_id": delivery.click_id,
                "ad_id": ads.ad_id[delivery.click_ad],
                "person_id": delivery.click_person,
                "date": delivery.click_day,
                "clicked_at": delivery.clicked_at,
            },
        ),
    }


@dataclass(frozen=True)
class Conversions:
    """What the pixel sees: purchases and leads of persons who let it. `value` in EUR; `order` empty for a lead."""

    person: Numbers
    at: Numbers
    is_purchase: Numbers
    value: Numbers
    order: Numbers


def claim(chance: Chance, delivery: Delivery, conversions: Conversions, fx_rates: pa.Table, people_count: int) -> pa.Table:
    """`ad_conversions`: each account claims by its own last click within 28 days, else its last impression within one day."""
    ads, parts = list_ads(), []
    for account, (_, _, currency, zone) in enumerate(brand.AD_ACCOUNTS):
        day = local_days(conversions.at, zone)
        midnight = day_starts(day, zone)
        click, click_found = _last_click(delivery, ads, account, conversions)
        view, view_found = _last_view(delivery, ads, account, conversions, day, people_count)
        since = conversions.at - midnight
        share = chance.uniform("view time", account, conversions.person, conversions.at // SECOND)
        same_day = delivery.day[view] == day
        viewed_at = np.where(same_day, midnight + (share * since).astype(np.int64), midnight - (share * (DAY - since)).astype(np.int64) - 1)
        viewed_day = local_days(viewed_at, zone)
        view_found &= viewed_day == delivery.day[view]
        claimed = click_found | view_found
        touched_at = np.where(click_found, delivery.clicked_at[click], viewed_at)[claimed]
        at, person = conversions.at[claimed], conversions.person[claimed]
        late = 72 * HOUR * chance.uniform("reported", account, person, at // SECOND) ** 6
        rate = rates_on(fx_rates, currency, at // DAY)
        parts.append(
            {
                "conversion_id": np.array([f"c{text}" for text in chance.text("conversion", 15, account, person, at // SECOND)]),
                "ad_id": ads.ad_id[np.where(click_found, delivery.click_ad[click], delivery.ad[view])[claimed]],
                "person_id": person,
                "action": np.where(conversions.is_purchase[claimed], "purchase", "lead"),
                "kind": np.where(click_found, "click", "view")[claimed],
                "touched_on": np.where(click_found, delivery.click_day[click], delivery.day[view])[claimed],
                "touched_at": touched_at,
                "converted_at": at,
                "reported_at": at + late.astype(np.int64),
                "value": np.rint(conversions.value[claimed] * rate * 100).astype(np.int64),
                "currency": np.full(claimed.sum(), currency),
                "order_id": conversions.order[claimed],
            }
        )
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns["conversion_id"], columns["converted_at"]))
    columns = {name: values[order] for name, values in columns.items()}
    columns["order_id"] = np.ma.masked_array(columns["order_id"], mask=columns["action"] == "lead")
    return make_table("ad_conversions", columns)


def _last_click(delivery: Delivery, ads: Ads, account: int, conversions: Conversions) -> tuple[Numbers, Numbers]:
    """Position of each conversion's last click of the account within 28 days, and whether there is one."""
    mine = np.flatnonzero(ads.account[delivery.click_ad] == account)
    mine = mine[np.lexsort((delivery.clicked_at[mine], delivery.click_person[mine]))]
    return _latest(mine, delivery.click_person, delivery.clicked_at, conversions.person, conversions.at, 28 * DAY)


def _last_view(
    delivery: Delivery, ads: Ads, account: int, conversions: Conversions, day: Numbers, people_count: int
) -> tuple[Numbers, Numbers]:
    """Position of each conversion's last exposure of the account on its day or the day before, and whether there is one."""
    mine = np.flatnonzero(ads.account[delivery.ad] == account)
    mine = mine[np.lexsort((delivery.day[mine], delivery.person[mine]))]
    return _latest(mine, delivery.person, delivery.day, conversions.person, day, 1)


def _latest(rows: Numbers, person: Numbers, when: Numbers, of_person: Numbers, at: Numbers, within: int) -> tuple[Numbers, Numbers]:
    """Among `rows` (sorted by person, when), the last one of each asked person at or before `at`, not longer ago than `within`."""
    if not len(rows) or not len(at):
        return np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=bool)
    span = max(int(when[rows].max()), int(at.max())) - min(int(when[rows].min()), int(at.min())) + 1
    base = min(int(when[rows].min()), int(at.min()))
    keys = person[rows] * span + (when[rows] - base)
    found = rows[np.maximum(np.searchsorted(keys, of_person * span + (at - base), side="right") - 1, 0)]
    return found, (person[found] == of_person) & (when[found] <= at) & (at - when[found] <= within)
