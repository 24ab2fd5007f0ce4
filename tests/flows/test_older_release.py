"""A workspace of an earlier release: its raw tables gain the columns of this one, once, whatever interrupts that; its rows stay."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from multiball.flows.steps import prepare_raw, raw_entities
from multiball.settings import Workspace
from multiball.shapes import Entity, Field
from multiball.warehouse import Warehouse, open_warehouse
from multiball.warehouse.raw_schema import raw_schema

KILLED = """
import os, signal, sys
from pathlib import Path
from multiball.flows.steps import prepare_raw
from multiball.settings import Workspace
from multiball.warehouse import open_warehouse
warehouse, made = open_warehouse(Workspace(Path(sys.argv[1]))), []
ensure = type(warehouse).ensure_raw
def counted(self, connector, entity):
    ensure(self, connector, entity)
    made.append(entity.name)
    if len(made) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
type(warehouse).ensure_raw = counted
prepare_raw(warehouse)
"""
GONE = Field("gone", "string", "A field that this release has no more.")


def earlier(entity: Entity) -> Entity:
    """The entity as an earlier release may have had it: without its last field, and with another."""
    fields = entity.fields if entity.fields[-1].name in entity.key else entity.fields[:-1]
    return replace(entity, fields=(*fields, GONE))


def row(entity: Entity) -> pa.Table:
    """One row of the entity whose texts are `old`."""
    schema = raw_schema(entity)
    texts = {field.name: "old" for field in schema if pa.types.is_string(field.type)}
    values = {**texts, "_extracted_at": datetime(2026, 11, 1)}
    return pa.Table.from_pylist([{field.name: values.get(field.name) for field in schema}], schema=schema)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "sources.yml").write_text("warehouse: {engine: duckdb}\nsources: {}\n")
    return tmp_path


@pytest.fixture
def warehouse(home: Path) -> Warehouse:
    """A warehouse whose every raw table is of an earlier release, with one row each."""
    made = open_warehouse(Workspace(home))
    for connector, entity in raw_entities():
        made.append_raw(connector, earlier(entity), row(earlier(entity)))
    return made


@pytest.mark.parametrize("tables", [1, 17])
def test_columns_are_added_once_though_it_was_killed_and_no_row_changes(home: Path, warehouse: Warehouse, tables: int) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(home), str(tables)], capture_output=True, text=True, timeout=120)
    assert ended.returncode == -9, ended.stderr
    prepare_raw(warehouse)
    for connector, entity in raw_entities():
        kept = warehouse.read_raw(connector, f'select * from raw_{connector}."{entity.name}"')
        assert set(raw_schema(entity).names) <= set(kept.schema.names), entity.name
        (only,) = kept.to_pylist()
        assert only["gone"] == "old" and only["_run_id"] == "old", entity.name
    states = {path: path.stat().st_mtime_ns for path in (home / "var/raw").rglob("*.parquet")}
    prepare_raw(warehouse)
    assert {path: path.stat().st_mtime_ns for path in (home / "var/raw").rglob("*.parquet")} == states, "the second time nothing is written"
