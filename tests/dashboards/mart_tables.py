"""Marts without dbt: a table per mart as its yml describes it, with the rows that a test wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from multiball.marts import marts

Run = Callable[[str], Any]


def create(run: Run, *, server: bool) -> None:
    """The schema `marts` with every mart, empty."""
    run("create schema marts")
    run("set search_path = 'marts'")
    for mart in marts().values():
        columns = ", ".join(f"{name} {'text' if server and kind == 'string' else kind}" for name, kind in mart.types.items())
        run(f"create table marts.{mart.name} ({columns})")


def put(run: Run, mart: str, *rows: dict[str, object]) -> None:
    """Rows of a mart; columns that a row does not name are null."""
    for row in rows:
        run(f"insert into marts.{mart} ({', '.join(row)}) values ({', '.join(map(literal, row.values()))})")


def literal(value: object) -> str:
    """The value in SQL."""
    if value is None:
        return "null"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
