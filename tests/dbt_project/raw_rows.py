"""Hand-made raw rows for both engines: short to write, complete when appended."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from multiball.connectors import connectors
from multiball.importing.entities import entities as imported
from multiball.plan import raw_entity, recorded_files
from multiball.shapes import Entity
from multiball.warehouse import Warehouse
from multiball.warehouse.raw_schema import raw_schema
from multiball.warehouse.records import RECORDS

Rows = Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]
"""(connector, entity) to rows; texts stand for dates, timestamps and decimals. `_at` is `_extracted_at`."""

CONNECTORS = ("meta_ads", "facebook_pages", "hubspot", "site", "ecb", "import", "multiball")
OTHERS = {"import": list(imported().values()), "multiball": [*RECORDS, *map(raw_entity, recorded_files())]}


def entities(connector: str) -> dict[str, Entity]:
    """The entities that a connector, the imports or Multiball itself declares, by name."""
    declared = OTHERS[connector] if connector in OTHERS else connectors()[connector].entities
    return {entity.name: entity for entity in declared}


def append(warehouse: Warehouse, rows: Rows) -> None:
    """Make every raw table and append the rows to theirs."""
    for connector in CONNECTORS:
        for name, entity in entities(connector).items():
            warehouse.ensure_raw(connector, entity)
            if given := rows.get((connector, name)):
                warehouse.append_raw(connector, entity, _arrow(entity, given, connector))


def _arrow(entity: Entity, rows: Sequence[Mapping[str, Any]], connector: str) -> pa.Table:
    schema = raw_schema(entity)
    complete = []
    for row in rows:
        unknown = set(row) - set(schema.names) - {"_at"}
        assert not unknown, f"{entity.name} has no columns {unknown}"
        values = {"_source": connector, "_account": "main", "_deleted": False, "_run_id": "run", "_extracted_at": row["_at"], **row}
        values["_row_hash"] = hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()
        complete.append({field.name: _typed(values.get(field.name), field.type) for field in schema})
    return pa.Table.from_pylist(complete, schema=schema)


def _typed(value: Any, kind: pa.DataType) -> Any:
    if not isinstance(value, str) or pa.types.is_string(kind):
        return value
    if pa.types.is_decimal(kind):
        return Decimal(value)
    return date.fromisoformat(value) if pa.types.is_date(kind) else datetime.fromisoformat(value)
