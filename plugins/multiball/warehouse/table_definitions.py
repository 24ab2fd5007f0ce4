"""The tables of a raw store on PostgreSQL: how they are created, extended and taken over, and the views that a build reads them by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import cast

from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from multiball.shapes import Entity
from multiball.warehouse import vintages
from multiball.warehouse.raw_schema import POSTGRES_TYPES, SEQUENCE, UNTIL, VINTAGES, changed_type, key_columns, raw_columns
from multiball.warehouse.raw_tables import RAW_LOCK, key_and_scope, one, state_sql, until_sql

CURRENT, REPLACED = "_current", "_replaced"
"""What the names of a table's two partitions end with: rows without and with `_until`."""
_CATALOGUE_NAMES = {"timestamp": "timestamp without time zone", "numeric(18,6)": "numeric"}


def ensure_table(connection: Connection, connector: str, entity: Entity) -> None:
    """Create the table of the entity, or add missing columns. InputError for a column of another type.

    A table of a release before `_until`, and one whose key was declared anew, is written again in the same transaction.
    """
    schema, wanted = f"raw_{connector}", raw_columns(entity)
    missing, key = _missing(connection, schema, entity), key_columns(entity)
    if not missing and tablekey_and_scope(connection, schema, entity.name) == key:
        return
    table = names.Identifier(schema, entity.name)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [RAW_LOCK])
        cursor.execute(names.SQL("create schema if not exists {}").format(names.Identifier(schema)))
        present = tablekey_and_scope(connection, schema, entity.name)
        if present is None:
            _create(cursor, schema, entity, _is_older(cursor, schema, entity.name))
        missing = _missing(connection, schema, entity)
        for column in wanted:
            if column in missing:
                add = names.SQL("alter table {} add column {} {}")
                cursor.execute(add.format(table, names.Identifier(column), names.SQL(POSTGRES_TYPES[wanted[column]])))
        if present not in (None, key):
            _index_keys(cursor, schema, entity)
            _find_until(cursor, table.as_string(cursor), key_and_scope(key))
        cursor.execute(names.SQL("comment on table {} is %s").format(table), [json.dumps({"key": key})])


def _create(cursor: Cursor, schema: str, entity: Entity, is_older: bool) -> None:
    """Create the table with its partitions, with the rows of an older release's table, which had no `_until`."""
    table, former = (names.Identifier(schema, name) for name in (entity.name, f"_former_{entity.name}"))
    if is_older:
        cursor.execute(names.SQL("alter table {} rename to {}").format(table, names.Identifier(f"_former_{entity.name}")))
        cursor.execute(names.SQL("drop index if exists {}").format(names.Identifier(schema, f"{entity.name}_scope")))
    columns: list[names.Composable] = [names.SQL("like {}").format(former)]
    if not is_older:
        pairs = raw_columns(entity).items()
        columns = [names.SQL("{} {}").format(names.Identifier(name), names.SQL(POSTGRES_TYPES[kind])) for name, kind in pairs]
    columns += [names.SQL(f"{SEQUENCE} bigint"), names.SQL(f"{UNTIL} timestamp")]
    cursor.execute(
        names.SQL("create table {} ({}) partition by range ({})").format(table, names.SQL(", ").join(columns), names.Identifier(UNTIL))
    )
    replaced, current = (names.Identifier(schema, f"_{entity.name}{end}") for end in (REPLACED, CURRENT))
    cursor.execute(names.SQL("create table {} partition of {} for values from (minvalue) to (maxvalue)").format(replaced, table))
    cursor.execute(names.SQL("create table {} partition of {} default").format(current, table))
    cursor.execute(names.SQL("create index on {} ({})").format(replaced, names.Identifier(UNTIL)))
    scope = [*vintages.SCOPE, entity.report_date or key_columns(entity)[0]]
    cursor.execute(names.SQL("create index on {} ({})").format(table, names.SQL(", ").join(map(names.Identifier, scope))))
    _index_keys(cursor, schema, entity)
    if is_older:
        of_table = "from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        cursor.execute(f"select string_agg(quote_ident(attname), ', ') {of_table}", [former.as_string(cursor)])
        listed = names.SQL(str(one(cursor)))
        insert = names.SQL("insert into {} ({}, {}) select {}, 0 from {}")
        cursor.execute(insert.format(table, listed, names.Identifier(SEQUENCE), listed, former))
        cursor.execute(names.SQL("drop table {} cascade").format(former))
        _find_until(cursor, table.as_string(cursor), key_and_scope(key_columns(entity)))


def _index_keys(cursor: Cursor, schema: str, entity: Entity) -> None:
    """The index by which landed rows find those that they replace."""
    current = names.Identifier(schema, f"_{entity.name}{CURRENT}")
    key = names.SQL(", ").join(map(names.Identifier, [*vintages.SCOPE, *key_columns(entity)]))
    cursor.execute(names.SQL("create index on {} ({})").format(current, key))


def _find_until(cursor: Cursor, table: str, key: list[str]) -> None:
    """Give every row its `_until`, by its commit, moment and run."""
    cursor.execute(
        f"""
        update {table} as stored set {UNTIL} = found.until
        from (
            select
                tableoid as place, ctid as row,
                {until_sql(key, f"{SEQUENCE}, _extracted_at, _run_id")} as until
            from {table}
        ) as found
        where stored.tableoid = found.place and stored.ctid = found.row and stored.{UNTIL} is distinct from found.until"""
    )


def _is_older(cursor: Cursor, schema: str, table: str) -> bool:
    cursor.execute(
        "select count(*) > 0 from pg_class join pg_namespace on pg_namespace.oid = relnamespace "
        "where nspname = %s and relname = %s and relkind = 'r'",
        [schema, table],
    )
    return bool(one(cursor))


def tablekey_and_scope(connection: Connection, schema: str, table: str) -> list[str] | None:
    """The key columns that a raw table was made for; None if it is missing, or of a release before `_until`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select obj_description(pg_class.oid, 'pg_class') from pg_class join pg_namespace on pg_namespace.oid = relnamespace "
            "where nspname = %s and relname = %s and relkind = 'p'",
            [schema, table],
        )
        found = one(cursor)
    return cast("list[str]", json.loads(str(found))["key"]) if found else None


def build_views(connection: Connection, prefix: str, as_of: datetime) -> Iterator[str]:
    """The statements that define what staging reads: the state of each raw table as of a moment, and its vintages up to it.

    They stay exact whatever is landed later. The schemas are `<prefix>raw_<connector>`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select nspname, relname, obj_description(pg_class.oid, 'pg_class'), array_agg(attname::text order by attnum) from pg_class "
            "join pg_namespace on pg_namespace.oid = relnamespace join pg_attribute on attrelid = pg_class.oid "
            r"where nspname like 'raw\_%' and relkind = 'p' and attnum > 0 and not attisdropped group by 1, 2, 3 order by 1, 2"
        )
        tables = cursor.fetchall()
    for schema in sorted({table[0] for table in tables}):
        yield f"create schema if not exists {names.Identifier(prefix + schema).as_string(connection)}"
    for schema, table, comment, columns in tables:
        stored = names.Identifier(schema, table).as_string(connection)
        shown = [column for column in columns if column != UNTIL]
        listed = ", ".join(names.Identifier(name).as_string(connection) for name in shown)
        state = state_sql(stored, shown, json.loads(comment)["key"], as_of)
        until = f"select {listed} from {stored} where _extracted_at <= timestamp '{as_of}'"
        for name, sql in ((table, state), (f"{table}{VINTAGES}", until)):
            yield f"create or replace view {names.Identifier(prefix + schema, name).as_string(connection)} as {sql}"


def _missing(connection: Connection, schema: str, entity: Entity) -> set[str]:
    with connection.cursor() as cursor:
        query = "select column_name, data_type from information_schema.columns where table_schema = %s and table_name = %s"
        cursor.execute(query, [schema, entity.name])
        present = dict(cursor.fetchall())
    wanted = {name: _CATALOGUE_NAMES.get(POSTGRES_TYPES[kind], POSTGRES_TYPES[kind]) for name, kind in raw_columns(entity).items()}
    for name, kind in wanted.items():
        if name in present and present[name] != kind:
            raise changed_type(schema.removeprefix("raw_"), entity.name, name, present[name], kind)
    return set(wanted) - set(present)
