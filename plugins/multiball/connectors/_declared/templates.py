"""Texts with placeholders: `{start}`, `{end:%Y%m%d}`, `{day_after_end}`, `{account}`, `{today}`, `{option.NAME}`, `{parent.FIELD}`.

A date takes a format of strftime, or `ms` for milliseconds since 1970 UTC; a list takes the character that joins its values:
`{option.x:+}`. `{fields:,}` are the members that the table's fields read, and `{fields:nested}` has the parts of a member in braces:
`id,creative{tags}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from string import Formatter
from typing import Any

from multiball.connectors._declared.paths import Path
from multiball.shapes import Window

PLACES = ("fields", "start", "end", "day_after_end", "account", "today", "option", "parent")


def places(text: str) -> list[str]:
    """The placeholders of a text, such as `option.currencies`. Raises ValueError if a brace is not closed."""
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def of_window(account: str, window: Window | None) -> dict[str, Any]:
    """The values of the placeholders of an account and a window."""
    values: dict[str, Any] = {"account": account, "today": datetime.now(UTC).date()}
    if window:
        values |= {"start": window.start, "end": window.end, "day_after_end": window.end + timedelta(days=1)}
    return values


def fields_of(paths: Iterable[Path]) -> dict[str, list[str]]:
    """The top-level members that paths read, each with the nested members that they read."""
    members: dict[str, list[str]] = {}
    for way in (way for path in paths for way in path.ways if not str(way[0]).startswith("@")):
        inner = members.setdefault(str(way[0]), [])
        if len(way) > 1 and str(way[1]) not in inner:
            inner.append(str(way[1]))
    return members


def filled(value: Any, values: Mapping[str, Any]) -> Any:
    """The value with all placeholders filled. Raises KeyError for an unknown placeholder."""
    if isinstance(value, str):
        return "".join(literal + _written(name, form or "", values) for literal, name, form, _ in Formatter().parse(value))
    if isinstance(value, Mapping):
        return {key: filled(part, values) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, values) for part in value]
    return value


def _written(name: str | None, form: str, values: Mapping[str, Any]) -> str:
    if name is None:
        return ""
    first, _, rest = name.partition(".")
    value = values[first][rest] if rest else values[first]
    if form == "nested":
        return ",".join(f"{member}{{{','.join(inner)}}}" if inner else member for member, inner in value.items())
    if isinstance(value, list | dict):
        return form.join(map(str, value))
    if isinstance(value, date) and form == "ms":
        return str(int(datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp() * 1000))
    return format(value, form)
