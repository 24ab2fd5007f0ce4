"""One build of the whole project on each engine, from the same hand-made raw rows: those of every module `rows_*` here."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import duckdb
import pytest
import raw_rows

from multiball.flows.steps import build_whole
from multiball.settings import Workspace
from multiball.transform.build import build, build_folder
from multiball.warehouse import Target, Warehouse, open_warehouse
from multiball.warehouse.embedded_postgres import ensure_database

AS_OF = datetime(2027, 1, 1, tzinfo=UTC)
SOURCES = """
sources:
  own_words:
    connector: site
    base_url: https://shop.example
    accounts: [main]
    history_from: 2026-01-01
    options: {order_states: {reif zur abholung: sale, closed: refunded}}
  rates:
    connector: ecb
    base_url: https://rates.example
    accounts: [EXR]
    history_from: 2026-01-01
"""
"""A source whose words for the states of orders are its own, and one whose rows come without a load that is recorded."""
Ask = Callable[[str], list[dict[str, Any]]]


def given_rows() -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    """The rows of all modules `rows_*`, by table."""
    together: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for module in sorted(Path(__file__).parent.glob("rows_*.py")):
        for table, rows in import_module(module.stem).ROWS.items():
            together.setdefault(table, []).extend(rows)
    return together


def open_engine(engine: str, folder: Path, dsn: str | None) -> tuple[Workspace, Warehouse]:
    """A workspace and its warehouse with the hand-made rows in raw."""
    settings = f"  dsn: {dsn}\n" if dsn else ""
    (folder / "sources.yml").write_text(
        f"reporting:\n  currency: EUR\n  time_zone: Asia/Shanghai\nwarehouse:\n  engine: {engine}\n{settings}{SOURCES}"
    )
    workspace = Workspace(folder)
    warehouse = open_warehouse(workspace)
    raw_rows.append(warehouse, given_rows())
    return workspace, warehouse


def build_marts(workspace: Workspace, warehouse: Warehouse, as_of: datetime, select: tuple[str, ...] = ()) -> Target:
    """Build into a candidate and return it."""
    target = warehouse.candidate(f"b{uuid.uuid4().hex[:8]}")
    if select:
        build(workspace, warehouse, target, as_of, select=select)
    else:
        build_whole(workspace, warehouse, target, as_of)
    return target


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> dict[str, tuple[Workspace, Warehouse, Target]]:
    """By engine: where the whole project was built."""
    ensure_database(postgres_dsn, "dbt_project")
    dsns = {"duckdb": None, "postgres": urlunsplit(urlsplit(postgres_dsn)._replace(path="/dbt_project"))}
    done = {}
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
            patch.delenv(name)
        for engine, dsn in dsns.items():
            workspace, warehouse = open_engine(engine, tmp_path_factory.mktemp(engine), dsn)
            done[engine] = (workspace, warehouse, build_marts(workspace, warehouse, AS_OF))
    return done


@pytest.fixture(scope="session")
def asks(builds: dict[str, tuple[Workspace, Warehouse, Target]]) -> dict[str, Ask]:
    """By engine: SQL over what was built there, to rows."""
    return {engine: _asker(warehouse, target) for engine, (_, warehouse, target) in builds.items()}


def _asker(warehouse: Warehouse, target: Target) -> Ask:
    return lambda sql: warehouse.query(sql, target).to_pylist()


@pytest.fixture(scope="session")
def ask(asks: dict[str, Ask]) -> Ask:
    """SQL over the marts built on DuckDB, whose equality with the other engine has its own test."""
    return asks["duckdb"]


@pytest.fixture(scope="session")
def built(builds: dict[str, tuple[Workspace, Warehouse, Target]]) -> dict[str, Path]:
    """By engine: the folder with dbt's manifest and results."""
    return {engine: build_folder(workspace, target) for engine, (workspace, _, target) in builds.items()}


@pytest.fixture(scope="module")
def ask_all(builds: dict[str, tuple[Workspace, Warehouse, Target]]) -> Iterator[dict[str, Ask]]:
    """By engine: SQL by the names that dbt compiled, which may read raw; what is published may not."""
    with ExitStack() as stack:
        aliases: dict[str, tuple[Warehouse, Target]] = {}
        for engine, (_, warehouse, target) in builds.items():
            stack.enter_context(warehouse.build_lock())
            aliases[engine] = warehouse, stack.enter_context(warehouse.build_alias(target, AS_OF))
        file = stack.enter_context(duckdb.connect(aliases["duckdb"][1].location, read_only=True))
        server, alias = aliases["postgres"]
        yield {
            "duckdb": lambda sql: file.sql(sql).to_arrow_table().to_pylist(),
            "postgres": lambda sql: server.query(sql, alias).to_pylist(),
        }
