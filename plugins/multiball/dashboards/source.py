"""The dashboards as people write them, read from `superset/`: datasets, presentation, charts, dashboards, each validated against its
schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from multiball.documents import Document, read
from multiball.settings import REPOSITORY
from multiball.shapes import InputError
from multiball.texts import is_there

FOLDER = REPOSITORY / "superset"
_GUIDE = "docs/how-to/add-a-chart.md shows a whole chart."


@dataclass(frozen=True)
class Assets:
    """The source of all dashboards. A dashboard is a folder; charts are named by their files."""

    datasets: Document
    presentation: Document
    charts: Mapping[str, Document]
    dashboards: Mapping[str, Document]


def read_assets(folder: Path = FOLDER) -> Assets:
    """Read everything; InputError names file, line and remedy of the first fault."""
    return Assets(
        datasets=_document(folder / "datasets.yml", "datasets"),
        presentation=_document(folder / "presentation.yml", "presentation"),
        charts=_charts(folder),
        dashboards={path.parent.name: _document(path, "dashboard") for path in sorted(folder.glob("*/dashboard.yml"))},
    )


def _charts(folder: Path) -> dict[str, Document]:
    """The charts of all dashboards by name: one in a dashboard's folder can be shown on others too."""
    found: dict[str, Document] = {}
    for path in sorted(folder.glob("*/charts/*.yml")):
        if path.stem in found:
            other = found[path.stem].path
            raise InputError(
                f"the chart {path.stem!r} already exists", where=str(path), remedy=f"Rename it, or show {other} on both dashboards."
            )
        found[path.stem] = _document(path, "chart")
    return found


def plain(value: Any) -> Any:
    """The plain data, without the reader's line marks."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return next((kind(value) for kind in (bool, int, float, str) if isinstance(value, kind)), value)


def _document(path: Path, kind: str) -> Document:
    if not is_there(path):
        raise InputError("there is no such file", where=str(path), remedy=_GUIDE)
    document = read(path)
    if document is None:
        raise InputError("is not a mapping", where=str(path), remedy=_GUIDE)
    if faults := document.faults(_schemas()[kind], whole=f"the {kind}", guide=_GUIDE):
        raise document.wrong(faults[0].what, faults[0].remedy, faults[0].place)
    return document


@cache
def _schemas() -> Mapping[str, Mapping[str, Any]]:
    """The schemas by kind of document."""
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("source.schema.json").read_text(encoding="utf-8"))
    shared = loaded["$defs"]
    return {kind: {"$defs": shared, **shared[kind]} for kind in ("datasets", "presentation", "chart", "dashboard")}
