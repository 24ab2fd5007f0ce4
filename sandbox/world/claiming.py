"""Which conversions Meta claims for its ads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.ad_structure import Ads, list_ads
from sandbox.world.advertising import Delivery
from sandbox.world.chance import Chance, Numbers
from sandbox.world.moments import DAY, HOUR, SECOND, day_starts, local_days, make_table
from sandbox.world.money import rates_on


@dataclass(frozen=True)
class Conversions:
    """What the pixel sees: purchases and leads of persons who consented. `value` in EUR; `order` empty for a lead."""

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
    """Among `rows` (sorted by person, when), the last one of each given person at or before `at`, not longer ago than `within`."""
    if not len(rows) or not len(at):
        return np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=bool)
    span = max(int(when[rows].max()), int(at.max())) - min(int(when[rows].min()), int(at.min())) + 1
    base = min(int(when[rows].min()), int(at.min()))
    keys = person[rows] * span + (when[rows] - base)
    found = rows[np.maximum(np.searchsorted(keys, of_person * span + (at - base), side="right") - 1, 0)]
    return found, (person[found] == of_person) & (when[found] <= at) & (at - when[found] <= within)
