"""The main movements of the month, each with its drivers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial

from multiball.metrics import Metric
from multiball.review.exact import ZERO
from multiball.review.gather.coverage import runs
from multiball.review.gather.names import Names
from multiball.review.gather.reading import Reading
from multiball.review.gather.values import NOTHING, TOTAL, Cell, Values
from multiball.review.sections.goals.facts import GoalProgress, Goals
from multiball.review.sections.movements.drivers import Change, Quotient, factor_effects, member_effects
from multiball.review.sections.movements.facts import Driver, DriverKind, Movement, Movements

MOVEMENTS = 6
"""The number of movements shown."""
DRIVERS = 6
"""The number of named members; the others form one driver, `rest`."""
_RETURNS = ("customer_acquisition_cost", "roas")
_DIMENSIONS: tuple[DriverKind, ...] = ("channel", "campaign", "account", "platform", "origin")
"""Dimensions that explain a movement: the first with several members is used."""


def gather(reading: Reading) -> Movements:
    """Revenue first, then acquisition cost or return on spend, then the metrics of goals, then the largest relative changes.

    Metrics without a better direction, and vanity metrics, are shown only where a goal is about them.
    """
    values, goals = reading.values, reading.of(Goals).goals
    moved = [name for name in _in_order(values, goals) if _has_moved(values, name)]
    return Movements(movements=tuple(explain(values, values.catalogue[name], reading.names) for name in moved[:MOVEMENTS]))


def _in_order(values: Values, goals: Sequence[GoalProgress]) -> Iterable[str]:
    returns = [name for name in _RETURNS if _has_moved(values, name)][:1]
    planned = [goal.metric.name for goal in goals if (goal.dimension, goal.member) == TOTAL]
    candidates = [name for name, metric in values.catalogue.items() if metric.better and not metric.vanity]
    moved_most = sorted(filter(partial(_has_moved, values), candidates), key=lambda name: (-_relative_change(values, name), name))
    return dict.fromkeys(["revenue", *returns, *planned, *moved_most])


def _has_moved(values: Values, name: str) -> bool:
    before, now = values.total(name, "before"), values.total(name, "now")
    return before is not None and now is not None and before != now


def _relative_change(values: Values, name: str) -> Fraction:
    before, now = values.total(name, "before") or ZERO, values.total(name, "now") or ZERO
    return abs(Fraction(now - before) / Fraction(before)) if before else Fraction(0)


def explain(values: Values, metric: Metric, names: Names) -> Movement:
    """The movement of a metric with its drivers; `names` are those of campaigns and accounts by dimension and key."""
    before, now = _cells(values, metric, TOTAL)
    whole = Change(before.value, now.value)
    if metric.additivity != "ratio":
        drivers = _addends(values, metric, whole, names)
    elif factors := _factors(values, metric):
        drivers = _by_factors(metric, factors, _quotient(before, now), whole.difference)
    else:
        drivers = _shares(values, metric, _quotient(before, now), whole.difference, names)
    days = values.compared[metric.name]
    return Movement(
        metric=metric,
        before=whole.before or ZERO,
        value=whole.now or ZERO,
        difference=whole.difference,
        drivers=tuple(drivers),
        days=() if days.is_whole else runs(days.now),
        days_before=() if days.is_whole else runs(days.before),
    )


def _addends(values: Values, metric: Metric, whole: Change, names: Names) -> list[Driver]:
    """The members of a sum or level by their effect, then the rest."""
    dimension, members = _members(values, metric)
    changes = [(member, Change(before.value, now.value)) for member, (before, now) in members.items()]
    named = _greatest([(member, change, change.difference) for member, change in changes])
    rest = Change(
        (whole.before or ZERO) - sum((change.before or ZERO for _, change, _ in named), ZERO),
        (whole.now or ZERO) - sum((change.now or ZERO for _, change, _ in named), ZERO),
    )
    return [*_named(dimension, named, names), *_rest(rest, rest.difference)]


def _shares(values: Values, metric: Metric, whole: Quotient, difference: Decimal, names: Names) -> list[Driver]:
    """The members of a ratio by their effect on the total ratio, then the rest."""
    dimension, members = _members(values, metric)
    effects = member_effects(whole, [_quotient(*cells) for cells in members.values()], difference, metric.multiplier)
    changes = [Change(before.value, now.value) for before, now in members.values()]
    named = _greatest(list(zip(members, changes, effects, strict=False)))
    left = difference - sum((effect for _, _, effect in named), ZERO)
    return [*_named(dimension, named, names), *_rest(Change(None, None), left)]


def _by_factors(metric: Metric, factors: tuple[Metric, Metric], whole: Quotient, difference: Decimal) -> list[Driver]:
    effects = factor_effects(whole, difference, metric.multiplier)
    return [
        Driver(kind="factor", name=factor.name, before=change.before, value=change.now, effect=effect, metric=factor)
        for factor, change, effect in zip(factors, (whole.numerator, whole.denominator), effects, strict=True)
    ]


def _factors(values: Values, metric: Metric) -> tuple[Metric, Metric] | None:
    """Numerator and denominator, where both are metrics of the catalogue."""
    numerator, denominator = values.catalogue.get(metric.numerator or ""), values.catalogue.get(metric.denominator or "")
    return (numerator, denominator) if numerator and denominator else None


def _members(values: Values, metric: Metric) -> tuple[DriverKind, dict[str, tuple[Cell, Cell]]]:
    """The dimension that explains a movement, and its members in both months."""
    name = metric.name
    found = {kind: values.members(name, kind) for kind in _DIMENSIONS}
    with_several = [kind for kind in _DIMENSIONS if len(found[kind]) > 1]
    with_one = [kind for kind in _DIMENSIONS if found[kind]]
    dimension = [*with_several, *with_one, *_DIMENSIONS][0]
    return dimension, {member: _cells(values, metric, (dimension, member)) for member in found[dimension]}


def _cells(values: Values, metric: Metric, at: tuple[str, str]) -> tuple[Cell, Cell]:
    name = metric.name
    return values.cells.get((name, *at, "before"), NOTHING), values.cells.get((name, *at, "now"), NOTHING)


def _quotient(before: Cell, now: Cell) -> Quotient:
    return Quotient(Change(before.numerator, now.numerator), Change(before.denominator, now.denominator))


def _greatest(changes: Sequence[tuple[str, Change, Decimal]]) -> list[tuple[str, Change, Decimal]]:
    """The members to name, by their effect; a single remaining one is named, too."""
    moved = sorted((change for change in changes if change[2]), key=lambda change: (-abs(change[2]), change[0]))
    return moved if len(moved) == DRIVERS + 1 else moved[:DRIVERS]


def _named(dimension: DriverKind, named: Iterable[tuple[str, Change, Decimal]], names: Names) -> list[Driver]:
    return [
        Driver(kind=dimension, name=names.get((dimension, member), member), before=change.before, value=change.now, effect=effect)
        for member, change, effect in named
    ]


def _rest(change: Change, effect: Decimal) -> list[Driver]:
    return [Driver(kind="rest", name="rest", before=change.before, value=change.now, effect=effect)] if effect else []
