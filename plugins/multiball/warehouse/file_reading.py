"""What a raw store of files is read by: SQL for DuckDB over the committed files of a table, each verified before its path is given out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from multiball.shapes import Entity
from multiball.sql import literal
from multiball.warehouse import vintages
from multiball.warehouse.commits import DataFile, State, text_of
from multiball.warehouse.interface import Scope
from multiball.warehouse.raw_schema import SEQUENCE, stored_schema

if TYPE_CHECKING:
    from multiball.warehouse.raw_files import RawFiles

_DUCKDB = {"string": "varchar"}


def rows(store: RawFiles, state: State, table: str, files: Sequence[DataFile]) -> str:
    """SQL for DuckDB of the rows of a table's files, with all its columns."""
    columns = state.tables[table].columns
    typed = ", ".join(f'cast(null as {_DUCKDB.get(kind, kind)}) as "{name}"' for name, kind in {**columns, SEQUENCE: "bigint"}.items())
    empty = f"select {typed} where false"
    if not files:
        return empty
    paths = ", ".join(literal(str(store.verified(file))) for file in files)
    stored = f"{empty} union all by name select * from read_parquet([{paths}], union_by_name = true)"
    return f"select * replace (coalesce({SEQUENCE}, 0) as {SEQUENCE}) from ({stored})"


def all_vintages(store: RawFiles, state: State, table: str) -> str:
    """SQL for DuckDB of all vintages."""
    return rows(store, state, table, state.of(table))


def states(store: RawFiles, state: State, table: str, as_of: datetime | None = None) -> str:
    """SQL for DuckDB of the state of each row (`vintages.state`), as of a moment.

    Rows of `current` files are not compared with each other. Before a file that holds both older and newer rows than the moment, or
    whose role newer rows decided, all vintages are compared.
    """
    defined = state.tables[table]
    columns = [f'"{name}"' for name in (*defined.columns, SEQUENCE)]
    key = [f'"{name}"' for name in defined.key]
    until = text_of(as_of) if as_of else "9999"
    files = [file for file in state.of(table) if file.first <= until or file.role != "changes"]
    if any(file.last > until for file in files):
        known = f"(select * from ({all_vintages(store, state, table)}) where _extracted_at <= timestamp {literal(str(as_of))})"
        return vintages.state(known, columns, key)
    changes, current = (rows(store, state, table, [file for file in files if file.role == role]) for role in ("changes", "current"))
    if not any(file.role == "current" for file in files):
        return vintages.state(f"({changes})", columns, key)
    if not any(file.role == "changes" for file in files):
        return f"select {', '.join(columns)} from ({current})"
    same = " and ".join(f"c.{name} is not distinct from t.{name}" for name in (*vintages.SCOPE, *key))
    touched = f"(select * from current as c where exists (select 1 from touched as t where {same}) union all from changes)"
    return f"""
        with
            changes as ({changes}),
            current as ({current}),
            touched as materialized (select distinct {", ".join([*vintages.SCOPE, *key])} from changes)
        select {", ".join(columns)} from current as c where not exists (select 1 from touched as t where {same})
        union all ({vintages.state(touched, columns, key)})"""


def newest_in(store: RawFiles, state: State, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
    """See `RawSnapshot.newest`, in a state of the store."""
    table = f"raw_{connector}.{entity.name}"
    files = [file for file in state.of(table) if file.role != "history" and in_scope(file, scope)]
    if not files:  # to start an engine takes longer than most loads need to compare
        columns = vintages.newest_columns(entity)
        return pa.schema([stored_schema(entity).field(name) for name in columns]).empty_table().to_reader()
    found = rows(store, state, table, files)
    return (
        duckdb.connect(config={"threads": 2})
        .sql(vintages.newest_sql(f"({found})", entity, scope), params=vintages.parameters(scope))
        .to_arrow_reader()
    )


def account_mark(source: str, account: str) -> str:
    """The mark of an account in the log, which lists no account in clear."""
    return hashlib.sha256(f"{source}\n{account}".encode()).hexdigest()[:12]


def commit_of(file: DataFile) -> int:
    """The number of the commit that wrote the file; 0 for one of a release without numbers."""
    number = file.path.rpartition("/")[2].partition(".")[0]
    return int(number) if number.isdigit() else 0


def in_scope(file: DataFile, scope: Scope) -> bool:
    """Whether a file can contain rows of the scope."""
    if file.account is not None and file.account != account_mark(scope.source, scope.account):
        return False
    if file.start is None or file.end is None or scope.start is None or scope.end is None:
        return True
    return file.start <= f"{scope.end:%Y%m%d}" and file.end >= f"{scope.start:%Y%m%d}"
