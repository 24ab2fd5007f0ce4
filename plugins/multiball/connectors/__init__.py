"""Connectors: a folder with a `connector.yml` for each platform, or a module that declares `CONNECTOR`. They are discovered.

Discovery runs whenever a DAG is parsed, so a module should import its HTTP library only when it extracts.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from multiball.connectors._declared import declared
from multiball.shapes import Connector, InputError


def connectors() -> Mapping[str, Connector]:
    """Every valid connector by name, in alphabetical order."""
    return {name: found for name, found in _discovered().items() if isinstance(found, Connector)}


def invalid() -> Mapping[str, InputError]:
    """The errors of invalid declarations, by name. Sources that use none of them are not affected."""
    return {name: found for name, found in _discovered().items() if isinstance(found, InputError)}


def connector(name: str) -> Connector:
    """The connector of that name. Raises InputError if its declaration is invalid; for an unknown name, with similar ones."""
    known = _discovered()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or list(known)
        remedy = f"Did you mean {' or '.join(close)}? To add one, write a folder with a connector.yml, or a module that declares CONNECTOR."
        raise InputError(f"there is no connector {name!r}", where="connectors", remedy=remedy)
    found = known[name]
    if isinstance(found, InputError):
        raise found
    return found


@cache
def _discovered() -> Mapping[str, Connector | InputError]:
    files = {file.parent.name: file for folder in __path__ for file in Path(folder).glob("*/connector.yml")}
    found: dict[str, Connector | InputError] = {}
    for name in sorted({module.name for module in pkgutil.iter_modules(__path__)} | files.keys()):
        try:
            one = declared(files[name], __name__) if name in files else _written(name)
        except InputError as error:
            found[name] = error
        else:
            if one is not None:
                found[name] = one
    return found


def _written(name: str) -> Connector | None:
    """The connector that a module declares; None where it is a module of another kind."""
    written: Connector | None = getattr(importlib.import_module(f"{__name__}.{name}"), "CONNECTOR", None)
    if written is not None and written.name != name:
        raise InputError(f"CONNECTOR has the name {written.name!r}", where=f"connectors/{name}", remedy=f"Name it {name!r}.")
    return written
