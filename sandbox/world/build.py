"""Puts the world together, in the order in which things cause each other."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.world import ad_structure, advertising, claiming, collecting, posting, selling, shop, visit_texts
from sandbox.world.chance import Chance
from sandbox.world.moments import DAY, SECOND, day_number, make_table, nullable
from sandbox.world.money import make_rates, rates_on
from sandbox.world.people import People, make_people
from sandbox.world.tables import World
from sandbox.world.visiting import LEAD, Purchases, Visits, make_visits

_PERSONS, _FEWEST = 4500, 250


def build_world(seed: int, start: date, end: date, scale: float = 1.0) -> World:
    """The world of that seed from `start` to `end` (UTC days, both included). `scale` 1: about 100 visits a day.

    Raises ValueError when `end` is before `start`, or `scale` is not above 0 and at most 5.
    """
    if end < start:
        raise ValueError(f"the world would end on {end}, before it starts on {start}")
    if not 0 < scale <= 5:
        raise ValueError(f"scale is {scale}; give a number above 0 and at most 5")
    chance, first, last = Chance(seed), day_number(start), day_number(end)
    people = make_people(chance, max(_FEWEST, round(_PERSONS * scale)), first)
    fx_rates = make_rates(chance, first, last)
    posts = posting.make_posts(chance, first, last)
    delivery = advertising.deliver(chance, people, first, last, scale)
    visits, purchases = make_visits(chance, people, delivery, first, last, scale)
    visit_table = visit_texts.make_visit_table(chance, people, visits, delivery, posts)
    shown = visit_table.filter(pc.field("consent_analytics"))
    visitors = dict(zip(shown["visit_id"].to_pylist(), shown["visitor_id"].to_pylist(), strict=True))
    shop_tables, orders = shop.make_orders(chance, people, purchases, visitors, first, last)
    conversions = _conversions(visits, visit_table, orders, fx_rates)
    return World(
        seed=seed,
        start=start,
        end=end,
        scale=scale,
        persons=_person_table(people, visits, visit_table, purchases),
        products=shop.make_products(),
        **ad_structure.make_structure(first),
        **advertising.make_delivery_tables(chance, delivery),
        ad_conversions=claiming.claim(chance, delivery, conversions, fx_rates, len(people.number)),
        pages=posting.make_pages(),
        posts=posts,
        **posting.make_attention(chance, people, posts, last, scale),
        page_days=posting.make_page_days(chance, first, last, len(people.number)),
        visits=visit_table,
        events=collecting.make_events(chance, people, visits, visit_table, orders),
        **shop_tables,
        **selling.make_team(),
        **selling.make_crm(chance, people, visits, visit_table, orders, first, last),
        fx_rates=fx_rates,
    )


def _conversions(visits: Visits, table: pa.Table, orders: shop.Orders, fx_rates: pa.Table) -> claiming.Conversions:
    """What Meta's pixel sees: online purchases and leads of visits with consent to ads."""
    allowed = table["consent_ads"].to_numpy()
    allowing = set(visits.key[allowed].tolist())
    bought = np.flatnonzero([seen and key in allowing for key, seen in zip(orders.visit.tolist(), orders.has_visit.tolist(), strict=True)])
    leads = np.flatnonzero((visits.outcome == LEAD) & allowed)
    value = np.zeros(len(bought))
    for currency in np.unique(orders.currency):
        mine = orders.currency[bought] == currency
        value[mine] = orders.revenue[bought][mine] / 100 / rates_on(fx_rates, str(currency), orders.at[bought][mine] // DAY)
    return claiming.Conversions(
        person=np.concatenate([orders.person[bought], visits.person[leads]]),
        at=np.concatenate([orders.at[bought], (visits.started_at + visits.seconds * SECOND)[leads]]),
        is_purchase=np.concatenate([np.ones(len(bought), bool), np.zeros(len(leads), bool)]),
        value=np.concatenate([value, np.zeros(len(leads))]),
        order=np.concatenate([orders.order_id[bought].astype(object), np.full(len(leads), "", dtype=object)]),
    )


def _person_table(people: People, visits: Visits, table: pa.Table, purchases: Purchases) -> pa.Table:
    """`persons`."""
    count = len(people.number)
    row_of = {key: row for row, key in enumerate(visits.key.tolist())}
    first = np.flatnonzero(purchases.number == 0)
    acquired = np.zeros(count, dtype=np.int64)
    acquired[purchases.person[first]] = purchases.at[first]
    is_customer = acquired > 0
    channel, campaign = np.full(count, None, dtype=object), np.full(count, None, dtype=object)
    rows = np.array([row_of[int(key)] for key in purchases.visit[first]], dtype=np.int64)
    channel[purchases.person[first]] = np.array(table["channel"].to_pylist(), dtype=object)[rows]
    campaign[purchases.person[first]] = np.array(table["utm_campaign"].to_pylist(), dtype=object)[rows]
    dead = np.zeros(count, dtype=np.int64)
    dead[purchases.person[purchases.dies]] = purchases.at[purchases.dies]
    return make_table(
        "persons",
        {
            "person_id": people.number,
            "email": people.email,
            "phone": people.phone,
            "first_name": people.first_name,
            "last_name": people.last_name,
            "country": people.country,
            "currency": people.currency,
            "is_business": people.is_business,
            "is_customer": is_customer,
            "purchase_rate_per_day": people.rate,
            "dropout_probability": people.dropout,
            "mean_order_margin": shop.mean_order_margin(people),
            "acquired_at": nullable(acquired, is_customer),
            "acquisition_channel": channel,
            "acquisition_campaign": campaign,
            "dropped_out_at": nullable(dead, dead > 0),
        },
    )
