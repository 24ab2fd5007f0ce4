"""Validates the dashboards against the marts: every dataset, column, metric, chart and filter resolves, and additivity is respected."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from multiball.dashboards.datasets import key_of
from multiball.dashboards.edition import column_types, words_of
from multiball.dashboards.layout import charts_of
from multiball.dashboards.rules import NOT_NULL, additivity
from multiball.dashboards.source import Assets, plain, read_assets
from multiball.documents import Document, Place, suggestion
from multiball.marts import Mart, marts
from multiball.shapes import InputError
from multiball.words import ENGLISH
from multiball.words.catalogue import catalogue

_WIDTH = 12
_STATUS = "warehouse_status"


def check(assets: Assets, known: Mapping[str, Mart]) -> None:
    """Raise the first fault that `faults` finds."""
    for fault in faults(assets, known):
        raise fault


def faults(assets: Assets, known: Mapping[str, Mart]) -> Iterator[InputError]:
    """Everything that does not resolve. Parts that depend on a faulty one are not checked."""
    broken = list(_datasets(assets.datasets, known))
    yield from broken
    if broken:
        return
    for chart in assets.charts.values():
        yield from _chart(chart, assets, known)
    for dashboard in assets.dashboards.values():
        yield from _dashboard(dashboard, assets, known)
    yield from _presentation(assets, known)
    shown = {name for dashboard in assets.dashboards.values() for name in charts_of(dashboard.data)}
    for name in assets.charts.keys() - shown:
        yield assets.charts[name].wrong("the chart is on no dashboard", "Name it in a row of a dashboard, or delete it.")
    yield from _unused_texts(assets)


def _datasets(document: Document, known: Mapping[str, Mart]) -> Iterator[InputError]:
    for name, entry in document.data.items():
        if name not in known:
            yield document.wrong(f"there is no mart {name!r}", suggestion(name, known), (name,))
            continue
        time = entry.get("time")
        if time is not None and known[name].types.get(time) not in ("date", "timestamp"):
            times = [column for column, kind in known[name].types.items() if kind in ("date", "timestamp")]
            yield document.wrong(f"{name} has no day or time {time!r}", suggestion(time, times), (name, "time"))
        for number, column in enumerate(entry.get("by_language", [])):
            if column not in known[name].columns:
                remedy = suggestion(column, known[name].columns)
                yield document.wrong(f"{name} has no column {column!r}", remedy, (name, "by_language", number))
        for made in ("copies", "days_since", "has_passed"):
            yield from _unknown(document, f"{name} has no column", entry.get(made, {}).values(), known[name].columns, (name, made))
            for column in entry.get(made, {}).keys() & known[name].columns.keys():
                yield document.wrong(f"{name} has a column {column!r} of its own", "Give the new one another name.", (name, made, column))
        for dimension, columns in entry.get("dimensions", {}).items():
            place = (name, "dimensions", dimension)
            if dimension not in known:
                yield document.wrong(f"there is no mart {dimension!r}", suggestion(dimension, known), place)
            elif (key := key_of(dimension)) not in known[dimension].columns or key not in known[name].columns:
                yield document.wrong(f"{name} and {dimension} have no column {key!r} in common", "Leave the dimension out.", place)
            else:
                yield from _unknown(document, f"{dimension} has no column", columns, known[dimension].columns, place)
                for column in columns:
                    if column in known[name].columns:
                        yield document.wrong(f"{name} has a column {column!r} of its own", "Leave the dimension's column out.", place)


def _presentation(assets: Assets, known: Mapping[str, Mart]) -> Iterator[InputError]:
    document, words = assets.presentation, catalogue(ENGLISH)
    columns = {column for dataset in assets.datasets.data for column in column_types(dataset, assets, known)}
    for part in ("words_of", "free_text"):
        yield from _unknown(document, "no dataset has a column", document.data[part], columns, (part,))
    metrics = {metric for dataset in assets.datasets.data for metric in known[dataset].all_metrics}
    for column, colours in document.data["colours"].items():
        offered = metrics if column == "metric" else words.words(words_of(column, assets), currency="")
        yield from _unknown(
            document, f"{column} has no value" if column != "metric" else "there is no metric", colours, offered, ("colours", column)
        )


def _unused_texts(assets: Assets) -> Iterator[InputError]:
    """Texts in the catalogue for charts, dashboards, tabs and filters that do not exist."""
    used = {("chart", f"{name}.{part}") for name in assets.charts for part in ("title", "description")}
    for chart in assets.charts.values():
        used.add(("chart", f"compare_suffix.{chart.data['params'].get('compare_suffix')}"))
    for name, dashboard in assets.dashboards.items():
        used |= {("dashboard", key) for key, _ in _dashboard_texts(name, dashboard)}
    words = catalogue(ENGLISH)
    for context, key in words.texts:
        if context in ("chart", "dashboard") and (context, key) not in used:
            yield words.wrong((context, key), f"superset/ has nothing for {context} {key}", "Remove the text, or correct its key.")


def _without_text(document: Document, context: str, key: str, place: Place) -> Iterator[InputError]:
    if not catalogue(ENGLISH).knows(context, key):
        remedy = f'Add it to each file: msgctxt "{context}", msgid "{key}", msgstr.'
        yield document.wrong(f"locale/ has no text {context} {key}", remedy, place)


def _chart(document: Document, assets: Assets, known: Mapping[str, Mart]) -> Iterator[InputError]:
    for part in ("title", "description"):
        yield from _without_text(document, "chart", f"{document.path.stem}.{part}", ())
    name = document.data["dataset"]
    if name not in assets.datasets.data:
        yield document.wrong(f"there is no dataset {name!r}", suggestion(name, assets.datasets.data), ("dataset",))
        return
    columns, metrics = column_types(name, assets, known), known[name].all_metrics
    yield from _unknown(document, f"{name} has no column", document.data.get("where", {}), columns, ("where",))
    yield from _values(document, known[name])
    params = plain(document.data["params"])
    if suffix := params.get("compare_suffix"):
        yield from _without_text(document, "chart", f"compare_suffix.{suffix}", ("params", "compare_suffix"))
    for key, used in column_params(params).items():
        offered = [*columns, *metrics] if key in ("column_config", "conditional_formatting") else columns
        yield from _unknown(document, f"{name} has no column", used, offered, ("params", key))
        for column in used:
            if column in columns:
                yield from _without_text(document, "column", column, ("params", key))
    for key, used in metric_params(params).items():
        yield from _unknown(document, f"{name} has no metric", used, metrics, ("params", key))
        for metric in (metrics[one] for one in used if one in metrics):
            if fault := additivity(metric, plain(document.data), assets.datasets.data[name].get("time")):
                yield document.wrong(*fault, ("params", key))


def _values(document: Document, mart: Mart) -> Iterator[InputError]:
    """Values that a chart asks for and its column never has, such as an unknown period."""
    for column, wanted in document.data.get("where", {}).items():
        accepted = mart.values.get(column)
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if accepted and value not in accepted and value != NOT_NULL:
                yield document.wrong(f"{column} is never {value!r}", suggestion(value, accepted), ("where", column))


def column_params(params: Mapping[str, Any]) -> dict[str, list[str]]:
    """The columns that a chart's parameters name, by parameter."""
    named = {
        "x_axis": [params["x_axis"]] if "x_axis" in params else [],
        "groupby": params.get("groupby", []),
        "all_columns": params.get("all_columns", []),
        "order_by_cols": [order["column"] for order in params.get("order_by_cols", [])],
        "column_config": list(params.get("column_config", {})),
        "conditional_formatting": [rule["column"] for rule in params.get("conditional_formatting", [])],
    }
    return {key: used for key, used in named.items() if used}


def metric_params(params: Mapping[str, Any]) -> dict[str, list[str]]:
    """The metrics that a chart's parameters name, by parameter."""
    single = {key: [params[key]] for key in ("metric", "timeseries_limit_metric") if key in params}
    return single | ({"metrics": params["metrics"]} if "metrics" in params else {})


def _dashboard_texts(name: str, document: Document) -> Iterator[tuple[str, Place]]:
    """The keys of a dashboard's texts, and where they are needed. A filter by a column has the column's label."""
    yield f"{name}.title", ()
    for number, entry in enumerate(document.data["filters"]):
        if "range" in entry:
            yield f"{name}.filters.{entry['id']}", ("filters", number)
    for number, entry in enumerate(document.data["tabs"]):
        yield f"{name}.tabs.{entry['id']}", ("tabs", number)


def _dashboard(document: Document, assets: Assets, known: Mapping[str, Mart]) -> Iterator[InputError]:
    for key, where in _dashboard_texts(document.path.parent.name, document):
        yield from _without_text(document, "dashboard", key, where)
    for part in ("filters", "tabs"):
        ids = [entry["id"] for entry in document.data[part]]
        for number, identity in enumerate(ids):
            if identity in ids[:number]:
                yield document.wrong(f"the id {identity!r} appears twice", "Give one of them another.", (part, number))
    for number, entry in enumerate(document.data["filters"]):
        place: Place = ("filters", number, "dataset")
        name = entry.get("dataset")
        if name and name not in assets.datasets.data:
            yield document.wrong(f"there is no dataset {name!r}", suggestion(name, assets.datasets.data), place)
        elif name:
            known_columns = column_types(name, assets, known)
            yield from _unknown(document, f"{name} has no column", [entry["column"]], known_columns, ("filters", number, "column"))
    for tab, content in enumerate(document.data["tabs"]):
        for row, line in enumerate(content["rows"]):
            place = ("tabs", tab, "rows", row, "charts")
            yield from _unknown(document, "there is no chart", line["charts"], assets.charts, place)
            if (width := sum(line["charts"].values())) > _WIDTH:
                yield document.wrong(f"the row is {width} wide", f"A row is {_WIDTH} wide at most.", place)
    names = charts_of(document.data)
    if not any(assets.charts[name].data["dataset"] == _STATUS for name in names if name in assets.charts):
        yield document.wrong("the dashboard does not show how old its numbers are", f"Add a chart of {_STATUS} to a row.", ("tabs",))
    for twice in sorted({name for name in names if names.count(name) > 1}):
        yield document.wrong(f"the chart {twice!r} appears twice", "Leave one of them out.", ("tabs",))


def _unknown(document: Document, what: str, used: Any, known: Any, place: Place) -> Iterator[InputError]:
    for number, name in enumerate(used):
        if name not in known:
            at = (*place, name if isinstance(used, Mapping) else number)
            yield document.wrong(f"{what} {name!r}", suggestion(name, known), at)


def main() -> int:
    """Print every fault of the checkout's own dashboards. Exit code 2 if there is one."""
    try:
        found = list(faults(read_assets(), marts()))
    except InputError as error:
        found = [error]
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return 2 if found else 0


if __name__ == "__main__":
    sys.exit(main())
