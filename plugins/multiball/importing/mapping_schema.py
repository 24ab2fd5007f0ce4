"""The JSON Schema of the mapping language, and mappings validated against it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from multiball.documents import Document, read
from multiball.importing.entities import entities
from multiball.shapes import InputError
from multiball.texts import is_there

SCHEMA_FILE = Path(__file__).with_name("mapping.schema.json")


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the mapping language, with the names of the entities that can be imported."""
    loaded: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    loaded["$defs"]["entity"]["properties"]["entity"]["enum"] = list(entities())
    return loaded


def load(path: Path) -> Document:
    """Read a mapping and validate it; InputError names file, line, fault and remedy."""
    if not is_there(path):
        raise InputError(
            "there is no such mapping", where=str(path), remedy="Give the path of a YAML file; see docs/how-to/import-a-file.md."
        )
    document = read(path)
    if document is None:
        raise Document(path, {}).wrong("is not a mapping", "Give it the keys version, source, file and entities.")
    for fault in document.faults(schema(), whole="the mapping", guide="See docs/how-to/import-a-file.md."):
        raise document.wrong(fault.what, fault.remedy, fault.place)
    return document
