"""Records the decisions on proposals: the rows behind the mart `action_log`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from multiball.review.answers import UNANSWERED, Action
from multiball.warehouse import Warehouse, as_utc
from multiball.warehouse.records import ACTION, OWN, append_records

_SIX_PLACES = Decimal("0.000001")


def record(warehouse: Warehouse, action: Action) -> bool:
    """Append the record and return True. An unanswered record is skipped where a decision is recorded already: then False."""
    if action["decision"] == UNANSWERED and action["action_id"] in decided(warehouse):
        return False
    kinds = {field.name: field.type for field in ACTION.fields}
    append_records(warehouse, ACTION, [{name: _typed(kinds[name], value) for name, value in action.items()}], action["action_id"])
    return True


def decided(warehouse: Warehouse) -> set[str]:
    """The ids of the proposals with a decision."""
    warehouse.ensure_raw(OWN, ACTION)
    found = warehouse.read_raw(OWN, f"select distinct action_id from raw_{OWN}.{ACTION.name} where decision <> '{UNANSWERED}'")
    return set(found.column("action_id").to_pylist())


def _typed(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "timestamp":
        return as_utc(datetime.fromisoformat(value))
    return Decimal(value).quantize(_SIX_PLACES) if kind.startswith("decimal") else value
