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


def storable(values: Sequence[Any] | pa.Array) -> tuple[Sequence[Any] | pa.Array, pa.Array | None, int]:
    """The values with every text cleaned, as an Arrow array too if they share a plain type, and the number of replaced characters."""
    array = values if isinstance(values, pa.Array) else _shared(values)
    if array is None:
        cleaned = [clean_deeply(value) for value in values]
        return cleaned, None, sum(map(_replaced, values, cleaned))
    if not _is_text(array.type):
        return values, array, 0
    if not contains(array, b"\0"):
        return array, array, 0
    number = pc.sum(pc.count_substring(array, "\0")).as_py() or 0
    array = pc.replace_substring(array, "\0", REPLACEMENT)
    return array, array, number


def contains(texts: pa.Array, *parts: bytes) -> bool:
    """Whether a text may contain one of the parts: false is certain, and much quicker than a look at each text."""
    written = texts.buffers()[2]
    return written is not None and any(part in written.to_pybytes() for part in parts)


def _shared(values: Sequence[Any]) -> pa.Array | None:
    """The values as an array of the type that they share; None if they share none, or can contain texts that are not whole characters."""
    try:
        array = pa.array(values)
        if not pa.types.is_nested(array.type) and not pa.types.is_binary(array.type):
            return array
        return pa.array(values, pa.string())
    except (ValueError, TypeError, OverflowError, pa.ArrowException):
        return None


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _replaced(before: Any, after: Any) -> int:
    return after.count(REPLACEMENT) - before.count(REPLACEMENT) if isinstance(before, str) else 0
