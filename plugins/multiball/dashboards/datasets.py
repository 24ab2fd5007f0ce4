"""A mart and its description → a dataset of Superset: columns, labels and metrics, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from multiball.dashboards.expressions import expression
from multiball.dashboards.identity import DATABASE, asset_uuid, name_in
from multiball.dashboards.source import Assets, Language
from multiball.marts import Mart, Metric

_D3_FORMAT = {"integer": ",d", "decimal": ",.2f", "percent": ",.1%", "currency": ",.2f"}
_TIMES = ("date", "timestamp")


def dimensions(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The columns that a dataset has from other marts: pairs of mart and column."""
    for mart, columns in entry.get("dimensions", {}).items():
        yield from ((mart, column) for column in columns)


def key_of(dimension: str, mart: Mart) -> str:
    """The column that a dimension is joined by: `account_key` of `dim_account`; of the calendar, the day."""
    return "date_day" if dimension == "dim_date" else f"{dimension.removeprefix('dim_')}_key"


def dataset(name: str, assets: Assets, marts: Mapping[str, Mart], language: Language, currency: str) -> dict[str, Any]:
    """The dataset over the mart of that name, as Superset imports it."""
    mart, entry = marts[name], assets.datasets.data[name]
    catalogue = [metric for other in marts.values() for metric in other.metrics.values()]
    columns = [(mart, column) for column in mart.columns] + [(marts[other], column) for other, column in dimensions(entry)]
    ages = [_column(age, "BIGINT", f"Days since {time}.", assets, language) for age, time in entry.get("days_since", {}).items()]
    return {
        "table_name": name_in(name, language),
        "description": mart.description,
        "main_dttm_col": entry.get("time"),
        "schema": "marts",
        "sql": _sql(mart, entry, marts, assets, language, currency),
        "uuid": asset_uuid("dataset", name_in(name, language)),
        "database_uuid": asset_uuid("database", DATABASE),
        "columns": [_column(column, owner.types[column], owner.columns[column], assets, language) for owner, column in columns] + ages,
        "metrics": [_metric(metric, expression(metric, catalogue), language, currency) for metric in mart.metrics.values()],
        "version": "1.0.0",
    }


def _sql(mart: Mart, entry: Mapping[str, Any], marts: Mapping[str, Mart], assets: Assets, language: Language, currency: str) -> str:
    chosen = [f"{_value(mart.name, column, assets, language, currency)} AS {column}" for column in mart.columns]
    chosen += [f"{_value(other, column, assets, language, currency)} AS {column}" for other, column in dimensions(entry)]
    chosen += [f"CURRENT_DATE - CAST({mart.name}.{time} AS DATE) AS {column}" for column, time in entry.get("days_since", {}).items()]
    joins = [
        f"LEFT JOIN marts.{other} ON {mart.name}.{key} = {other}.{key}"
        for other, key in ((other, key_of(other, mart)) for other in entry.get("dimensions", {}))
    ]
    return "\n".join(["SELECT", ",\n".join(f"  {one}" for one in chosen), f"FROM marts.{mart.name}", *joins])


def _value(relation: str, column: str, assets: Assets, language: Language, currency: str) -> str:
    """The column, with the words in it told in the language."""
    words = {word: label(assets, column, word, language, currency) for word in assets.labels.data["members"].get(column, {})}
    told = " ".join(f"WHEN {_text(word)} THEN {_text(words[word])}" for word in words if words[word] != word)
    return f"CASE {relation}.{column} {told} ELSE {relation}.{column} END" if told else f"{relation}.{column}"


def label(assets: Assets, column: str, word: str, language: Language, currency: str) -> str:
    """What people read for a word in a column; the word itself where labels.yml knows it not."""
    known = assets.labels.data["members"].get(column, {}).get(word)
    return str(known[language]).replace("{currency}", currency) if known else word


def _column(column: str, kind: str, description: str, assets: Assets, language: Language) -> dict[str, Any]:
    named = assets.labels.data["columns"].get(column)
    return {
        "column_name": column,
        "verbose_name": str(named[language]) if named else column.replace("_", " ").capitalize(),
        "description": description,
        "type": kind.upper(),
        "is_dttm": kind in _TIMES,
        "groupby": True,
        "filterable": True,
        "is_active": True,
    }


def _metric(metric: Metric, sql: str, language: Language, currency: str) -> dict[str, Any]:
    money = {"symbol": currency, "symbolPosition": "suffix"} if metric.format == "currency" else None
    return {
        "metric_name": metric.name,
        "verbose_name": metric.label_en if language == "en" else metric.label_zh,
        "description": metric.description,
        "expression": sql,
        "d3format": _D3_FORMAT[metric.format],
        "currency": money,
        "metric_type": None,
    }


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
