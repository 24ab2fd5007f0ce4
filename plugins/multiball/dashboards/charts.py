"""The source of a chart → a chart of Superset, in one language: what every chart of its kind needs is added here, once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from multiball.dashboards.datasets import label
from multiball.dashboards.identity import asset_uuid, name_in
from multiball.dashboards.source import Assets, Language, in_language

_TIME_SERIES = {
    "show_legend": True,
    "legendOrientation": "top",
    "legendType": "scroll",
    "rich_tooltip": True,
    "showTooltipTotal": False,
    "x_axis_time_format": "%Y-%m-%d",
    "tooltipTimeFormat": "%Y-%m-%d",
    "truncate_metric": True,
    "row_limit": 10000,
}
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "big_number": {"header_font_size": 0.4, "subheader_font_size": 0.15, "time_format": "%B %Y"},
    "echarts_timeseries_bar": {**_TIME_SERIES, "orientation": "vertical"},
    "echarts_timeseries_line": {**_TIME_SERIES, "markerEnabled": False},
    "funnel": {},
    # names of campaigns and posts come from outside: text, never markup
    "table": {"allow_render_html": False, "show_cell_bars": False, "table_timestamp_format": "%Y-%m-%d %H:%M", "row_limit": 1000},
}


def chart(name: str, assets: Assets, language: Language, currency: str) -> dict[str, Any]:
    """The chart of that name, as Superset imports it."""
    source = in_language(assets.charts[name].data, language)
    dataset = source["dataset"]
    params = {"viz_type": source["viz_type"], "color_scheme": "multiball", **DEFAULTS[source["viz_type"]], **source["params"]}
    params["adhoc_filters"] = list(_filters(source, assets, language, currency))
    params["order_by_cols"] = [json.dumps([order["column"], order["ascending"]]) for order in params.get("order_by_cols", [])]
    return {
        "slice_name": source["title"],
        "description": source["description"],
        "viz_type": source["viz_type"],
        "params": params,
        "query_context": None,
        "uuid": asset_uuid("chart", name_in(name, language)),
        "dataset_uuid": asset_uuid("dataset", name_in(dataset, language)),
        "version": "1.0.0",
    }


def _filters(source: Mapping[str, Any], assets: Assets, language: Language, currency: str) -> Iterator[dict[str, Any]]:
    """The chart's own conditions; and the one that the dashboard's time range fills in: without it, the range does nothing."""
    if time := assets.datasets.data[source["dataset"]].get("time"):
        yield _filter(time, "TEMPORAL_RANGE", "No filter")
    for column, wanted in source.get("where", {}).items():
        if wanted == "not null":
            yield _filter(column, "IS NOT NULL", None)
        elif isinstance(wanted, bool):
            yield _filter(column, "IS TRUE" if wanted else "IS FALSE", None)
        elif isinstance(wanted, list):
            yield _filter(column, "IN", [label(assets, column, word, language, currency) for word in wanted])
        else:
            yield _filter(column, "==", label(assets, column, wanted, language, currency) if isinstance(wanted, str) else wanted)


def _filter(column: str, operator: str, value: Any) -> dict[str, Any]:
    return {"clause": "WHERE", "expressionType": "SIMPLE", "subject": column, "operator": operator, "comparator": value}
