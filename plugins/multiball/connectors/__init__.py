"""Connectors: a folder with a `connector.yml` for each platform, or a module that declares `CONNECTOR`. They edit no list.

Discovery runs whenever a DAG is parsed, so a module imports its HTTP library when it extracts, as the declared ones do.
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


@cache
def connectors() -> Mapping[str, Connector]:
    """Every connector by name, in alphabetical order. Raises InputError for a declaration that cannot work."""
    files = [file for folder in __path__ for file in Path(folder).glob("*/connector.yml")]
    found = {file.parent.name: declared(file, __name__) for file in files}
    for name in {module.name for module in pkgutil.iter_modules(__path__)} - found.keys():
        written: Connector | None = getattr(importlib.import_module(f"{__name__}.{name}"), "CONNECTOR", None)
        if written is None:
            continue
        if written.name != name:
            raise InputError(f"CONNECTOR has the name {written.name!r}", where=f"connectors/{name}", remedy=f"Name it {name!r}.")
        found[name] = written
    return dict(sorted(found.items()))


def connector(name: str) -> Connector:
    """The connector of that name. Raises InputError that lists the ones with a similar name."""
    known = connectors()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or list(known)
        remedy = (
            f"Did you mean {' or '.join(close)}? One of your own is a folder with a connector.yml, or a module that declares CONNECTOR."
        )
        raise InputError(f"there is no connector {name!r}", where="connectors", remedy=remedy)
    return known[name]
