"""The source of a dashboard → a dashboard of Superset: tabs, rows, charts, filters and colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from multiball.dashboards.edition import Edition
from multiball.dashboards.source import plain


def charts_of(dashboard: Mapping[str, Any]) -> list[str]:
    """The names of a dashboard's charts, in the order of its tabs."""
    return [name for tab in dashboard["tabs"] for row in tab["rows"] for name in row["charts"]]


def dashboard(name: str, edition: Edition) -> dict[str, Any]:
    """The dashboard of that name, as Superset imports it."""
    source = plain(edition.assets.dashboards[name].data)
    numbers = {chart: number for number, chart in enumerate(charts_of(source), start=1)}
    filters = [_filter(name, entry, numbers, edition) for entry in source["filters"]]
    return {
        "dashboard_title": edition.text("dashboard", f"{name}.title"),
        "description": None,
        "css": Path(__file__).with_name("phone.css").read_text(encoding="utf-8"),
        "slug": edition.name(name).replace("_", "-"),
        "published": True,
        "uuid": edition.uuid("dashboard", name),
        "position": _position(name, source, numbers, edition),
        "metadata": {
            "label_colors": dict(_colours(edition)),
            # Superset would otherwise compute it when a user opens the dashboard, and try to store it, which only its owner may
            "color_scheme_domain": [],
            "map_label_colors": {},
            "shared_label_colors": [],
            "cross_filters_enabled": True,
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": filters,
        },
        "version": "1.0.0",
    }


def _position(name: str, source: Mapping[str, Any], numbers: Mapping[str, int], edition: Edition) -> dict[str, Any]:
    """Superset's tree of nodes: the tabs, the rows in them, the charts in those. Each chart needs a unique number."""
    tree: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": [], "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": edition.text("dashboard", f"{name}.title")}},
    }

    def add(kind: str, node: str, parents: list[str], meta: Mapping[str, Any]) -> list[str]:
        tree[node] = {"type": kind, "id": node, "children": [], "parents": parents, "meta": dict(meta)}
        if parents:
            tree[parents[-1]]["children"].append(node)
        return [*parents, node]

    tabs = add("TABS", "TABS-1", add("ROOT", "ROOT_ID", [], {}), {})
    for entry in source["tabs"]:
        tab = add("TAB", f"TAB-{entry['id']}", tabs, {"text": edition.text("dashboard", f"{name}.tabs.{entry['id']}")})
        for row_number, line in enumerate(entry["rows"], start=1):
            row = add("ROW", f"ROW-{entry['id']}-{row_number}", tab, {"background": "BACKGROUND_TRANSPARENT"})
            for chart, width in line["charts"].items():
                identity = {"chartId": numbers[chart], "uuid": edition.uuid("chart", chart)}
                add("CHART", f"CHART-{chart}", row, {**identity, "width": width, "height": line["height"]})
    return tree


def _filter(dashboard: str, entry: Mapping[str, Any], numbers: Mapping[str, int], edition: Edition) -> dict[str, Any]:
    """A filter over the charts whose dataset has its column; others are excluded."""
    if span := entry.get("range"):
        name = edition.text("dashboard", f"{dashboard}.filters.{entry['id']}")
        kind, target, controls = "filter_time", {}, {}
        chosen = {"extraFormData": {"time_range": span}, "filterState": {"value": span}}
    else:
        name = edition.column_label(entry["column"], entry["dataset"])
        kind = "filter_select"
        target = {"column": {"name": entry["column"]}, "datasetUuid": edition.uuid("dataset", entry["dataset"])}
        controls = {"multiSelect": True, "enableEmptyFilter": False, "searchAllOptions": False}
        chosen = {"extraFormData": {}, "filterState": {}}
    return {
        "id": f"NATIVE_FILTER-{entry['id']}",
        "name": name,
        "description": "",
        "type": "NATIVE_FILTER",
        "filterType": kind,
        "targets": [target],
        "scope": {
            "rootPath": ["ROOT_ID"],
            "excluded": [number for chart, number in numbers.items() if not _applies(entry, chart, edition)],
        },
        "controlValues": controls,
        "defaultDataMask": {**chosen, "ownState": {}},
        "cascadeParentIds": [],
    }


def _applies(entry: Mapping[str, Any], chart: str, edition: Edition) -> bool:
    dataset = str(edition.assets.charts[chart].data["dataset"])
    return "time" in edition.assets.datasets.data[dataset] if "range" in entry else entry["column"] in edition.types(dataset)


def _colours(edition: Edition) -> Iterator[tuple[str, str]]:
    """Colours by the names of series; without them, charts would use different colours for the same channel."""
    for column, colours in edition.assets.presentation.data["colours"].items():
        for word, colour in colours.items():
            yield edition.catalogue.word(column, word), str(colour)
            yield str(word), str(colour)
