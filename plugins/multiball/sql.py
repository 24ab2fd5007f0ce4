"""Values in SQL: bound as parameters where an engine takes them, written as literals where it does not, as in definitions of views."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

Value = str | int | bool | Decimal | date | datetime | None
Values = Mapping[str, Value]
"""Values by name, for placeholders `$name` in SQL."""
NO_VALUES: Values = {}
_PLACEHOLDER = re.compile(r"\$([a-z][a-z0-9_]*)")


def literal(text: str | None) -> str:
    """The text as a string literal of SQL, in DuckDB and PostgreSQL alike; or null."""
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def used(sql: str, values: Values) -> dict[str, Value]:
    """The values that the SQL has a placeholder for: an engine refuses others."""
    return {name: values[name] for name in dict.fromkeys(_PLACEHOLDER.findall(sql)) if name in values}


def numbered(sql: str, values: Values) -> tuple[str, list[Value]]:
    """The SQL with `$1`, `$2` and so on for the names, and the values in that order."""
    given = used(sql, values)
    number = {name: f"${position}" for position, name in enumerate(given, start=1)}
    return _PLACEHOLDER.sub(lambda found: number.get(found[1], found[0]), sql), list(given.values())
