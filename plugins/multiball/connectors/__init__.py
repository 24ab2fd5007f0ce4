"""Connectors: one module for each platform, found by looking at what is in this folder.

A module that declares `CONNECTOR` (`multiball.shapes.Connector`) is one, and edits no list; the others are tools. Discovery runs
whenever a DAG is parsed, so a module imports its HTTP library when it extracts.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from multiball.shapes import Connector, InputError


@cache
def connectors() -> Mapping[str, Connector]:
    """Every connector by name, in alphabetical order. Raises InputError for one whose name is not its module's."""
    found = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        declared = getattr(importlib.import_module(f"{__name__}.{name}"), "CONNECTOR", None)
        if declared is None:
            continue
        if declared.name != name:
            raise InputError(f"CONNECTOR has the name {declared.name!r}", where=f"connectors/{name}", remedy=f"Name it {name!r}.")
        found[name] = declared
    return found


def connector(name: str) -> Connector:
    """The connector of that name. Raises InputError that lists the ones with a similar name."""
    known = connectors()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or list(known)
        remedy = f"Did you mean {' or '.join(close)}? A module of your own has to declare CONNECTOR."
        raise InputError(f"there is no connector {name!r}", where="connectors", remedy=remedy)
    return known[name]
