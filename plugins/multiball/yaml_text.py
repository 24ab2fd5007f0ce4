"""The text of a YAML file that a person wrote, bounded before anything reads it.

A few lines with nested aliases stand for billions of values, and deep brackets exhaust a reader's stack.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from multiball.shapes import InputError
from multiball.texts import utf8_text

GREATEST = 2_000_000
"""Characters of a file."""
DEEPEST = 50
"""Levels of mappings and lists inside each other."""
MOST_VALUES = 100_000
"""Keys and values of a file, with each alias counted as what it stands for."""
LONGEST_KEY = 1_000
"""Characters of a key: YAML itself allows 1,024 for one without a question mark, and reports a longer one as something else."""


def yaml_text(path: Path) -> str:
    """The text; InputError if it is not readable, or with the line where it goes beyond a bound. Invalid YAML is left to the reader."""
    text = utf8_text(path)
    if len(text) > GREATEST:
        raise InputError(
            f"has {len(text):,} characters, and a file of settings may have {GREATEST:,}", where=str(path), remedy="Is it the right file?"
        )
    try:
        _check(path, text)
    except yaml.YAMLError as error:  # the reader says what is wrong, and where; but not that a key is too long for YAML itself
        mark = getattr(error, "problem_mark", None)
        if mark and mark.column > LONGEST_KEY and text.splitlines()[mark.line][mark.column : mark.column + 1] == ":":
            raise _long_key(path, mark.line + 1) from error
    return text


@dataclass
class _Open:
    """A mapping or list that has begun: `before` counts the values before it, `parts` its own keys and values so far."""

    anchor: str | None
    is_mapping: bool
    before: int
    parts: int = 0


def _check(path: Path, text: str) -> None:
    sizes: dict[str, int] = {}
    around: list[_Open] = []
    total = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        is_key = bool(around) and around[-1].is_mapping and around[-1].parts % 2 == 0
        if around and isinstance(event, yaml.NodeEvent):
            around[-1].parts += 1
        if isinstance(event, yaml.AliasEvent):
            if any(one.anchor == event.anchor for one in around):
                raise _beyond(path, line, f"*{event.anchor} refers to the part that it is in", "Write out what is meant.")
            total += sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if is_key and len(event.value) > LONGEST_KEY:
                raise _long_key(path, line)
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            around.append(_Open(event.anchor, isinstance(event, yaml.MappingStartEvent), total))
            total += 1
            if len(around) > DEEPEST:
                raise _beyond(path, line, f"there are more than {DEEPEST} levels of lists and mappings", "Is a bracket missing?")
        elif isinstance(event, yaml.CollectionEndEvent):
            ended = around.pop()
            if ended.anchor:
                sizes[ended.anchor] = total - ended.before
        if total > MOST_VALUES:
            raise _beyond(path, line, f"there are more than {MOST_VALUES:,} values, counting what aliases stand for", "Write less.")


def _long_key(path: Path, line: int) -> InputError:
    return _beyond(path, line, f"the key has more than {LONGEST_KEY:,} characters", "Choose a short name.")


def _beyond(path: Path, line: int, what: str, remedy: str) -> InputError:
    return InputError(what, where=f"{path}, line {line}", remedy=remedy)
