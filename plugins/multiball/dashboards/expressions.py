"""The SQL of a metric over any group of its mart's rows, the same for every engine: null if the rows are not additive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from multiball.metrics import Additivity, Metric


def expression(metric: Metric, catalogue: Iterable[Metric]) -> str:
    """The SQL that Superset computes for the metric. The catalogue says which columns count distinct people, and which are levels."""
    kinds: Mapping[str, Additivity] = {
        other.columns[0]: other.additivity for other in catalogue if other.additivity in ("last", "distinct")
    }
    inputs = [_aggregate(metric, column, kinds.get(column, "sum")) for column in metric.columns]
    if metric.additivity == "ratio":
        factor = f"{metric.multiplier}.0"
        value = f"{factor} * {inputs[0]} / NULLIF({inputs[1]}, 0)"
    else:
        value = inputs[0]
    return f"CASE WHEN COUNT(DISTINCT {metric.within}) = 1 THEN {value} END" if metric.within else value


def _aggregate(metric: Metric, column: str, kind: Additivity) -> str:
    known = [f"{one} IS NOT NULL" for one in metric.columns if metric.known_together]
    if metric.additivity == "ratio" and len(metric.facts) > 1:
        known += [f"is_{fact}_known" for fact in metric.facts]
    value = f"CASE WHEN {' AND '.join(known)} THEN {column} END" if known else column
    if kind == "distinct":
        return f"CASE WHEN COUNT(*) = 1 THEN MAX({value}) END"
    return f"CASE WHEN COUNT(DISTINCT date_day) = 1 THEN SUM({value}) END" if kind == "last" else f"SUM({value})"
