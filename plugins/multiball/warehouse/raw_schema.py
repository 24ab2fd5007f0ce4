"""The columns of raw tables: those of the entity, then those that every raw row has."""

from __future__ import annotations

import pyarrow as pa

from multiball.shapes import Entity, FieldType, InputError

ARROW_TYPES: dict[FieldType, pa.DataType] = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "decimal(18,6)": pa.decimal128(18, 6),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
"""The Arrow type of each field type."""

POSTGRES_TYPES: dict[FieldType, str] = {
    "string": "text",
    "bigint": "bigint",
    "decimal(18,6)": "numeric(18,6)",
    "double": "double precision",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
"""The PostgreSQL type of each field type."""

VINTAGE_COLUMNS: dict[str, FieldType] = {
    "_source": "string",
    "_account": "string",
    "_extracted_at": "timestamp",
    "_run_id": "string",
    "_row_hash": "string",
    "_deleted": "boolean",
    "_undeclared": "string",
}
"""The columns of every raw row in addition to those of its entity; docs/architecture.md explains them."""


SEQUENCE = "_sequence"
"""The column that the store adds to each row: the number of the row's commit."""


UNTIL = "_until"
"""The column of the server engine: the moment at which a newer vintage replaced the row; null while none has."""
VINTAGES = "__vintages"
"""What the name of the view of a table's vintages in a build ends with; the view of its state has the table's own name."""


def quoted(table: str) -> str:
    """The name of a raw table, `raw_<connector>.<entity>`, for SQL."""
    schema, _, name = table.partition(".")
    return f'"{schema}"."{name}"'


def entity_columns(entity: Entity) -> dict[str, FieldType]:
    """The columns of the entity's own fields, in order. An identifier's column holds its keyed hash, a string."""
    return {field.column: "string" if field.identifier else field.type for field in entity.fields}


def raw_columns(entity: Entity) -> dict[str, FieldType]:
    """All columns of the entity's raw table, in order."""
    return {**entity_columns(entity), **VINTAGE_COLUMNS}


def raw_schema(entity: Entity) -> pa.Schema:
    """The Arrow schema of the entity's raw table."""
    return pa.schema([(name, ARROW_TYPES[kind]) for name, kind in raw_columns(entity).items()])


def stored_schema(entity: Entity) -> pa.Schema:
    """The Arrow schema of the rows as the store keeps them, with their commit's number."""
    return raw_schema(entity).append(pa.field(SEQUENCE, pa.int64()))


def key_columns(entity: Entity) -> list[str]:
    """The columns that identify a row of one vintage within (source, account)."""
    columns = {field.name: field.column for field in entity.fields}
    return [columns[name] for name in entity.key]


def changed_type(connector: str, entity: str, column: str, present: str, declared: str) -> InputError:
    """The error for a field whose declared type is no longer that of its raw column."""
    return InputError(
        f"column {column} has type {present}, and the entity declares {declared}",
        where=f"raw_{connector}.{entity}",
        remedy="Raw is never rewritten: restore the field's type, or give it a new name.",
    )
