"""Detection of listings whose pages never end."""

from __future__ import annotations

from hashlib import md5
from typing import Any

from multiball.shapes import Source, SourceError

MOST_BARREN = 100
"""Consecutive pages without new rows. Some are normal, since a platform may filter a page after it was cut."""


class Trail:
    """The progress through one listing: the cursors so far, and whether its pages still have new rows."""

    def __init__(self, source: Source, path: str) -> None:
        self._source, self._path = source, path
        self._cursors: set[str] = set()
        self._pages: set[bytes] = set()
        self._barren = 0

    def follow(self, cursor: Any, rows: Any) -> None:
        """Continue with the page at `cursor`, from a page with `rows`. Raises SourceError if the listing does not advance."""
        if repr(cursor) in self._cursors:
            raise self._lost("returns to a page that was already read")
        self._cursors.add(repr(cursor))
        page = md5(repr(rows).encode(errors="replace"), usedforsecurity=False).digest()
        self._barren = self._barren + 1 if not rows or page in self._pages else 0
        self._pages.add(page)
        if self._barren >= MOST_BARREN:
            raise self._lost(f"has {MOST_BARREN} pages in a row without a new row")

    def _lost(self, what: str) -> SourceError:
        remedy = "Nothing of this load is kept. Run it again later, and report it to the platform if it happens again"
        return SourceError(f"the listing {self._path} {what}", source=self._source.name, remedy=remedy)
