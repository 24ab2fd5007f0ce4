"""A YAML file with the lines that its parts stand in, held against the schema of the mapping language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from multiball.shapes import InputError

SCHEMA_FILE = Path(__file__).with_name("mapping.schema.json")
_TYPES = {"string": "a text", "object": "indented keys", "array": "a list", "integer": "a whole number", "number": "a number",
          "boolean": "true or false", "null": "null"}  # fmt: skip

Place = tuple[str | int, ...]
"""The way from the top of the document to a part: keys, and positions in lists."""


def suggestion(wrong: object, known: Iterable[str]) -> str:
    """The sentence that tells what would have been right: the closest of the known names, or all of them."""
    names = [str(name) for name in known]
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(str(wrong).casefold(), folded, n=1, cutoff=0.6)
    return f"Did you mean {folded[close[0]]!r}?" if close else f"Known: {', '.join(map(repr, names)) or 'none'}."


@dataclass(frozen=True)
class Document:
    """The mapping as it is written: its data, and where it came from."""

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


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the mapping language."""
    loaded: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return loaded


def load(path: Path) -> Document:
    """Read a mapping and hold it against the schema; InputError names file, line, fault and remedy."""
    if not path.is_file():
        raise InputError(
            "there is no such mapping", where=str(path), remedy="Give the path of a YAML file; see docs/how-to/import-a-file.md."
        )
    try:
        data = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise InputError(
            f"is no valid YAML: {problem}", where=where, remedy="Mend the syntax there; quote texts that begin with a sign."
        ) from error
    document = Document(path, data if isinstance(data, dict) else {})
    if not isinstance(data, dict):
        raise document.wrong("holds no mapping", "Give it the keys version, source, file and entities.")
    found = Draft202012Validator(schema()).iter_errors(data)
    faults = sorted(found, key=lambda fault: (document.line(tuple(fault.absolute_path)), fault.validator == "required"))
    if faults:
        raise _explain(document, faults[0])
    return document


def _explain(document: Document, fault: ValidationError) -> InputError:
    place: Place = tuple(fault.absolute_path)
    name = ".".join(str(step) for step in place if isinstance(step, str)) or "the mapping"
    rules: dict[str, Any] = fault.schema if isinstance(fault.schema, dict) else {}
    given: Any = fault.instance
    demanded: Any = fault.validator_value
    match fault.validator:
        case "additionalProperties":
            known: Sequence[str] = list(rules.get("properties", {}))
            unknown = next(key for key in given if key not in known)
            return document.wrong(f"the key {unknown!r} is unknown in {name}", suggestion(unknown, known), (*place, unknown))
        case "required":
            missing = next(key for key in demanded if key not in given)
            return document.wrong(f"the key {missing!r} is missing in {name}", "Add it.", place)
        case "enum":
            return document.wrong(f"{name} is {given!r}", suggestion(given, map(str, demanded)), place)
        case "type":
            wanted = demanded if isinstance(demanded, list) else [demanded]
            hint = " Put it in quotes." if "string" in wanted and isinstance(given, int | float) else ""
            return document.wrong(f"{name} is {given!r}", f"Give {' or '.join(_TYPES[kind] for kind in wanted)}.{hint}", place)
        case _:
            return document.wrong(
                f"{name} is wrong: {fault.message}", str(rules.get("description", "")) or "See docs/how-to/import-a-file.md.", place
            )
