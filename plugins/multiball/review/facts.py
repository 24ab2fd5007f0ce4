"""What a review says, before it is put into words: numbers, names and reasons, in no language and without rounding.

Everything here comes from one state of the warehouse, so the same state gives the same facts. A number that the data cannot support is
None, and a `Caveat` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from multiball.words import known_language

Additivity = Literal["sum", "last", "ratio", "distinct"]
Format = Literal["integer", "decimal", "percent", "currency"]
DriverKind = Literal["channel", "campaign", "platform", "account", "origin", "factor", "rest"]
Words = Mapping[str, str]
"""A text by language."""

Language = Annotated[str, AfterValidator(known_language)]
"""A language that has a catalogue in `locale/`."""

CaveatKind = Literal[
    "publication_blocked",  # since, reason, published_as_of
    "source_missing",  # source, until: nothing of it is there for the month; `until` is None where nothing ever came
    "source_late",  # source, until, last_loaded, due: its data ends before the month does; `due` None where no load is overdue
    "order_state_unknown",  # source, state, orders: so many orders of the month are in a state of no known meaning, and no sales
    "deletion_held",  # source, rows, since: rows that the source no longer gives and that count until somebody confirms
    "source_begins",  # source, since: its data begins within the month
    "source_gap",  # source, days: of these days of the month nothing was ever loaded
    "exchange_rate_missing",  # currency, amounts: so many amounts of the month are left out of all sums
    "reconciliation_error",  # check, level, count: so many days and scopes of the month where two numbers differ
    "no_data",  # metric: a figure of the review has no number for the month
    "not_final",  # platform, since, days, spend, share: the platform may still restate these days; spend None where none is counted
    "metric_retired",  # platform, metric, since: the platform ended the series within the month
    "month_before_partial",  # first_day: the data begins within the month or the one before
    "compared_in_part",  # fact, days, days_before: the only days that both months know alike
    "not_compared",  # fact: of a figure of the review, too few days are known alike in both months
    "return_withheld",  # days: spend and orders are not both known on every day of the month, only on these
    "goal_cannot_tell",  # goal, text_en, text_zh, reason: as in Standing
    "lifetime_value_cannot_tell",  # reason, in the words of the model
    "unattributed",  # orders, revenue, share: orders without a known touch, and their share of revenue
    "untagged_sessions",  # sessions, share: sessions without any trace of where they came from
    "return_without_spend",  # name, orders, revenue: paid channel or campaign whose spend was never in the warehouse
    "return_without_orders",  # name, spend: no order, so that its return is unknown
    "interval_wide",  # name, orders, low, high: so few orders that the 90 % interval is wider than the return itself
]
"""What a caveat is about; beside each, the keys of its `values`. A `source` has a `fact` where it brings several that end on other days."""

ProposalKind = Literal[
    "move_budget",  # from_name, to_name, amount, share, since, until; from_ and to_: return, spend, orders
    "hold_and_test",  # low_name, high_name, since, until, months; low_ and high_: return, spend, orders
    "catch_up",  # goal, text_en, text_zh, actual, expected, target, due, days_left, pace_so_far, pace_needed, projected_end
]
"""What is proposed; beside each, the keys of its `values`.

`move_budget`: shift `amount`, which is `share` of a month's spend, from one campaign to another; returns are revenue per unit of spend from
`since` to `until`. `hold_and_test`: two returns lie too close to choose; at the present spend `months` more months tell them apart, None
where they are the same. `catch_up`: a goal is behind; `pace_*` is per 30 days for sums and levels, the ratio itself for ratios.
"""


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Metric(_Facts):
    """A metric of the catalogue. `better` says which way is good; None where neither is, such as spend."""

    name: str
    label: str
    """In English, for a metric that a language's catalogue does not have."""
    additivity: Additivity
    format: Format
    unit: str
    better: Literal["up", "down"] | None


class Days(_Facts):
    """Days from first to last, both included."""

    first: date
    last: date


class Like(_Facts):
    """A metric on those days of the month, and of the month before, that can be compared."""

    value: Decimal | None
    before: Decimal | None
    days: tuple[Days, ...]
    days_before: tuple[Days, ...]


class Figure(_Facts):
    """A metric of the month beside the month before and, where a goal covers the month, the plan for the month.

    `value` is all that there is of the month. `before` and `plan` are there where the month is known as a whole.
    """

    metric: Metric
    value: Decimal | None
    before: Decimal | None
    plan: Decimal | None
    goal: str | None
    """The goal that the plan comes from."""
    net: Decimal | None = None
    """Of gross revenue, what refunds leave of it; None where no source states refunds."""
    is_whole: bool = True
    """Whether all its sources are known on every day of the month."""
    days: tuple[Days, ...] = ()
    """The days on which they are, where that is not every day."""
    like: Like | None = None
    """What is compared in place of the whole months."""


class Point(_Facts):
    """One week of a goal, by its last day that lies in the data: what was brought up to then, and what was planned."""

    day: date
    actual: Decimal | None
    planned: Decimal | None


class Standing(_Facts):
    """A goal as it stood at the end of the month. `status` and `reason` are those of the mart `goal_progress`.

    Where a source of the metric ends before the month does, that it is unknown, unless a sum has passed its target already.
    """

    goal: str
    text: Words
    owner: str
    metric: Metric
    dimension: str
    member: str
    member_name: str | None = None
    """The member as its source calls it; None for the total."""
    baseline: Decimal
    target: Decimal
    direction: Literal["up", "down"]
    start: date
    due: date
    day: date
    actual: Decimal | None
    expected: Decimal | None
    pace: Decimal | None
    projected_end: Decimal | None
    status: Literal["ahead", "on", "behind", "met", "missed", "cannot_tell"]
    reason: str | None
    weeks: tuple[Point, ...] = ()
    days_known: int | None = None
    """The days since its start on which all sources of the metric are known."""


class Driver(_Facts):
    """What one member of a dimension, or one factor of a ratio, did to a metric. A movement's drivers add up to its difference exactly."""

    kind: DriverKind
    name: str
    """The member's name as the source gave it, a factor's metric, or `rest` for what is left beside those named."""
    before: Decimal | None
    value: Decimal | None
    effect: Decimal
    metric: Metric | None = None
    """The metric that a factor is."""


class Movement(_Facts):
    """How a metric moved from the month before to the month, and what drove it; on some days of both where `days` names them."""

    metric: Metric
    before: Decimal
    value: Decimal
    difference: Decimal
    drivers: tuple[Driver, ...]
    days: tuple[Days, ...] = ()
    days_before: tuple[Days, ...] = ()


class Return(_Facts):
    """What a unit of advertising money brought back in a campaign or channel, with a 90 % interval from the orders and their values."""

    kind: Literal["channel", "campaign"]
    name: str
    spend: Decimal
    spend_before: Decimal
    orders: Decimal
    revenue: Decimal
    revenue_per_spend: Decimal | None
    low: Decimal | None
    high: Decimal | None
    key: str | None = None
    """The campaign's `campaign_key`; None for a channel."""
    effective_orders: Decimal | None = None
    """So many orders of one and the same value would leave the revenue as uncertain as these do."""
    is_spend_known: bool = True
    """Whether the warehouse ever had spend of it: that nothing was spent in the month is then known."""
    are_orders_known: bool = True
    """Whether orders are known of any of its days: that none came is then known."""


class Channel(_Facts):
    """What a channel did in the month."""

    name: str
    sessions: Decimal | None
    """None where not known, as `spend`."""
    spend: Decimal | None
    orders: Decimal | None
    """None, as revenue and new customers, where orders are known of no day that the channel did anything on."""
    revenue: Decimal | None
    new_customers: Decimal | None
    acquisition_cost: Decimal | None
    lifetime_value: Decimal | None
    """Expected margin of the 12 months after `valued_on` per customer whom the channel won, whichever month the review is of."""
    lifetime_value_low: Decimal | None
    lifetime_value_high: Decimal | None
    valued_on: date | None = None
    """The last day of the purchases that the lifetime value is made of; None where there is none."""


class Caveat(_Facts):
    """Something that is not final, missing or not to be trusted. `kind` is a key of the wording; `values` are its numbers and names."""

    kind: CaveatKind
    values: Mapping[str, str | int | Decimal | date | datetime | tuple[Days, ...] | None] = {}


class Proposal(_Facts):
    """Something to decide. `kind` is a key of the wording; `values` are the numbers and names of its evidence.

    `expected_low` and `expected_high` span what `metric` (of `dimension` and `member`) is expected to change by in a month, 90 %.
    """

    id: str
    """The same proposal has the same id in every version of the month's review."""
    kind: ProposalKind
    values: Mapping[str, str | int | Decimal | date | None] = {}
    metric: Metric
    dimension: str
    member: str
    member_name: str | None = None
    """The member as its source calls it; None for the total."""
    expected: Decimal | None
    expected_low: Decimal | None
    expected_high: Decimal | None
    owner: str
    """Id of a team; empty where neither a goal nor a team is there."""
    decide_by: date


class PastDecision(_Facts):
    """A proposal of an earlier review, what was decided, and what came of it. One row of the mart `action_log`."""

    id: str
    month: date
    title: Words
    decision: Literal["approved", "changed", "rejected", "unanswered"]
    note: str | None
    decided_by: str | None
    decided_at: datetime | None
    owner: str
    due: date
    metric: Metric | None
    member_name: str | None = None
    """What it was to be seen of, as its source calls it; None for the total."""
    expected: Decimal | None
    expected_low: Decimal | None
    expected_high: Decimal | None
    measured: Decimal | None
    """What the metric changed by, from the month before the decision to the month after it."""
    verdict: Literal["as_expected", "better", "worse", "too_early", "cannot_tell", "not_done"]
    reason: str | None


class Review(_Facts):
    """A month's review. `as_of` is the moment whose knowledge it holds (UTC); `data_until` the last day up to which all sources reach.

    `data_in_part_until`: the last day that one of them reaches, where that is another day. `teams` has the names of teams by id, `labels`
    those of metrics by name.
    """

    brand: str
    month: date
    as_of: datetime
    issued_at: datetime
    currency: str
    time_zone: str
    data_until: date
    data_in_part_until: date | None = None
    figures: tuple[Figure, ...]
    goals: tuple[Standing, ...]
    movements: tuple[Movement, ...]
    returns: tuple[Return, ...]
    channels: tuple[Channel, ...]
    caveats: tuple[Caveat, ...]
    proposals: tuple[Proposal, ...]
    decisions: tuple[PastDecision, ...]
    teams: Mapping[str, Words] = {}
    labels: Mapping[str, str] = {}


class Audience(_Facts):
    """For whom a review is worded: a team, its language, and what it wants to see first."""

    team: str
    name: Words
    recipients: tuple[str, ...]
    language: Language
    focus_goals: tuple[str, ...] = ()
    focus_parts: tuple[str, ...] = ()


class Links(_Facts):
    """Addresses that a review points at; None where there is nothing to open."""

    decide: str | None = None
    dashboard: str | None = None
