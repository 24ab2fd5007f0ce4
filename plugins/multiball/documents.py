"""Reads YAML with line numbers and validates it by a JSON Schema: what is wrong, where, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from unicodedata import normalize

from jsonschema import Draft202012Validator, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLError

from multiball.shapes import InputError
from multiball.yaml_text import yaml_text

_TYPES = {"string": "a text", "object": "indented keys", "array": "a list", "integer": "a whole number", "number": "a number",
          "boolean": "true or false", "null": "null"}  # fmt: skip

REPLACED = "x-replaced"
"""The keyword of a schema for keys of earlier releases, with the sentence that says what to write instead."""

Place = tuple[str | int, ...]
"""The path from the top of the document to a part: keys, and positions in lists."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with the part at `place`, and the sentence that says how to fix it."""

    place: Place
    what: str
    remedy: str


@dataclass(frozen=True)
class Document:
    """A YAML file: its data with line numbers, and its path."""

    path: Path
    data: dict[str, Any]

    def line(self, place: Place) -> int:
        """The line, counted from 1, that the part at `place` begins in; that of the nearest part around it if it is missing."""
        node: Any = self.data
        line = 1
        for step in place:
            try:
                line = (node.lc.key if hasattr(node, "keys") else node.lc.item)(step)[0] + 1
                node = node[step]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
        return int(line)

    def wrong(self, what: str, remedy: str, place: Place = ()) -> InputError:
        """The error to raise for the part at `place`."""
        return InputError(what, where=f"{self.path}, line {self.line(place)}", remedy=remedy)

    def faults(self, schema: Mapping[str, Any], *, whole: str, guide: str, dates: bool = False) -> list[Fault]:
        """The faults by the schema (JSON Schema 2020-12), in the order of the lines.

        `whole` names the document in messages; `guide` is the remedy for faults without a description in the schema. With `dates`, a date
        of YAML is valid where the schema requires a text of format `date`, as JSON has no dates.
        """
        validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        found = sorted(
            validator.iter_errors(_json(self.data) if dates else self.data),
            key=lambda error: (self.line(tuple(error.absolute_path)), error.validator == "required"),
        )
        return [fault for error in found for fault in _explain(error, whole, guide)]


class _Constructor(RoundTripConstructor):
    """Keeps a date that does not exist as text, so that the schema reports it with its line."""

    def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:
        """The date or time; its text if the date does not exist."""
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError:
            return node.value


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_yaml_timestamp)


def suggestion(wrong: object, known: Iterable[str]) -> str:
    """The remedy for an unknown name: the closest of the known names, or all of them."""
    names = [str(name) for name in known if str(name) != str(wrong)]
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(str(wrong).casefold(), folded, n=1, cutoff=0.6)
    if not close:
        return f"Known: {', '.join(map(repr, names)) or 'none'}."
    name = folded[close[0]]
    alike = name.isprintable() and normalize("NFKC", name) == normalize("NFKC", str(wrong))
    return f"Did you mean {name!a}, which only looks the same?" if alike else f"Did you mean {name!r}?"


def read(path: Path) -> Document | None:
    """Read a YAML file; None if it is not a mapping. InputError names file, line, fault and remedy if it is not YAML."""
    try:
        reader = YAML(typ="rt")
        reader.Constructor = _Constructor
        data = reader.load(yaml_text(path))
    except (YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise InputError(
            f"is not valid YAML: {problem}", where=where, remedy="Fix the syntax there; quote texts that begin with a sign."
        ) from error
    return Document(path, data) if isinstance(data, dict) else None


def _json(value: Any) -> Any:
    """The data as JSON, with dates and times as ISO texts."""
    if isinstance(value, dict):
        return {key: _json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_json(part) for part in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _explain(error: ValidationError, whole: str, guide: str) -> Iterator[Fault]:
    place: Place = tuple(error.absolute_path)
    name = ".".join(str(step) for step in place if isinstance(step, str)) or whole
    rules: dict[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    given: Any = error.instance
    expected: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            known: Sequence[str] = list(rules.get("properties", {}))
            replaced = rules.get(REPLACED, {})
            for unknown in (key for key in given if key not in known):
                state = "no longer a key of" if unknown in replaced else "unknown in"
                yield Fault(
                    (*place, unknown), f"the key {unknown!r} is {state} {name}", replaced.get(unknown) or suggestion(unknown, known)
                )
        case "required":
            missing = error.message.split("'")[1]
            meaning = rules.get("properties", {}).get(missing, {}).get("description", "")
            yield Fault(place, f"the key {missing!r} is missing in {name}", f"Add it{': ' + meaning if meaning else '.'}")
        case "enum":
            same = next((value for value in expected if str(value) == str(given)), None)
            remedy = f"Give {same!r} without quotes." if same is not None else suggestion(given, map(str, expected))
            yield Fault(place, f"{name} is {given!r}", remedy)
        case "type":
            kinds = expected if isinstance(expected, list) else [expected]
            hint = " Put it in quotes." if "string" in kinds and isinstance(given, int | float) else ""
            yield Fault(place, f"{name} is {given!r}", f"Give {' or '.join(_TYPES[kind] for kind in kinds)}.{hint}")
        case _:
            yield Fault(place, f"{name} is wrong: {error.message}", str(rules.get("description", "")) or guide)
