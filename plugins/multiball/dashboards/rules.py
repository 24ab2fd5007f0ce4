"""Rules against charts that would add up non-additive metrics, on the screen or in the query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from multiball.metrics import Metric

NOT_NULL = "not null"
"""What a chart writes in `where` for any value."""
_KEYS = {"account_name", "account_key", "content_key"}


def additivity(metric: Metric, chart: Mapping[str, Any], time: str | None) -> tuple[str, str] | None:
    """What is wrong with the metric in that chart, and the remedy; None if nothing is."""
    params = chart["params"]
    grouped = {*params.get("groupby", []), params.get("x_axis")}
    if metric.additivity != "sum" and (params.get("stack") or chart["viz_type"] == "funnel"):
        return f"{metric.name} does not add up ({metric.additivity}), and stacks and funnels do so on the screen", "Draw lines or a table."
    if metric.within and metric.within not in grouped and not _is_one(chart.get("where", {}).get(metric.within)):
        return f"{metric.name} is shown for one {metric.within} at a time", f"Group by {metric.within}, or choose one in where."
    if metric.additivity == "last" and params.get("x_axis") and params.get("time_grain_sqla") != "P1D":
        return f"{metric.name} is a level of a day", "Write time_grain_sqla: P1D."
    if metric.counts_people and (params.get("time_grain_sqla") not in (None, "P1D") or not grouped & _KEYS or time not in grouped):
        return (
            f"{metric.name} counts distinct people, who are never added up",
            f"Group by account_name and {time}, without a coarser grain.",
        )
    return None


def _is_one(wanted: Any) -> bool:
    return wanted is not None and not isinstance(wanted, list) and wanted != NOT_NULL
