"""What a review says, before it is put into words: numbers, names and reasons, in no language and without rounding.

Everything here comes from one state of the warehouse, so the same state gives the same facts. A number that the data cannot support is
None, and a `Caveat` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

Additivity = Literal["sum", "last", "ratio", "distinct"]
Format = Literal["integer", "decimal", "percent", "currency"]
Words = Mapping[str, str]
"""A text by language: `en` and `zh`."""


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Metric(_Facts):
    """A metric of the catalogue. `better` says which way is good; None where neither is, such as spend."""

    name: str
    label: Words
    additivity: Additivity
    format: Format
    unit: str
    better: Literal["up", "down"] | None


class Figure(_Facts):
    """A metric of the month beside the month before and, where a goal covers the month, the plan for the month."""

    metric: Metric
    value: Decimal | None
    before: Decimal | None
    plan: Decimal | None
    goal: str | None
    """The goal that the plan comes from."""


class Point(_Facts):
    """One week of a goal, by its last day that lies in the data: what was brought up to then, and what was planned."""

    day: date
    actual: Decimal | None
    planned: Decimal | None


class Standing(_Facts):
    """A goal as it stood at the end of the month. `status` and `reason` are those of the mart `goal_progress`."""

    goal: str
    text: Words
    owner: str
    metric: Metric
    dimension: str
    member: str
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


class Driver(_Facts):
    """What one member of a dimension, or one factor of a ratio, did to a metric. A movement's drivers add up to its difference exactly."""

    kind: Literal["channel", "campaign", "platform", "account", "origin", "factor", "rest"]
    name: str
    """The member's name as the source gave it, a factor's metric, or `rest` for what is left beside those named."""
    before: Decimal | None
    value: Decimal | None
    effect: Decimal


class Movement(_Facts):
    """How a metric moved from the month before to the month, and what drove it."""

    metric: Metric
    before: Decimal
    value: Decimal
    difference: Decimal
    drivers: tuple[Driver, ...]


class Return(_Facts):
    """What a unit of advertising money brought back in a campaign or channel, with a 90 % interval from the number of orders."""

    kind: Literal["channel", "campaign"]
    name: str
    spend: Decimal
    spend_before: Decimal
    orders: Decimal
    revenue: Decimal
    revenue_per_spend: Decimal | None
    low: Decimal | None
    high: Decimal | None


class Channel(_Facts):
    """What a channel did in the month."""

    name: str
    sessions: Decimal | None
    spend: Decimal | None
    orders: Decimal
    revenue: Decimal
    new_customers: Decimal
    acquisition_cost: Decimal | None
    lifetime_value: Decimal | None
    """Expected margin of the next 12 months per customer whom the channel won."""
    lifetime_value_low: Decimal | None
    lifetime_value_high: Decimal | None


class Caveat(_Facts):
    """Something that is not final, missing or not to be trusted. `kind` is a key of the wording; `values` are its numbers and names."""

    kind: str
    values: Mapping[str, str | int | Decimal | date | datetime | None] = {}


class Proposal(_Facts):
    """Something to decide. `kind` is a key of the wording; `values` are the numbers and names of its evidence.

    `expected_low` and `expected_high` span what `metric` (of `dimension` and `member`) is expected to change by in a month, 90 %.
    """

    id: str
    """The same proposal has the same id in every version of the month's review."""
    kind: str
    values: Mapping[str, str | int | Decimal | date | None] = {}
    metric: Metric
    dimension: str
    member: str
    expected: Decimal | None
    expected_low: Decimal | None
    expected_high: Decimal | None
    owner: str
    """Id of a team."""
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
    expected: Decimal | None
    expected_low: Decimal | None
    expected_high: Decimal | None
    measured: Decimal | None
    """What the metric changed by, from the month before the decision to the month after it."""
    verdict: Literal["as_expected", "better", "worse", "too_early", "cannot_tell", "not_done"]
    reason: str | None


class Review(_Facts):
    """A month's review. `as_of` is the moment whose knowledge it holds (UTC); `data_until` the last day with data."""

    brand: str
    month: date
    as_of: datetime
    issued_at: datetime
    currency: str
    time_zone: str
    data_until: date
    figures: tuple[Figure, ...]
    goals: tuple[Standing, ...]
    movements: tuple[Movement, ...]
    returns: tuple[Return, ...]
    channels: tuple[Channel, ...]
    caveats: tuple[Caveat, ...]
    proposals: tuple[Proposal, ...]
    decisions: tuple[PastDecision, ...]


class Audience(_Facts):
    """For whom a review is worded: a team, its language, and what it wants to see first."""

    team: str
    name: Words
    recipients: tuple[str, ...]
    language: Literal["en", "zh"]
    focus_goals: tuple[str, ...] = ()
    focus_parts: tuple[str, ...] = ()


class Links(_Facts):
    """Addresses that a review points at; None where there is nothing to open."""

    decide: str | None = None
    dashboard: str | None = None
