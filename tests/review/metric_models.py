"""The marts of metrics by period and of compared months, built from days by the SQL of their models, without dbt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2

from multiball.settings import REPOSITORY

MADE = ("int_fact_days_known", "int_metric_days_known", "dim_period", "metric_period_coverage", "metric_period", "metric_comparison_day",
        "metric_comparison")  # fmt: skip
"""In order of dependency."""
_MACROS = ("calendar", "fixed_point", "metric_arithmetic", "vintages", "visits")
_CALENDAR = """
    create or replace table marts.dim_days as
    select
        cast(day as date) as date_day,
        cast(date_trunc('week', day) as date) as week_start,
        cast(date_trunc('month', day) as date) as month_start,
        cast(date_trunc('quarter', day) as date) as quarter_start
    from range(timestamp '2026-01-01', timestamp '2028-01-01', interval 1 day) as days (day)
"""
_INPUTS = {"dim_date": "dim_days", "int_days_covered": "metric_coverage"}
"""Relations that models read, by their names here."""
_DBT = SimpleNamespace(
    date_trunc=lambda part, day: f"date_trunc('{part}', {day})",
    dateadd=lambda part, number, day: f"({day} + interval ({number}) {part})",
    datediff=lambda first, last, part: f"date_diff('{part}', {first}, {last})",
    last_day=lambda day, part: f"last_day({day})",
    listagg=lambda measure, between, order: f"listagg({measure}, {between} {order})",
    type_string=lambda: "varchar",
)
"""The built-in macros of dbt that these models call, for DuckDB."""


def make(connection: duckdb.DuckDBPyConnection, metrics: Sequence[Mapping[str, Any]], as_of: datetime, time_zone: str) -> None:
    """The tables of `MADE` in the schema `marts`, from `dim_metric`, `metric_daily`, `metric_coverage` and `dim_account` there."""
    made_of = tuple((row["metric"], tuple(filter(None, (row["facts"] or "").split(", ")))) for row in metrics)
    connection.execute(_CALENDAR)
    for model in MADE:
        facts = made_of if model == "int_metric_days_known" else ()
        connection.execute(f"create or replace table marts.{model} as {_sql(model, facts, str(as_of), time_zone)}")


def make_one(connection: duckdb.DuckDBPyConnection, model: str, as_of: datetime, time_zone: str) -> None:
    """One more model, from the tables in the schema `marts`."""
    connection.execute(f"create or replace table marts.{model} as {_sql(model, (), str(as_of), time_zone)}")


@cache
def _sql(model: str, made_of: tuple[tuple[str, tuple[str, ...]], ...], as_of: str, time_zone: str) -> str:
    metrics = [{"name": name, "facts": facts, "marts": []} for name, facts in made_of]
    [file] = (REPOSITORY / "dbt_project" / "models").glob(f"**/{model}.sql")
    return jinja2.Template(file.read_text(encoding="utf-8"), extensions=["jinja2.ext.do"]).render(
        _macros(as_of, time_zone), metric_catalogue=lambda: metrics
    )


@cache
def _macros(as_of: str, time_zone: str) -> Mapping[str, Any]:
    """The macros that models can call."""
    variables = {"as_of": as_of, "reporting_time_zone": time_zone, "pace_tolerance_percent": 5}
    own = SimpleNamespace()
    known = {
        "multiball": own,
        "adapter": SimpleNamespace(dispatch=lambda name, _: getattr(own, f"duckdb__{name}", None) or getattr(own, f"default__{name}")),
        "dbt": _DBT,
        "execute": False,
        "ref": lambda name: f"marts.{_INPUTS.get(name, name)}",
        "return": lambda value: value,
        "text_literal": lambda text: "cast(null as varchar)" if text is None else f"'{text}'",
        "var": lambda name, *_: variables[name],
    }
    folder = REPOSITORY / "dbt_project" / "macros"
    text = "".join((folder / f"{name}.sql").read_text(encoding="utf-8") for name in _MACROS)
    vars(own).update(vars(jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(text, known).make_module()))
    return {**known, **vars(own)}
