"""HubSpot: contacts from leads, sign-ups and customers; their lifecycle; the deals of the B2B line and their stages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.chance import Chance, Numbers
from sandbox.world.crm_endings import make_endings
from sandbox.world.moments import DAY, HOUR, SECOND, make_table, nullable
from sandbox.world.people import People
from sandbox.world.shop import Orders
from sandbox.world.visiting import LEAD, SIGN_UP, Visits

_SOURCES = {
    "Organic Social": "SOCIAL_MEDIA", "Organic Search": "ORGANIC_SEARCH", "Paid Search": "PAID_SEARCH", "Email": "EMAIL_MARKETING",
    "Direct": "DIRECT_TRAFFIC", "Referral": "REFERRALS", "Paid Social": "PAID_SOCIAL",
}  # fmt: skip
_IMPORTED = 7
"""One contact a week is typed in by hand."""


@dataclass(frozen=True)
class _Contacts:
    """Columns by contact. `kind` is lead, subscriber or customer; `visit` is a row of the visits, -1 for none."""

    person: Numbers
    at: Numbers
    visit: Numbers
    kind: Numbers


def _collect(chance: Chance, people: People, visits: Visits, orders: Orders, start: int, end: int) -> _Contacts:
    """The first thing that made each person a contact, in order of its visit's start. A customer who orders by phone is one too."""
    row_of = {int(key): row for row, key in enumerate(visits.key)}
    leads, signs = np.flatnonzero(visits.outcome == LEAD), np.flatnonzero(visits.outcome == SIGN_UP)
    bought = np.flatnonzero(~orders.is_test & (chance.uniform("newsletter", orders.person, 1) < 0.65))
    of_order = np.array([row_of.get(int(orders.visit[row]), -1) if orders.has_visit[row] else -1 for row in bought], dtype=np.int64)
    days = np.arange(start, end + 1)
    days = days[days % _IMPORTED == 3]
    hand = people.audience("anybody")[(len(people.audience("anybody")) * chance.uniform("imported", days)).astype(np.int64)]
    done = visits.started_at + visits.seconds * SECOND
    parts = [
        (visits.person[leads], done[leads], leads, np.full(len(leads), "lead")),
        (visits.person[signs], done[signs], signs, np.full(len(signs), "subscriber")),
        (orders.person[bought], orders.at[bought], of_order, np.full(len(bought), "customer")),
        (hand, days * DAY + 9 * HOUR, np.full(len(days), -1), np.full(len(days), "lead")),
    ]
    person, at, visit, kind = (np.concatenate(column) for column in zip(*parts, strict=True))
    begun = np.where(visit >= 0, np.append(visits.started_at, 0)[visit], at)
    order = np.lexsort((kind, person, begun))
    person, at, visit, kind = (column[order] for column in (person, at, visit, kind))
    first = np.sort(np.unique(person, return_index=True)[1])
    return _Contacts(person[first], at[first], visit[first], kind[first])


def make_crm(chance: Chance, people: People, visits: Visits, table: pa.Table, orders: Orders, start: int, end: int) -> dict[str, pa.Table]:
    """`contacts`, `contact_stages`, `deals`, `deal_stages`, and how some of them end.

    Persons who visited before are known from their first visit on.
    """
    contacts = _collect(chance, people, visits, orders, start, end)
    person = contacts.person
    contact_id = (7001 + np.cumsum(1 + (9 * chance.uniform("contact id", person)).astype(np.int64))).astype(str)
    owner = np.array([row[0] for row in brand.OWNERS])[chance.choice("owner", (5, 4, 1), person)]
    qualified, deal = _lead_path(chance, people, contacts)
    closes, result = _closing(chance, contacts, qualified["opportunity"][0])
    qualified["customer"] = (closes, deal & (result == 1))
    tasting = contacts.at + (DAY * (1 + 3 * chance.uniform("tasting at", person))).astype(np.int64)
    qualified[brand.OWN_STAGE[0]] = (tasting, (contacts.kind == "subscriber") & (chance.uniform("tasting", person) < 0.1))
    stages = _stages(contacts, contact_id, orders, qualified, deal)
    archived = (chance.uniform("archived", person) < 0.02) & ~qualified["opportunity"][1]
    letters = chance.uniform("capitals", person)
    email = [
        text.capitalize().replace("@mail", "@Mail") if share < 0.05 else text
        for text, share in zip(people.email[person].tolist(), letters.tolist(), strict=True)
    ]
    dealing = _deals(chance, people, contacts, contact_id, owner, np.flatnonzero(deal), qualified["opportunity"][0])
    return {
        "contacts": make_table(
            "contacts",
            {
                "contact_id": contact_id,
                "person_id": person,
                "email": email,
                "phone": nullable(people.phone[person], (contacts.kind == "lead") | (chance.uniform("contact phone", person) < 0.3)),
                "first_name": people.first_name[person],
                "last_name": people.last_name[person],
                "created_at": contacts.at,
                "archived_at": nullable(contacts.at + (DAY * (5 + 40 * chance.uniform("archived at", person))).astype(np.int64), archived),
                "owner_id": owner,
                **_origins(contacts, visits, table),
            },
        ),
        "contact_stages": stages,
        **dealing,
        **make_endings(chance, contact_id, person, contacts.at, archived, deal, dealing["deals"]),
    }


def _origins(contacts: _Contacts, visits: Visits, table: pa.Table) -> dict[str, list[object]]:
    """What HubSpot's tracking knows: the person's first visit with consent, else the visit that made the contact, else OFFLINE."""
    text = {name: table[name].to_pylist() for name in ("visit_id", "channel", "landing_url", "referrer", "utm_campaign", "utm_term")}
    clicks, consent = table["click_id"].to_pylist(), table["consent_ads"].to_pylist()
    seen = np.flatnonzero((visits.person >= 0) & table["consent_analytics"].to_numpy())
    first = dict(zip(visits.person[seen[::-1]].tolist(), seen[::-1].tolist(), strict=True))
    names = ("visit_id", "analytics_source", "analytics_source_data_1", "analytics_source_data_2", "latest_source", "first_url",
             "first_referrer", "first_visited_at", "google_click_id", "facebook_click_id")  # fmt: skip
    columns: dict[str, list[object]] = {name: [] for name in names}
    for person, visit in zip(contacts.person.tolist(), contacts.visit.tolist(), strict=True):
        if visit < 0:
            offline: tuple[object, ...] = (None, "OFFLINE", "CONTACTS", "CRM_UI", "OFFLINE", None, None, None, None, None)
            for name, value in zip(names, offline, strict=True):
                columns[name].append(value)
            continue
        origin = first.get(person, visit)
        origin = origin if visits.started_at[origin] <= visits.started_at[visit] else visit
        url, channel = text["landing_url"][origin], text["channel"][origin]
        allowed = consent[origin]
        gclid = url.split("gclid=")[1].split("&")[0] if "gclid=" in url and allowed else None
        untagged = channel == "Paid Social" and text["utm_campaign"][origin] is None
        values: tuple[object, ...] = (
            text["visit_id"][visit],
            "SOCIAL_MEDIA" if untagged else _SOURCES[channel],
            text["utm_campaign"][origin] or (text["referrer"][origin] or "/"),
            text["utm_term"][origin],
            _SOURCES[text["channel"][visit]],
            url if allowed else url.split("?")[0],
            text["referrer"][origin],
            int(visits.started_at[origin]),
            gclid,
            clicks[origin] if allowed else None,
        )
        for name, value in zip(names, values, strict=True):
            columns[name].append(value)
    return columns


_Moments = tuple[Numbers, Numbers]


def _lead_path(chance: Chance, people: People, contacts: _Contacts) -> tuple[dict[str, _Moments], Numbers]:
    """When each lead becomes MQL, SQL, opportunity, and whether: (moment, happens). The second result: who gets a deal."""
    person, happens, at = contacts.person, contacts.kind == "lead", contacts.at
    path: dict[str, _Moments] = {}
    shares = {"marketingqualifiedlead": (0.55, 0.75, 2.0), "salesqualifiedlead": (0.6, 0.7, 4.0), "opportunity": (0.75, 0.8, 5.0)}
    for stage, (everyone, business, days) in shares.items():
        share = np.where(people.is_business[person], business, everyone)
        happens = happens & (chance.uniform(stage, person) < share)
        at = at + np.maximum(HOUR // 2, chance.exponential(f"{stage} at", days * DAY, person)).astype(np.int64)
        path[stage] = (at, happens)
    return path, path["opportunity"][1]


def _closing(chance: Chance, contacts: _Contacts, opened: Numbers) -> _Moments:
    """When a contact's deal closes, and how: 0 stays open, 1 is won, 2 is lost."""
    result = chance.choice("deal result", (0.2, 0.42, 0.38), contacts.person)
    return opened + (DAY * (4 + 40 * chance.uniform("deal closes", contacts.person))).astype(np.int64), result


def _stages(contacts: _Contacts, contact_id: Numbers, orders: Orders, path: dict[str, _Moments], deal: Numbers) -> pa.Table:
    """`contact_stages`. A subscriber or lead who orders becomes a customer at the first order after."""
    everybody = np.ones(len(contact_id), dtype=bool)
    rows = [(contact_id, contacts.kind, contacts.at, np.where(contacts.visit >= 0, "FORM", "CRM_UI"), everybody)]
    rows += [
        (contact_id, np.full(len(contact_id), stage), at, np.full(len(contact_id), "CRM_UI"), happens)
        for stage, (at, happens) in path.items()
    ]
    real = np.flatnonzero(~orders.is_test)
    first_order = dict(zip(orders.person[real[::-1]].tolist(), orders.at[real[::-1]].tolist(), strict=True))
    bought = np.array([first_order.get(person, -1) for person in contacts.person.tolist()], dtype=np.int64)
    late = (contacts.kind != "customer") & (bought > contacts.at) & ~deal
    rows.append((contact_id, np.full(len(contact_id), "customer"), bought, np.full(len(contact_id), "INTEGRATION"), late))
    columns = [np.concatenate([row[position][row[4]] for row in rows]) for position in range(4)]
    table = make_table("contact_stages", dict(zip(("contact_id", "stage", "entered_at", "source_type"), columns, strict=True)))
    return table.sort_by([("entered_at", "ascending"), ("contact_id", "ascending"), ("stage", "ascending")])


def _deals(
    chance: Chance, people: People, contacts: _Contacts, contact_id: Numbers, owner: Numbers, rows: Numbers, opened: Numbers
) -> dict[str, pa.Table]:
    """`deals` and `deal_stages`: first talk, samples, offer, won or lost, evenly spaced; some stay open, some skip the samples."""
    closes, result = _closing(chance, contacts, opened)
    person = contacts.person[rows]
    deal_id = np.array([f"51{text}" for text in contact_id[rows].tolist()])
    amount = np.rint(np.exp(7.1 + 0.8 * chance.normal("deal amount", person))).astype(np.int64) * 100
    names = [f"Tea for {last} #{one}" for last, one in zip(people.last_name[person], deal_id, strict=True)]
    parts = []
    for position, (stage, *_) in enumerate(brand.STAGES):
        at = opened[rows] + (closes - opened)[rows] * min(position, 3) // 3
        reached = np.ones(len(rows), dtype=bool)
        if position == 1:
            reached = chance.uniform("samples", person) < 0.8
        elif position == 2:
            reached = chance.uniform("offer", person) < 0.9
        elif position > 2:
            reached = result[rows] == position - 2
        parts.append((deal_id[reached], np.full(reached.sum(), stage), at[reached], np.full(reached.sum(), "CRM_UI")))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    stages = make_table("deal_stages", dict(zip(("deal_id", "stage_id", "entered_at", "source_type"), columns, strict=True)))
    return {
        "deals": make_table(
            "deals",
            {
                "deal_id": deal_id,
                "contact_id": contact_id[rows],
                "name": names,
                "pipeline_id": [brand.PIPELINE[0]] * len(rows),
                "amount": amount,
                "currency": people.currency[person],
                "owner_id": owner[rows],
                "created_at": opened[rows],
                "archived_at": nullable(closes[rows] + 10 * DAY, chance.uniform("deal archived", person) < 0.03),
            },
        ),
        "deal_stages": stages.sort_by([("entered_at", "ascending"), ("deal_id", "ascending")]),
    }


def make_team() -> dict[str, pa.Table]:
    """`owners` and `pipeline_stages`."""
    return {
        "owners": make_table(
            "owners",
            {
                "owner_id": [row[0] for row in brand.OWNERS],
                "user_id": [row[1] for row in brand.OWNERS],
                "email": [f"{row[2].lower()}@halmstein.example" for row in brand.OWNERS],
                "first_name": [row[2] for row in brand.OWNERS],
                "last_name": [row[3] for row in brand.OWNERS],
                "is_archived": [row[4] for row in brand.OWNERS],
            },
        ),
        "pipeline_stages": make_table(
            "pipeline_stages",
            {
                "pipeline_id": [brand.PIPELINE[0]] * len(brand.STAGES),
                "pipeline_label": [brand.PIPELINE[1]] * len(brand.STAGES),
                "stage_id": [row[0] for row in brand.STAGES],
                "stage_label": [row[1] for row in brand.STAGES],
                "display_order": list(range(len(brand.STAGES))),
                "is_closed": [row[2] for row in brand.STAGES],
                "probability": [row[3] for row in brand.STAGES],
            },
        ),
    }
