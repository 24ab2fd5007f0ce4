"""A mart and its description → a dataset of Superset: columns, labels and metrics."""

from __future__ import annotations

from typing import Any

from multiball.dashboards.edition import Edition, asset_uuid, dimensions
from multiball.dashboards.expressions import expression
from multiball.marts import Mart
from multiball.metrics import Metric
from multiball.sql import literal
from multiball.words.by_language import preferred

DATABASE = "warehouse"
_NO_TAG = "<\u200b"
"""Followed by this invisible character, `<` does not begin a tag: Superset shows the text unchanged instead of removing markup."""
_NOW = "CURRENT_TIMESTAMP AT TIME ZONE 'UTC'"
D3_FORMAT = {"integer": ",d", "decimal": ",.2f", "percent": ",.1%", "currency": ",.2f"}


def key_of(dimension: str) -> str:
    """The column that a dimension is joined by: `account_key` of `dim_account`; of the calendar, the day."""
    return "date_day" if dimension == "dim_date" else f"{dimension.removeprefix('dim_')}_key"


def dataset(name: str, edition: Edition) -> dict[str, Any]:
    """The dataset over the mart of that name, as Superset imports it."""
    mart = edition.marts[name]
    catalogue = [metric for other in edition.marts.values() for metric in other.metrics.values()]
    return {
        "table_name": edition.name(name),
        "description": mart.description,
        "main_dttm_col": edition.assets.datasets.data[name].get("time"),
        "schema": None,  # the connection says which build's marts it reads
        "sql": _sql(mart, edition),
        "uuid": edition.uuid("dataset", name),
        "database_uuid": asset_uuid("database", DATABASE),
        "columns": _columns(mart, edition),
        "metrics": [_metric(metric, expression(metric, catalogue), edition) for metric in mart.all_metrics.values()],
        "version": "1.0.0",
    }


def _sql(mart: Mart, edition: Edition) -> str:
    entry = edition.assets.datasets.data[mart.name]
    chosen = [(mart, column) for column in mart.columns] + [(edition.marts[other], column) for other, column in dimensions(entry)]
    values = {column: _value(owner, column, edition) for owner, column in chosen}
    for name, column in entry.get("copies", {}).items():
        values[name] = _value(mart, column, edition)
    for name in entry.get("by_language", []):
        values[name] = _in_language(mart, name, edition)
    for name, time in entry.get("days_since", {}).items():
        values[name] = f"CAST({_NOW} AS DATE) - CAST({mart.name}.{time} AS DATE)"
    for name, time in entry.get("has_passed", {}).items():
        values[name] = _in_words(f"({_NOW} > {mart.name}.{time})", name, "boolean", edition)
    lines = ",\n".join(f"  {value} AS {name}" for name, value in values.items())
    joins = [f"LEFT JOIN {other} ON {mart.name}.{key_of(other)} = {other}.{key_of(other)}" for other in entry.get("dimensions", {})]
    return "\n".join(["SELECT", lines, f"FROM {mart.name}", *joins])


def _value(mart: Mart, column: str, edition: Edition) -> str:
    """The column's SQL for readers."""
    plain = f"{mart.name}.{column}"
    if column in edition.assets.presentation.data["free_text"]:
        return f"REPLACE({plain}, '<', '{_NO_TAG}')"
    return _in_words(plain, column, mart.types[column], edition)


def _in_language(mart: Mart, column: str, edition: Edition) -> str:
    """The text of a column by language in the edition's own, else in the first that there is."""
    texts = (f"(CAST({mart.name}.{column} AS JSON) ->> '{language}')" for language in preferred(edition.language))
    return f"COALESCE({', '.join(texts)})"


def _in_words(plain: str, column: str, kind: str, edition: Edition) -> str:
    """The expression, with its values translated."""
    known = {word: text for word, text in edition.words(column).items() if text != word}
    if not known:
        return plain
    written = str if kind == "boolean" else literal
    cases = " ".join(f"WHEN {written(word)} THEN {literal(text)}" for word, text in known.items())
    return f"CASE {plain} {cases} ELSE CAST({plain} AS VARCHAR) END"


def _columns(mart: Mart, edition: Edition) -> list[dict[str, Any]]:
    entry = edition.assets.datasets.data[mart.name]
    owners = {column: edition.marts[other] for other, column in dimensions(entry)} | dict.fromkeys(mart.columns, mart)
    return [
        {
            "column_name": column,
            "verbose_name": edition.column_label(column, owners.get(column, mart).name),
            "description": owners.get(column, mart).columns.get(column, ""),
            "type": "STRING" if edition.words(column) else kind.upper(),
            "is_dttm": kind in ("date", "timestamp"),
            "groupby": True,
            "filterable": True,
            "is_active": True,
        }
        for column, kind in edition.types(mart.name).items()
    ]


def _metric(metric: Metric, sql: str, edition: Edition) -> dict[str, Any]:
    return {
        "metric_name": metric.name,
        "verbose_name": metric.named(edition.language),
        "description": metric.description,
        "expression": sql,
        "d3format": D3_FORMAT[metric.format],
        "currency": {"symbol": edition.currency, "symbolPosition": "suffix"} if metric.format == "currency" else None,
        "metric_type": None,
    }
