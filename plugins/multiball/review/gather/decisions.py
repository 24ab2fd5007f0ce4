"""What was decided in earlier reviews, from the mart `action_log`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from multiball.review.facts import PastDecision
from multiball.review.gather.names import Names, name_of
from multiball.review.gather.state import State
from multiball.review.gather.values import Entry
from multiball.warehouse import as_utc


def read_decisions(state: State, catalogue: Mapping[str, Entry], names: Names, time_zone: str) -> list[PastDecision]:
    """What the last review brought, and what was done since the month before began, which is judged by this month at the earliest.

    Those of the newest review first.
    """
    since = as_utc(datetime.combine(state.before.first, time(), ZoneInfo(time_zone)))
    rows = state.rows(f"""
        select
            action_id, month, title_en, title_zh, decision, note, decided_by, decided_at, owner, due_on, metric, dimension, member,
            expected, expected_low, expected_high, measured, verdict, reason
        from action_log
        where
            month < date '{state.month.first}'
            and (month = date '{state.before.first}' or (verdict <> 'not_done' and decided_at >= timestamp '{since}'))
        order by month desc, action_id
    """)
    return [_decision(row, catalogue, names) for row in rows]


def _decision(row: Mapping[str, Any], catalogue: Mapping[str, Entry], names: Names) -> PastDecision:
    known = catalogue.get(row["metric"] or "")
    return PastDecision(
        id=row["action_id"],
        month=row["month"],
        title={"en": row["title_en"], "zh": row["title_zh"]},
        decision=row["decision"],
        note=row["note"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        owner=row["owner"],
        due=row["due_on"],
        metric=known.metric if known else None,
        member_name=name_of(names, row["dimension"], row["member"]),
        expected=row["expected"],
        expected_low=row["expected_low"],
        expected_high=row["expected_high"],
        measured=row["measured"],
        verdict=row["verdict"],
        reason=row["reason"],
    )
