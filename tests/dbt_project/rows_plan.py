"""Raw rows of the plan: a changed goal, one taken out, and one of each kind of metric, over the days of the other hand-made rows."""

from __future__ import annotations

from typing import Any

FIRST, SECOND = "2026-09-01T06:00:00", "2026-10-10T06:00:00"


def goal(name: str, metric: str, baseline: str, target: str, start: str, due: str, at: str = FIRST, **further: Any) -> dict[str, Any]:
    return {
        "goal": name, "metric": metric, "dimension": "total", "member": "all", "baseline": baseline, "target": target,
        "direction": "up" if float(target) > float(baseline) else "down", "start_on": start, "due_on": due, "owner": "growth",
        "text": f'{{"en": "The goal {name}.", "zh": "目标{name}。"}}', "objective": '{"en": "Grow.", "zh": "增长。"}',
        "_source": "multiball", "_account": "", "_at": at, **further,
    }  # fmt: skip


EARLIER = {"text_en": "The goal early.", "text_zh": "目标early。", "objective_en": "Grow.", "objective_zh": "增长。"}
"""Texts as rows of an earlier release have them."""

ROWS = {
    ("multiball", "plan_goal"): [
        goal("cap", "spend", "900", "700", "2026-10-01", "2026-10-31"),
        goal("cap", "spend", "900", "1", "2026-10-01", "2026-10-31", at=SECOND),
        goal("dropped", "revenue", "1", "2", "2026-10-01", "2026-10-31"),
        goal("dropped", "revenue", "1", "2", "2026-10-01", "2026-10-31", at=SECOND, _deleted=True),
        goal("cost", "cpc", "10", "0.000001", "2026-10-01", "2026-10-31"),
        goal("fans", "followers", "100", "1500", "2026-09-28", "2026-10-31"),
        goal("platform_fans", "followers", "100", "505", "2026-09-28", "2026-10-04", dimension="platform", member="weibo"),
        goal("people", "reach", "1", "2", "2026-09-28", "2026-10-04", dimension="account", member="meta:100"),
        goal("future", "revenue", "1", "2", "2027-01-01", "2027-01-31"),
        goal("renamed", "turnover", "1", "2", "2026-10-01", "2026-10-31"),
        goal("early", "turnover", "1", "2", "2026-10-01", "2026-10-31", text=None, objective=None, **EARLIER),
    ]
}
