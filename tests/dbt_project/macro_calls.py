"""The project's SQL macros, called one by one: what an engine answers to the SQL that they write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import psycopg2

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
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(parameters) or None)
            return [value for (value, *_) in cursor.fetchall()]
    finally:
        connection.close()


def answers(engine: str, expression: str, rows: Sequence[Mapping[str, str | None]], dsn: str) -> list[Any]:
    """What an SQL expression gives in each row of texts; the rows' keys are the columns."""
    columns = list(rows[0])
    written = ", ".join(f"({number}, {', '.join(_literal(row[column]) for column in columns)})" for number, row in enumerate(rows))
    typed = ", ".join(f"cast({column} as text) as {column}" for column in columns)
    given = f"select place, {typed} from (values {written}) as listed (place, {', '.join(columns)})"
    return answer(engine, f"select {expression} from ({given}) as given order by place", dsn)


def _literal(text: str | None) -> str:
    return "null" if text is None else "'" + text.replace("'", "''") + "'"
