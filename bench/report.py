"""The table that is printed, from what `var/bench.json` holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_TITLES = ("figure", "ratio", "least–greatest", "CPU ratio", "ours", "other", "ours MB", "other MB", "against")


def table(figures: Sequence[dict[str, Any]]) -> str:
    """A line for each figure that was measured, and what each ratio means; then what is unavailable or failed, with the reason."""
    measured = [figure for figure in figures if figure["state"] == "measured"]
    rows = [_TITLES, *map(_row, measured)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows] if measured else []
    lines += [f"{figure['name']}: {figure['measures']}. {figure['ratio_means']}" for figure in measured]
    lines += [f"{figure['name']}: {figure['state']}: {figure['reason']}" for figure in figures if figure["state"] != "measured"]
    return "\n".join(lines)


def _row(figure: dict[str, Any]) -> tuple[str, ...]:
    ours, other = figure["medians"]["ours"], figure["medians"]["other"]
    return (
        figure["name"],
        f"{figure['ratio']:.2f}",
        f"{figure['ratio_least']:.2f}–{figure['ratio_greatest']:.2f}",
        f"{figure['cpu_ratio']:.2f}",
        f"{ours['seconds']:.2f} {figure['unit']}",
        f"{other['seconds']:.2f} {figure['unit']}",
        f"{ours['memory_mb']:.0f}",
        f"{other['memory_mb']:.0f}",
        figure["sides"][1],
    )
