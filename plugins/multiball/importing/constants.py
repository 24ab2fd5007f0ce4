"""Validates the texts in a mapping before any file is read: an invalid one is reported with its line."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from multiball.importing.checks import rejections
from multiball.importing.expressions import KIND, quoted, typed
from multiball.importing.mapping import EntityMapping, Mapping, Value
from multiball.importing.statements import not_among
from multiball.shapes import Field
from multiball.sql import literal


def check_constants(mapping: Mapping) -> None:
    """InputError at the first constant, default or target of `values` that is invalid for its field."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for part in mapping.entities:
            for field in part.entity.fields:
                if field.name in part.values:
                    _check(connection, mapping, part, field)


def _check(connection: duckdb.DuckDBPyConnection, mapping: Mapping, part: EntityMapping, field: Field) -> None:
    value = part.values[field.name]
    tests = [(name, condition, reason) for name, condition, reason in rejections(part.entity, {field.name})]
    for text, key in _given(value):
        as_type = typed(literal(text), field, value, mapping.formats, literal(value.time_zone))
        reasons = [f"WHEN {quoted(field.name)} IS NULL THEN {literal(f'{field.name} {KIND[field.type]}')}"]
        reasons += [f"WHEN {condition} THEN {literal(reason)}" for _, condition, reason in tests]
        sql = f"SELECT CASE {' '.join(reasons)} END FROM (SELECT {as_type} AS {quoted(field.name)})"
        found = connection.execute(sql).fetchone()
        if found and found[0]:
            raise mapping.document.wrong(f"{found[0]}: {text!r}", f"{field.name} is {_meaning(field)}", (*value.place, *key))
    if value.form == "constant" and value.values is not None and value.text not in value.values and value.otherwise in ("reject", "skip"):
        raise mapping.document.wrong(f"{not_among(field.name)}: {value.text!r}", "Leave values out for a constant.", value.place)


def _given(value: Value) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The texts that become the field, and the place of each below the value."""
    if value.form == "constant" and value.values is None:
        yield value.text, ("constant",)
    if value.default is not None:
        yield value.default, ("default",)
    for key, target in (value.values or {}).items():
        if target is not None:
            yield target, ("values", key)


def _meaning(field: Field) -> str:
    """The remedy: the field's type and its description as a sentence."""
    kinds = {"bigint": "a whole number", "decimal(18,6)": "a number", "boolean": "true or false", "date": "a day, such as 2026-05-31",
             "timestamp": "a time, such as 2026-05-31 08:30"}  # fmt: skip
    description = field.description[:1].lower() + field.description[1:]
    return f"{kinds.get(field.type, 'a text')}: {description}"
