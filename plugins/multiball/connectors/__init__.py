"""Connectors: one module for each platform, found by looking at what lies in this folder.

A module declares `CONNECTOR` (`multiball.shapes.Connector`) and edits no list. Modules whose name begins with an underscore are
tools that connectors share. Discovery runs whenever a DAG is parsed, so a module imports its HTTP library when it extracts.
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
    """Every connector by name, in alphabetical order. Raises InputError where a module declares none."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return {name: _declared(name) for name in names}


def connector(name: str) -> Connector:
    """The connector of that name. Raises InputError that lists the ones with a similar name."""
    known = connectors()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or list(known)
        raise InputError(f"there is no connector {name!r}", where="connectors", remedy=f"Did you mean {' or '.join(close)}?")
    return known[name]


def _declared(name: str) -> Connector:
    module = importlib.import_module(f"{__name__}.{name}")
    declared = getattr(module, "CONNECTOR", None)
    if not isinstance(declared, Connector) or declared.name != name:
        raise InputError(
            f"declares no CONNECTOR named {name!r}", where=f"connectors/{name}", remedy="Declare one, or begin the file's name with _."
        )
    return declared
