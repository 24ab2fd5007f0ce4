"""What Meta delivered: who saw and clicked which ad, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.ad_structure import list_ads
from sandbox.world.chance import Chance, Numbers
from sandbox.world.moments import DAY, HOUR, SECOND, day_starts, make_table, month, weekday
from sandbox.world.people import People

_SEASON = {"US Gift Sets": (0.4, 0.6, 0.5, 0.6, 1.2, 0.5, 0.4, 0.4, 0.6, 1.0, 1.9, 2.4)}


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
        day=day[order],
        ad=ad[order],
        person=person[order],
        impressions=impressions[order],
        clicks=clicks[order],
        link_clicks=link_clicks[order],
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
