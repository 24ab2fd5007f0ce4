"""The progress of each goal at the end of the month, from the mart `goal_progress`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from multiball.metrics import Metric
from multiball.review.gather.names import name_of
from multiball.review.gather.reading import Reading
from multiball.review.gather.state import Span, State
from multiball.review.sections.goals.facts import GoalProgress, Goals, Point
from multiball.words.by_language import from_json


def gather(reading: Reading) -> Goals:
    """The goals that run in the month, as of its last day or the goal's last day, the earliest due first."""
    state, month = reading.state, reading.state.month
    rows = state.rows(f"""
        select
            goal, date_day, metric, dimension, member, owner, direction, start_on, due_on, baseline, target, additivity, actual, expected,
            days_known, pace_ratio, projected_end, status, reason, text
        from (
            select *, row_number() over (partition by goal order by date_day desc) as place
            from goal_progress
            where date_day <= date '{month.last}' and start_on <= date '{month.last}' and due_on >= date '{month.first}'
        ) as ranked
        where place = 1
        order by due_on, goal
    """)
    weeks = _weeks(state)
    return Goals(goals=tuple(_progress(row, reading, weeks.get(row["goal"], ())) for row in rows))


def _progress(row: Mapping[str, Any], reading: Reading, weeks: Sequence[Point]) -> GoalProgress:
    known = reading.values.catalogue.get(row["metric"])
    last_day = min(reading.state.month.last, row["due_on"])
    is_ended = known is not None and not reading.coverage.is_whole(known.facts, Span(last_day, last_day))
    is_open = is_ended and row["status"] != "cannot_tell" and not _has_passed_target(row)
    return GoalProgress(
        goal=row["goal"],
        text=from_json(row["text"]),
        owner=row["owner"],
        metric=known or _unknown(row["metric"], row["direction"]),
        dimension=row["dimension"],
        member=row["member"],
        member_name=name_of(reading.names, row["dimension"], row["member"]),
        baseline=row["baseline"],
        target=row["target"],
        direction=row["direction"],
        start=row["start_on"],
        due=row["due_on"],
        day=row["date_day"],
        actual=row["actual"],
        expected=row["expected"],
        pace=row["pace_ratio"],
        projected_end=None if is_open else row["projected_end"],
        status="cannot_tell" if is_open else row["status"],
        reason="source_ends_early" if is_open else row["reason"],
        weeks=tuple(weeks),
        days_known=row["days_known"],
    )


def _has_passed_target(row: Mapping[str, Any]) -> bool:
    """Whether a sum has already passed its target, so that missing days cannot change the status."""
    return bool(row["additivity"] == "sum" and row["status"] == ("met" if row["direction"] == "up" else "missed"))


def _unknown(name: str, direction: Any) -> Metric:
    """A metric that is no longer in the catalogue, by its name, so that its goal is still listed with the reason."""
    return Metric(name=name, label=name, additivity="sum", format="decimal", unit="", better=direction)


def _weeks(state: State) -> dict[str, list[Point]]:
    """By goal on a sum or a level, the last day with data of each ISO week."""
    rows = state.rows(f"""
        select goal, date_day, actual, expected
        from (
            select
                progress.goal,
                progress.date_day,
                progress.actual,
                progress.expected,
                row_number() over (partition by progress.goal, calendar.week_start order by progress.date_day desc) as place
            from goal_progress as progress
            inner join dim_date as calendar on progress.date_day = calendar.date_day
            where progress.date_day <= date '{state.month.last}' and progress.additivity in ('sum', 'last')
        ) as ranked
        where place = 1
        order by goal, date_day
    """)
    weeks: dict[str, list[Point]] = {}
    for row in rows:
        weeks.setdefault(row["goal"], []).append(Point(day=row["date_day"], actual=row["actual"], planned=row["expected"]))
    return weeks
