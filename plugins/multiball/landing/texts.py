"""Makes texts storable in both engines: replaces NUL, and half of a character (a lone surrogate, which JSON allows)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

REPLACEMENT = "\ufffd"
"""Replaces a character that cannot be stored: U+FFFD."""


def clean(text: str) -> str:
    """The text with the replacement character for each NUL and each half of a character; matching halves are joined."""
    if not text.isprintable():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", REPLACEMENT)
    return text


def clean_deeply(value: Any) -> Any:
    """The same for every text of a JSON structure, names included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean_deeply(key): clean_deeply(part) for key, part in value.items()}
    return [clean_deeply(part) for part in value] if isinstance(value, list | tuple) else value


def storable(values: Sequence[Any] | pa.Array) -> tuple[Sequence[Any] | pa.Array, int]:
    """The values with every text cleaned, and the number of replaced characters."""
    try:
        array = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    except (ValueError, TypeError, pa.ArrowException):  # another type, or half of a character
        cleaned = [clean_deeply(value) for value in values]
        return cleaned, sum(map(_replaced, values, cleaned))
    if not pa.types.is_string(array.type) and not pa.types.is_large_string(array.type):
        return array, 0
    number = pc.sum(pc.count_substring(array, "\0")).as_py() or 0
    return (pc.replace_substring(array, "\0", REPLACEMENT) if number else array), number


def _replaced(before: Any, after: Any) -> int:
    return after.count(REPLACEMENT) - before.count(REPLACEMENT) if isinstance(before, str) else 0
