"""Decisions of earlier reviews, from the mart `action_log`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from multiball.review.gather.names import name_of
from multiball.review.gather.reading import Reading
from multiball.review.sections.cycle.facts import Decisions, PastDecision
from multiball.warehouse import as_utc
from multiball.words.by_language import from_json


def gather(reading: Reading) -> Decisions:
    """The decisions of the last review, and older ones made since the start of the month before, whose verdict is new.

    The newest review comes first.
    """
    state = reading.state
    since = as_utc(datetime.combine(state.before.first, time(), ZoneInfo(reading.time_zone)))
    rows = state.rows(f"""
        select
            action_id, month, title, decision, note, decided_by, decided_at, owner, due_on, metric, dimension, member,
            expected, expected_low, expected_high, measured, verdict, reason
        from action_log
        where
            month < date '{state.month.first}'
            and (month = date '{state.before.first}' or (verdict <> 'not_done' and decided_at >= timestamp '{since}'))
        order by month desc, action_id
    """)
    return Decisions(decisions=tuple(_decision(row, reading) for row in rows))


def _decision(row: Mapping[str, Any], reading: Reading) -> PastDecision:
    return PastDecision(
        id=row["action_id"],
        month=row["month"],
        title=from_json(row["title"]),
        decision=row["decision"],
        note=row["note"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        owner=row["owner"],
        due=row["due_on"],
        metric=reading.metric(row["metric"]),
        member_name=name_of(reading.names, row["dimension"], row["member"]),
        expected=row["expected"],
        expected_low=row["expected_low"],
        expected_high=row["expected_high"],
        measured=row["measured"],
        verdict=row["verdict"],
        reason=row["reason"],
    )
