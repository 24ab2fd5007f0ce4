"""Visits to the site: from ads, from the other channels, from customers who come back to buy, and from bots."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from sandbox.world import brand
from sandbox.world.ad_structure import list_ads
from sandbox.world.advertising import Delivery, seconds_of_day
from sandbox.world.chance import Chance, Numbers
from sandbox.world.moments import DAY, HOUR, SECOND, month, weekday
from sandbox.world.people import People

OUTCOMES = ("bounce", "slow_page", "search_failed", "left_product", "left_cart", "left_checkout", "purchase", "lead", "sign_up")
BOUNCE, LEFT_PRODUCT, LEFT_CHECKOUT, PURCHASE, LEAD, SIGN_UP = 0, 3, 5, 6, 7, 8
_LOST = (0.42, 0.05, 0.06, 0.35, 0.09, 0.03)
"""How visits that win nothing end, by the first six outcomes."""
_LENGTHS = (15, 25, 90, 150, 240, 360, 480, 200, 120)
"""Mean seconds of a visit by outcome; none lasts twenty minutes, so that the parts of a visit never lie thirty minutes apart."""
APART = 75 * 60 * SECOND
"""A person's visits begin at least that far apart: a true visit is a session by every usual rule."""
_REPEATS = 160


@dataclass(frozen=True)
class Visits:
    """Columns by visit. `person` is -1 for bots, `ad` and `order` -1 for none; `click` is the position of the ad's click, else -1."""

    key: Numbers
    person: Numbers
    started_at: Numbers
    seconds: Numbers
    channel: Numbers
    ad: Numbers
    click: Numbers
    outcome: Numbers
    is_bot: Numbers

    def take(self, rows: Numbers) -> Visits:
        """Chosen rows, in the order given."""
        return Visits(**{column.name: getattr(self, column.name)[rows] for column in fields(self)})

    def sorted(self) -> Visits:
        """By time, then key."""
        return self.take(np.lexsort((self.key, self.started_at)))


@dataclass(frozen=True)
class Purchases:
    """Columns by purchase, in the order of `begun_at`: the start of the visit, or the call. `visit` is the visit's key, 0 for phone."""

    person: Numbers
    at: Numbers
    begun_at: Numbers
    visit: Numbers
    has_visit: Numbers
    is_repeat: Numbers
    number: Numbers
    """0 for a person's first purchase."""
    dies: Numbers
    """The purchase after which the person buys no more."""


def _join(parts: list[Visits]) -> Visits:
    return Visits(**{column.name: np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Visits)})


def _seconds(chance: Chance, key: Numbers, outcome: Numbers) -> Numbers:
    mean = np.array(_LENGTHS)[outcome]
    return np.asarray(np.clip(mean * np.exp(0.5 * chance.normal("length", key)), 5, 1150), dtype=np.int64)


def _arrivals(chance: Chance, people: People, delivery: Delivery, start: int, end: int, scale: float) -> Visits:
    """Visits of persons who have not decided to buy: landed clicks of ads, and each other channel's daily share."""
    landed = np.flatnonzero(chance.uniform("lands", delivery.click_key) < 0.88)
    parts = [(delivery.click_key[landed], delivery.click_person[landed], delivery.clicked_at[landed] + 4 * SECOND,
              np.full(len(landed), brand.PAID_SOCIAL), delivery.click_ad[landed], landed)]  # fmt: skip
    audience, days = people.audience("anybody"), np.arange(start, end + 1)
    season = np.array((0.95, 0.95, 0.9, 0.95, 1.0, 0.85, 0.8, 0.8, 0.95, 1.05, 1.35, 1.4))[month(days) - 1]
    rhythm = np.array((1.05, 1.0, 1.0, 1.0, 0.95, 0.95, 1.1))[weekday(days)]
    for number, channel in enumerate(brand.CHANNELS):
        count = chance.poisson("visits", channel.a_day * scale * season * rhythm, number, days)
        day = np.repeat(days, count)
        slot = np.arange(len(day)) - np.repeat(np.cumsum(count) - count, count)
        person = audience[(len(audience) * chance.uniform("visitor", number, day, slot) ** 1.5).astype(np.int64)]
        at = day * DAY + seconds_of_day(chance, "visit time", np.full(len(day), number), day, slot) * SECOND
        none = np.full(len(day), -1)
        parts.append((chance.bits("visit", number, day, slot), person, at, np.full(len(day), number), none, none))
    key, person, at, channels, ad, click = (np.concatenate(column) for column in zip(*parts, strict=True))
    zero = np.zeros(len(key), dtype=np.int64)
    arrivals = Visits(key, person, at, zero, channels, ad, click, zero, zero.astype(bool))
    by_person = arrivals.take(np.lexsort((key, at, person)))
    near = np.zeros(len(key), dtype=bool)
    near[1:] = (np.diff(by_person.started_at) < APART) & (np.diff(by_person.person) == 0)
    return by_person.take(np.flatnonzero(~near)).sorted()


def _decide(chance: Chance, people: People, visits: Visits) -> Visits:
    """How each visit ends. Only a person's first purchase is decided here: BG/NBD decides the others. One lead, one sign-up a person."""
    ads = list_ads()
    campaigns = [brand.CAMPAIGNS[number] for number in ads.campaign]
    by_channel = np.array([(channel.buys, channel.leads) for channel in brand.CHANNELS] + [(0.0, 0.0)])
    by_ad = np.array([(campaign.buys, campaign.leads) for campaign in campaigns] + [(0.0, 0.0)])
    buys, leads = np.where((visits.channel == brand.PAID_SOCIAL)[:, None], by_ad[visits.ad], by_channel[visits.channel]).T
    leads = leads * np.where(people.is_business[visits.person], 4.0, 0.6)
    signs_up = np.where(buys > 0, 0.02, 0.0)
    u = chance.uniform("outcome", visits.key)
    outcome = chance.choice("lost", _LOST, visits.key)
    outcome = np.where(u < buys + leads + signs_up, SIGN_UP, outcome)
    outcome = np.where(u < buys + leads, LEAD, outcome)
    outcome = np.where(u < buys, PURCHASE, outcome)
    for won, instead in ((PURCHASE, LEFT_CHECKOUT), (LEAD, LEFT_PRODUCT), (SIGN_UP, LEFT_PRODUCT)):
        rows = np.flatnonzero(outcome == won)
        first = rows[np.unique(visits.person[rows], return_index=True)[1]]
        outcome[np.setdiff1d(rows, first)] = instead
    return Visits(**{**vars(visits), "outcome": outcome, "seconds": _seconds(chance, visits.key, outcome)})


def repeat_purchases(chance: Chance, people: People, first: Visits, until: int) -> Purchases:
    """Repeat purchases by BG/NBD (Fader, Hardie & Lee 2005): intervals at rate λ while alive, death after each with chance p."""
    number = np.arange(1, _REPEATS + 1)
    person = first.person[:, None]
    gap = chance.exponential("interval", 1.0, person, number) / people.rate[person] * DAY
    acquired = (first.started_at + first.seconds * SECOND)[:, None]
    at = acquired + np.minimum(np.cumsum(gap, axis=1), 40_000.0 * DAY).astype(np.int64)
    dies = chance.uniform("dies", person, number) < people.dropout[person]
    alive: Numbers = np.cumsum(dies, axis=1) - dies == 0
    if (alive[:, -1] & (at[:, -1] < until)).any():
        raise ValueError(f"a person buys more than {_REPEATS} times; the world is too long for its table of intervals")
    phone = (chance.uniform("phone", person, number) < 0.08) | (gap < 2 * HOUR)
    rows, columns = np.nonzero(alive & (at < until + DAY))
    key = chance.bits("repeat", first.person[rows], columns + 1)
    seconds = _seconds(chance, key, np.full(len(rows), PURCHASE))
    called = phone[rows, columns]
    moment = at[rows, columns]
    begun = np.where(called, moment, moment - seconds * SECOND)
    return Purchases(
        first.person[rows],
        moment,
        begun,
        np.where(called, np.uint64(0), key),
        ~called,
        np.ones(len(rows), bool),
        columns + 1,
        dies[rows, columns],
    )


def make_visits(chance: Chance, people: People, delivery: Delivery, start: int, end: int, scale: float) -> tuple[Visits, Purchases]:
    """All visits that begin from `start` to `end`, in order of time, and all purchases that begin then."""
    until = (end + 1) * DAY
    arrivals = _decide(chance, people, _arrivals(chance, people, delivery, start, end, scale))
    arrivals = arrivals.take(np.flatnonzero(arrivals.started_at >= start * DAY))
    first = arrivals.take(np.flatnonzero(arrivals.outcome == PURCHASE))
    repeats = repeat_purchases(chance, people, first, until)
    online = np.flatnonzero(repeats.has_visit)
    channel = chance.choice("repeat channel", [one.repeat_share for one in brand.CHANNELS], repeats.visit[online])
    none, count = np.full(len(online), -1), len(online)
    returns = Visits(
        repeats.visit[online], repeats.person[online], repeats.begun_at[online],
        (repeats.at[online] - repeats.begun_at[online]) // SECOND, channel, none, none, np.full(count, PURCHASE), np.zeros(count, bool),
    )  # fmt: skip
    kept = ~_near(arrivals, returns) | (arrivals.outcome >= PURCHASE)
    visits = _join([arrivals.take(np.flatnonzero(kept)), returns, _bots(chance, start, end, scale)]).sorted()
    purchases = _in_order(first, repeats)
    within = np.flatnonzero(purchases.begun_at < until)
    return (
        visits.take(np.flatnonzero(visits.started_at < until)),
        Purchases(**{name: column[within] for name, column in vars(purchases).items()}),
    )


def _in_order(first: Visits, repeats: Purchases) -> Purchases:
    count = len(first.key)
    columns = {
        "person": (first.person, repeats.person),
        "at": (first.started_at + first.seconds * SECOND, repeats.at),
        "begun_at": (first.started_at, repeats.begun_at),
        "visit": (first.key, repeats.visit),
        "has_visit": (np.ones(count, bool), repeats.has_visit),
        "is_repeat": (np.zeros(count, bool), repeats.is_repeat),
        "number": (np.zeros(count, dtype=np.int64), repeats.number),
        "dies": (np.zeros(count, bool), repeats.dies),
    }
    joined = {name: np.concatenate(pair) for name, pair in columns.items()}
    order = np.lexsort((joined["number"], joined["person"], joined["begun_at"]))
    return Purchases(**{name: column[order] for name, column in joined.items()})


def _near(visits: Visits, others: Visits) -> Numbers:
    """Which visits begin within `APART` of one of the same person's `others`."""
    if not len(others.key):
        return np.zeros(len(visits.key), dtype=bool)
    span, base = 1 << 48, int(others.started_at.min()) - 1000 * DAY  # nine years of microseconds; 2**15 persons fit
    keys = np.sort(others.person * span + (others.started_at - base))
    requested = visits.person * span + (visits.started_at - base)
    return np.asarray(np.searchsorted(keys, requested - APART) < np.searchsorted(keys, requested + APART, side="right"))


def _bots(chance: Chance, start: int, end: int, scale: float) -> Visits:
    days = np.arange(start, end + 1)
    count = chance.poisson("bots", brand.BOTS_A_DAY * scale, days)
    day = np.repeat(days, count)
    slot = np.arange(len(day)) - np.repeat(np.cumsum(count) - count, count)
    at = day * DAY + (86400 * chance.uniform("bot time", day, slot)).astype(np.int64) * SECOND
    none, number = np.full(len(day), -1), len(day)
    direct = np.full(number, brand.CHANNEL_NAMES.index("Direct"))
    zero = np.zeros(number, dtype=np.int64)
    return Visits(chance.bits("bot", day, slot), none, at, zero, direct, none, none, zero + BOUNCE, np.ones(number, bool))
