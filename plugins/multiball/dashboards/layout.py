"""The source of a dashboard → a dashboard of Superset, in one language: tabs, rows, charts, filters and colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from multiball.dashboards.datasets import dimensions, label
from multiball.dashboards.identity import asset_uuid, name_in
from multiball.dashboards.source import Assets, Language, in_language
from multiball.marts import Mart


def charts_of(dashboard: Mapping[str, Any]) -> list[str]:
    """The names of a dashboard's charts, in the order of its tabs."""
    return [name for tab in dashboard["tabs"] for row in tab["rows"] for name in row["charts"]]


def dashboard(name: str, assets: Assets, marts: Mapping[str, Mart], language: Language, currency: str) -> dict[str, Any]:
    """The dashboard of that name, as Superset imports it."""
    source = in_language(assets.dashboards[name].data, language)
    numbers = {chart: number for number, chart in enumerate(charts_of(source), start=1)}
    return {
        "dashboard_title": source["title"],
        "description": None,
        "css": "",
        "slug": name_in(name, language).replace("_", "-"),
        "published": True,
        "uuid": asset_uuid("dashboard", name_in(name, language)),
        "position": _position(source, assets, numbers, language),
        "metadata": {
            "color_scheme": "multiball",
            "label_colors": dict(_colours(assets, marts, language, currency)),
            "cross_filters_enabled": True,
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": [
                _filter(number, entry, assets, marts, numbers, language) for number, entry in enumerate(source["filters"], start=1)
            ],
        },
        "version": "1.0.0",
    }


def _position(source: Mapping[str, Any], assets: Assets, numbers: Mapping[str, int], language: Language) -> dict[str, Any]:
    """Superset's tree of nodes: the tabs, the rows in them, the charts in those. Each chart needs a number of its own."""
    tabs = {f"TAB-{number}": tab for number, tab in enumerate(source["tabs"], start=1)}
    nodes: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["TABS-1"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": [], "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": source["title"]}},
        "TABS-1": {"type": "TABS", "id": "TABS-1", "children": list(tabs), "parents": ["ROOT_ID"], "meta": {}},
    }
    for tab, entry in tabs.items():
        rows = {f"ROW-{tab[4:]}-{number}": row for number, row in enumerate(entry["rows"], start=1)}
        nodes[tab] = {"type": "TAB", "id": tab, "children": list(rows), "parents": ["ROOT_ID", "TABS-1"], "meta": {"text": entry["title"]}}
        for row, place in rows.items():
            around = ["ROOT_ID", "TABS-1", tab, row]
            charts = {f"CHART-{name}": (name, width) for name, width in place["charts"].items()}
            nodes[row] = {"type": "ROW", "id": row, "children": list(charts), "parents": around[:-1]}
            nodes[row]["meta"] = {"background": "BACKGROUND_TRANSPARENT"}
            for chart, (name, width) in charts.items():
                meta = {
                    "chartId": numbers[name],
                    "uuid": asset_uuid("chart", name_in(name, language)),
                    "sliceName": str(assets.charts[name].data["title"][language]),
                    "width": width,
                    "height": place["height"],
                }
                nodes[chart] = {"type": "CHART", "id": chart, "children": [], "parents": around, "meta": meta}
    return nodes


def _filter(
    number: int, entry: Mapping[str, Any], assets: Assets, marts: Mapping[str, Mart], numbers: Mapping[str, int], language: Language
) -> dict[str, Any]:
    """A filter over the charts whose dataset has what it filters by; it leaves the others alone."""
    column, is_range = entry.get("column"), "range" in entry
    applies = [chart for chart in numbers if _has(str(assets.charts[chart].data["dataset"]), column, assets, marts)]
    chosen: dict[str, Any] = {"extraFormData": {}, "filterState": {}, "ownState": {}}
    if is_range:
        chosen |= {"extraFormData": {"time_range": entry["range"]}, "filterState": {"value": entry["range"]}}
    return {
        "id": f"NATIVE_FILTER-{number}",
        "name": entry["name"],
        "description": "",
        "type": "NATIVE_FILTER",
        "filterType": "filter_time" if is_range else "filter_select",
        "targets": [{}]
        if is_range
        else [{"column": {"name": column}, "datasetUuid": asset_uuid("dataset", name_in(entry["dataset"], language))}],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": [number for chart, number in numbers.items() if chart not in applies]},
        "controlValues": {} if is_range else {"multiSelect": True, "enableEmptyFilter": False, "searchAllOptions": False},
        "defaultDataMask": chosen,
        "cascadeParentIds": [],
    }


def _has(dataset: str, column: str | None, assets: Assets, marts: Mapping[str, Mart]) -> bool:
    entry = assets.datasets.data[dataset]
    if column is None:
        return "time" in entry
    return column in marts[dataset].columns or column in [own for _, own in dimensions(entry)]


def _colours(assets: Assets, marts: Mapping[str, Mart], language: Language, currency: str) -> Iterator[tuple[str, str]]:
    """Colours by what the legend says; without them, each chart would give the same channel another."""
    metrics = {metric.name: metric for mart in marts.values() for metric in mart.metrics.values()}
    for name, colour in assets.labels.data["colours"].items():
        if name in metrics:
            yield (metrics[name].label_en if language == "en" else metrics[name].label_zh), str(colour)
        for column, words in assets.labels.data["members"].items():
            if name in words:
                yield label(assets, column, name, language, currency), str(colour)
