"""Declared connectors: `connector.yml` in a connector's folder describes the requests and the fields of the responses.

The keys are those of dlt's `RESTAPIConfig` where it has them; the transport is `Rest`. What is special to a platform is Python
in `hooks.py` next to the file: `extract(api, window)` yields further pages, `authorize(api)` returns the headers of the session,
`raise_for_error` and `pace` read errors and limits. docs/how-to/add-a-connector.md explains every key.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from multiball.connectors._declared.reading import declaration
from multiball.connectors._declared.session import opened
from multiball.shapes import Connector, Page, Source, Window


def declared(file: Path, package: str) -> Connector:
    """The connector that a `connector.yml` declares. Raises InputError with the line if it is invalid."""
    it = declaration(file)
    hooks = f"{package}.{it.name}.hooks" if (file.parent / "hooks.py").exists() else None

    def extract(source: Source, account: str, window: Window) -> Iterator[Page]:
        with opened(it, hooks, source, account) as api:
            yield from api.extract(window)

    def check(source: Source, account: str) -> str:
        with opened(it, hooks, source, account) as api:
            return api.shown()

    return Connector(
        name=it.name,
        platform=it.platform,
        title=it.title,
        documentation=it.documentation,
        credentials=it.auth.credentials if it.auth else (),
        restatement_days=it.restatement_days,
        schedule=it.schedule,
        entities=it.entities,
        extract=extract,
        check=check,
    )
