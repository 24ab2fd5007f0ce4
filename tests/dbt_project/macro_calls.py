"""The project's SQL macros, called one by one: what an engine answers to the SQL that they write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import psycopg2
from pyspark.sql import SparkSession

from multiball.settings import REPOSITORY


class _Returned(Exception):
    """What a macro returns that is not text: a list, say. dbt leaves a macro in the same way."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _returned(value: Any) -> Any:
    if isinstance(value, str):
        return value
    raise _Returned(value)


def _called(macro: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return macro(*arguments, **named)
        except _Returned as returned:
            return returned.value

    return call


def macros(engine: str, *files: str) -> Any:
    """The macros of some files of dbt_project/macros, as dbt would bind them for an engine."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    multiball = SimpleNamespace()

    def dispatch(name: str, package: str) -> Any:
        return getattr(multiball, f"{engine}__{name}", None) or getattr(multiball, f"default__{name}")

    known = {"adapter": SimpleNamespace(dispatch=dispatch), "multiball": multiball}
    for file in files:
        text = (REPOSITORY / "dbt_project" / "macros" / f"{file}.sql").read_text()
        module = environment.from_string(text, known).make_module({"return": _returned})
        vars(multiball).update({name: _called(macro) for name, macro in vars(module).items() if callable(macro)})
    return multiball


def answer(engine: str, sql: str, dsn: str, parameters: Sequence[Any] = ()) -> list[Any]:
    """The first column of what a query gives, on an engine."""
    if engine == "duckdb":
        return [value for (value, *_) in duckdb.connect().execute(sql, list(parameters)).fetchall()]
    if engine == "spark":
        return [value for (value, *_) in spark_session().sql(sql, list(parameters) or None).collect()]
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(parameters) or None)
            return [value for (value, *_) in cursor.fetchall()]
    finally:
        connection.close()


_FOLDER = TemporaryDirectory(prefix="multiball-spark-")
"""Removed when the process ends. Spark makes a folder in the working folder otherwise."""


@cache
def spark_session() -> SparkSession:
    """A session of this process, as dbt-spark sets one up: without ANSI mode. It needs no compiled queries for a few rows."""
    settings = {
        "spark.sql.warehouse.dir": _FOLDER.name,
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.ansi.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    builder = SparkSession.builder.master("local[1]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def answers(engine: str, expression: str, rows: Sequence[Mapping[str, str | None]], dsn: str) -> list[Any]:
    """What an SQL expression gives in each row of texts; the rows' keys are the columns."""
    columns = list(rows[0])
    literals = [", ".join(_literal(row[column], engine) for column in columns) for row in rows]
    written = ", ".join(f"({number}, {listed})" for number, listed in enumerate(literals))
    text = "string" if engine == "spark" else "text"
    typed = ", ".join(f"cast({column} as {text}) as {column}" for column in columns)
    given = f"select place, {typed} from (values {written}) as listed (place, {', '.join(columns)})"
    return answer(engine, f"select {expression} from ({given}) as given order by place", dsn)


def _literal(text: str | None, engine: str) -> str:
    if text is None:
        return "null"
    return "'" + (text.replace("\\", "\\\\") if engine == "spark" else text).replace("'", "''") + "'"
