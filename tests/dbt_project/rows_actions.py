"""Raw rows of decisions: one decided again, one that moved spend, one on people, and one that is too recent to assess."""

from __future__ import annotations

from typing import Any


def action(name: str, metric: str, decision: str, at: str, **further: Any) -> dict[str, Any]:
    return {
        "action_id": name, "month": "2026-08-01", "version": 1, "kind": "move_budget",
        "title": f'{{"en": "Do {name}.", "zh": "做{name}。"}}',
        "decision": decision, "decided_by": "ada", "decided_at": at, "owner": "growth", "due_on": "2026-10-31", "metric": metric,
        "dimension": "total", "member": "all", "expected": "10", "expected_low": "5", "expected_high": "15", "_source": "multiball",
        "_account": "", "_at": at, **further,
    }  # fmt: skip


ROWS = {
    ("multiball", "action"): [
        action("twice", "spend", "rejected", "2026-09-20T10:00:00", note="not yet"),
        action("twice", "spend", "approved", "2026-11-03T10:00:00", note="now"),
        action("early", "spend", "approved", "2026-12-03T10:00:00", title=None, title_en="Do early.", title_zh="做early。"),
        action("people", "reach", "approved", "2026-09-10T10:00:00", dimension="account", member="meta:100"),
        action("silent", "spend", "unanswered", "2026-09-10T10:00:00", decided_by=None),
        action("renamed", "turnover", "changed", "2026-09-10T10:00:00"),
    ]
}
