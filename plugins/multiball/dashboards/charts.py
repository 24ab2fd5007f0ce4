"""The source of a chart → a chart of Superset: adds what every chart of its kind needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from multiball.dashboards.edition import Edition
from multiball.dashboards.rules import NOT_NULL
from multiball.dashboards.source import plain

_DAY, _MONTH = "%Y-%m-%d", "%Y-%m"
_BY_TYPE = {"date": {"d3TimeFormat": _DAY}, "bigint": {"d3NumberFormat": ",d"}, "decimal(18,6)": {"d3NumberFormat": ",.2f"}}
_BLUE = {"r": 11, "g": 98, "b": 168, "a": 1}
_TIME_SERIES = {
    "show_legend": True,
    "legendOrientation": "top",
    "legendType": "scroll",
    "rich_tooltip": True,
    "showTooltipTotal": False,
    "truncate_metric": True,
    "row_limit": 10000,
}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "big_number": {"header_font_size": 0.4, "subheader_font_size": 0.15, "time_format": _MONTH, "color_picker": _BLUE},
    "echarts_timeseries_bar": {**_TIME_SERIES, "orientation": "vertical"},
    "echarts_timeseries_line": {**_TIME_SERIES, "markerEnabled": False},
    "funnel": {},
    # names of campaigns and posts are external: text, never markup
    "table": {"allow_render_html": False, "show_cell_bars": False, "table_timestamp_format": "%Y-%m-%d %H:%M", "row_limit": 1000},
}


def chart(name: str, edition: Edition) -> dict[str, Any]:
    """The chart of that name, as Superset imports it."""
    source = plain(edition.assets.charts[name].data)
    params = {
        "viz_type": source["viz_type"],
        "color_scheme": "multiball",
        **_DEFAULTS[source["viz_type"]],
        **_formats(source, edition),
        **source["params"],
        "adhoc_filters": list(_filters(source, edition)),
    }
    if source["viz_type"] == "table":
        params["column_config"] = _column_formats(source, edition) | source["params"].get("column_config", {})
        params["order_by_cols"] = [json.dumps([order["column"], order["ascending"]]) for order in params.get("order_by_cols", [])]
    if suffix := params.get("compare_suffix"):
        params["compare_suffix"] = edition.text("chart", f"compare_suffix.{suffix}")
    return {
        "slice_name": edition.text("chart", f"{name}.title"),
        "description": edition.text("chart", f"{name}.description"),
        "viz_type": source["viz_type"],
        "params": params,
        "query_context": None,
        "uuid": edition.uuid("chart", name),
        "dataset_uuid": edition.uuid("dataset", source["dataset"]),
        "version": "1.0.0",
    }


def _formats(source: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    """The formats of a time series' axes."""
    if not source["viz_type"].startswith("echarts_timeseries"):
        return {}
    day = _MONTH if source["params"].get("time_grain_sqla") == "P1M" else _DAY
    kinds = {edition.marts[source["dataset"]].all_metrics[metric].format for metric in source["params"]["metrics"]}
    return {"x_axis_time_format": day, "tooltipTimeFormat": day} | ({"y_axis_format": ",.0%"} if kinds == {"percent"} else {})


def _column_formats(source: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    """A table's formats of columns that are not metrics, by their types."""
    types = edition.types(source["dataset"])
    return {column: _BY_TYPE[types[column]] for column in source["params"].get("all_columns", []) if types[column] in _BY_TYPE}


def _filters(source: Mapping[str, Any], edition: Edition) -> Iterator[dict[str, Any]]:
    """The chart's own conditions, and the one that the dashboard's time range fills in, without which it has no effect."""
    if time := edition.assets.datasets.data[source["dataset"]].get("time"):
        yield _filter(time, "TEMPORAL_RANGE", "No filter")
    for column, wanted in source.get("where", {}).items():
        words = edition.words(column)
        if wanted == NOT_NULL:
            yield _filter(column, "IS NOT NULL", None)
        elif isinstance(wanted, bool):
            yield _filter(column, "IS TRUE" if wanted else "IS FALSE", None)
        elif isinstance(wanted, list):
            yield _filter(column, "IN", [words.get(word, word) for word in wanted])
        else:
            yield _filter(column, "==", words.get(wanted, wanted))


def _filter(column: str, operator: str, value: Any) -> dict[str, Any]:
    return {"clause": "WHERE", "expressionType": "SIMPLE", "subject": column, "operator": operator, "comparator": value}
