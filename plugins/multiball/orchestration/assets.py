"""The data assets through which DAGs follow one another: each source's raw tables, and the published marts."""

from __future__ import annotations

from collections.abc import Iterable

from airflow.sdk import Asset

MARTS = Asset(name="marts", uri="multiball://marts", group="multiball")
"""Updated whenever a build is published."""


def raw(source: str) -> Asset:
    """The raw tables of a source; updated when a run has landed at least one window of it."""
    return Asset(name=f"raw_{source}", uri=f"multiball://raw/{source}", group="multiball")


def all_raw(sources: Iterable[str]) -> list[Asset]:
    """The raw tables of each of the sources."""
    return [raw(source) for source in sources]
