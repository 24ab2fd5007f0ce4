"""What was decided in earlier reviews, from the mart `action_log`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from multiball.review.facts import PastDecision
from multiball.review.gather.state import State
from multiball.review.gather.values import Entry


def read_decisions(state: State, catalogue: Mapping[str, Entry]) -> list[PastDecision]:
    """Proposals of earlier months, those of the newest review first."""
    rows = state.rows(f"""
        select
            action_id, month, title_en, title_zh, decision, note, decided_by, decided_at, owner, due_on, metric, expected, expected_low,
            expected_high, measured, verdict, reason
        from action_log
        where month < date '{state.month.first}'
        order by month desc, action_id
    """)
    return [_decision(row, catalogue) for row in rows]


def _decision(row: Mapping[str, Any], catalogue: Mapping[str, Entry]) -> PastDecision:
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
        expected=row["expected"],
        expected_low=row["expected_low"],
        expected_high=row["expected_high"],
        measured=row["measured"],
        verdict=row["verdict"],
        reason=row["reason"],
    )
