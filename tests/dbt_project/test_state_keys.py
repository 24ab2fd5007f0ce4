"""The key that states are looked up by is the same on both engines and in the import, for every word of the list, however written."""

from __future__ import annotations

import csv
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import psycopg2
import pytest

from multiball.importing.order_states import SEED, state_key
from multiball.settings import REPOSITORY


def macro(engine: str) -> Any:
    """The macro as dbt would bind it for an engine."""
    multiball = SimpleNamespace()

    def dispatch(name: str, package: str) -> Any:
        return getattr(multiball, f"{engine}__{name}", None) or getattr(multiball, f"default__{name}")

    text = (REPOSITORY / "dbt_project" / "macros" / "order_states.sql").read_text(encoding="utf-8")
    known = {"adapter": SimpleNamespace(dispatch=dispatch), "multiball": multiball}
    vars(multiball).update(vars(jinja2.Environment().from_string(text, known).make_module({"return": lambda value: value})))
    return vars(multiball)["state_key"]


def words() -> list[str]:
    with SEED.open(encoding="utf-8", newline="") as stream:
        listed = [row["state"] for row in csv.DictReader(stream)]
    written = [*listed, *(word.upper() for word in listed), *(word.title().replace(" ", "_") for word in listed)]
    return [word for word in written if "'" not in word]


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_states_have_one_key_in_the_warehouse_and_in_the_import(engine: str, postgres_dsn: str) -> None:
    given = words()
    rows = ", ".join(f"({number}, '{word}')" for number, word in enumerate(given))
    sql = f"select {macro(engine)('word')} from (values {rows}) as given (number, word) order by number"
    if engine == "duckdb":
        found = duckdb.connect().execute(sql).fetchall()
    else:
        connection = psycopg2.connect(postgres_dsn)
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            found = cursor.fetchall()
        connection.close()
    keys = [key for (key,) in found]
    assert [(word, key) for word, key in zip(given, keys, strict=True) if key != state_key(word)] == []
    assert len(given) > 1500
