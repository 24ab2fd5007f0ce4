"""The path from a row to a value: `a.b`, `a[0].b`, `first | second`, `@account`, `@number`, `@parent.x`.

A member that is absent or null gives None. A member of something that is not an object raises an error, so that a changed response
is reported and not read as empty. (JMESPath and JSONPath return None, which would hide the change.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_MEMBER = r"[A-Za-z_$][\w$-]*"
_PATH = re.compile(rf"@?{_MEMBER}(?:\[\d+\])*(?:\.{_MEMBER}(?:\[\d+\])*)*")
_STEP = re.compile(rf"({_MEMBER})|\[(\d+)\]")
_AROUND = ("account", "number", "parent")
Step = str | int
Read = Callable[[Any, Mapping[str, Any]], Any]
"""Reads a value from a row and its context: `account`, `number`, `parent`. Raises TypeError for a member of what is not an object."""


@dataclass(frozen=True)
class Path:
    """One or more paths to a value; the first with a value counts. A path that begins with `@` reads the row's context."""

    text: str
    ways: tuple[tuple[Step, ...], ...]

    @property
    def members(self) -> frozenset[str]:
        """The top-level members of a row that are read."""
        return frozenset(str(way[0]) for way in self.ways if not str(way[0]).startswith("@"))

    def reader(self) -> Read:
        """A function that reads the value."""
        readers = [_reader(way) for way in self.ways]
        if len(readers) == 1:
            return readers[0]
        return lambda row, around: next((value for read in readers if (value := read(row, around)) is not None), None)


def path(text: str) -> Path:
    """Parse a path. Raises ValueError that explains what is wrong."""
    ways = []
    for alternative in text.split("|"):
        written = alternative.strip()
        if not _PATH.fullmatch(written):
            raise ValueError(f"{text!r} is not a path into JSON")
        steps: list[Step] = [name or int(number) for name, number in _STEP.findall(written)]
        if written.startswith("@"):
            if steps[0] not in _AROUND:
                raise ValueError(f"{text!r} begins with @{steps[0]}, which is none of {', '.join(f'@{name}' for name in _AROUND)}")
            steps[0] = f"@{steps[0]}"
        ways.append(tuple(steps))
    return Path(text, tuple(ways))


def _reader(way: tuple[Step, ...]) -> Read:
    """The fastest function for the usual depths: a row has dozens of fields, and a day many rows."""
    first = str(way[0])
    if first.startswith("@"):
        steps = (first[1:], *way[1:])
        return lambda _, around: _follow(around, steps)
    if len(way) == 1:
        return lambda row, _: row.get(first)
    return lambda row, _: _follow(row, way)


def _follow(node: Any, way: tuple[Step, ...]) -> Any:
    for step in way:
        if node is None:
            return None
        if isinstance(step, int):
            if not isinstance(node, list):
                raise TypeError(f"[{step}] of what is not a list")
            node = node[step] if step < len(node) else None
        else:
            if not isinstance(node, dict):
                raise TypeError(f"{step} of what is not an object")
            node = node.get(step)
    return node
