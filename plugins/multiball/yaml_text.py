"""The text of a YAML file that a person wrote, bounded before anything reads it.

A few lines with nested aliases stand for billions of values, and deep brackets exhaust a reader's stack.
"""

from __future__ import annotations

from contextlib import suppress
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
    for number, line in enumerate(text.splitlines(), start=1):
        if (
            len(line) > LONGEST_KEY
            and len(line.partition(":")[0]) > LONGEST_KEY
            and line.lstrip()[:1] not in ("[", "{", "'", '"', "-", "#")
        ):
            raise _beyond(path, number, f"the key has more than {LONGEST_KEY:,} characters", "Choose a short name.")
    with suppress(yaml.YAMLError):  # the reader says what is wrong, and where
        _check(path, text)
    return text


def _check(path: Path, text: str) -> None:
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in open_nodes):
                raise _beyond(path, line, f"*{event.anchor} refers to the part that it is in", "Write out what is meant.")
            total += sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, total))
            total += 1
            if len(open_nodes) > DEEPEST:
                raise _beyond(path, line, f"there are more than {DEEPEST} levels of lists and mappings", "Is a bracket missing?")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor:
                sizes[anchor] = total - before
        if total > MOST_VALUES:
            raise _beyond(path, line, f"there are more than {MOST_VALUES:,} values, counting what aliases stand for", "Write less.")


def _beyond(path: Path, line: int, what: str, remedy: str) -> InputError:
    return InputError(what, where=f"{path}, line {line}", remedy=remedy)
