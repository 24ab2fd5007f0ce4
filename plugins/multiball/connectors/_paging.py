"""Pages that lead to pages: where they lead round for ever, the listing ends with a message."""

from __future__ import annotations

from hashlib import md5
from typing import Any

from multiball.shapes import Source, SourceError

MOST_BARREN = 100
"""Pages in a row that bring no new rows. A platform may filter a page empty after it was cut, so that some are to be expected."""


class Trail:
    """The way through one listing: the cursors it has led to, and whether its pages still bring something new."""

    def __init__(self, source: Source, path: str) -> None:
        self._source, self._path = source, path
        self._cursors: set[str] = set()
        self._pages: set[bytes] = set()
        self._barren = 0

    def follow(self, cursor: Any, rows: Any) -> None:
        """Go on to the page at `cursor`, from a page with `rows`. Raises SourceError where the listing leads round, or nowhere."""
        if repr(cursor) in self._cursors:
            raise self._lost("leads back to a page that was read already")
        self._cursors.add(repr(cursor))
        page = md5(repr(rows).encode(errors="replace"), usedforsecurity=False).digest()
        self._barren = self._barren + 1 if not rows or page in self._pages else 0
        self._pages.add(page)
        if self._barren >= MOST_BARREN:
            raise self._lost(f"has {MOST_BARREN} pages in a row without a new row")

    def _lost(self, what: str) -> SourceError:
        remedy = "Nothing of this load is kept. Run it again later, and report it to the platform if it stays so"
        return SourceError(f"the listing {self._path} {what}", source=self._source.name, remedy=remedy)
