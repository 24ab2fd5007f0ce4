"""Pages: which rows of a listing a call gets, how the way to the next page is written, and the envelope around both.

An envelope is written as the platform's documentation shows it, with tokens in place of values:
`{"results": ROWS, "paging": {"next": {"after": NEXT, "link": LINK}}}`, `{"data": ROWS, "next_cursor": NEXT}`, or `ROWS` alone.
"""

from __future__ import annotations

import base64
import binascii
import bisect
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.kit.call import Call, Refused
from sandbox.kit.tables import Row

if TYPE_CHECKING:
    from sandbox.kit.declared import Paging

PAGING = ("cursor", "offset", "page_number", "json_link", "header_link", "single_page")
"""How a listing is paged. `cursor`, `offset` and `page_number`: the parameter of the next call. `json_link` and `header_link`: its
address, in the envelope or in the header Link (RFC 8288). `single_page`: everything at once."""


class Token(Enum):
    """What an envelope holds in place of values."""

    ROWS = "the rows of the page"
    ROW = "the only row"
    NEXT = "what the paging parameter is on the next page; nothing on the last"
    LINK = "the address of the next page; nothing on the last"
    TOTAL = "rows on all pages"
    COUNT = "rows on this page"
    SIZE = "most rows of a page, as asked for"
    START = "rows before this page"
    PAGE = "number of this page"
    PAGES = "how many pages there are"
    MORE = "whether another page follows"


ROWS, ROW, NEXT, LINK, TOTAL, COUNT = Token.ROWS, Token.ROW, Token.NEXT, Token.LINK, Token.TOTAL, Token.COUNT
SIZE, START, PAGE, PAGES, MORE = Token.SIZE, Token.START, Token.PAGE, Token.PAGES, Token.MORE
CSV = "csv"
"""The envelope of a text with commas, whose first line names the fields."""
_ABSENT = object()


class Page(NamedTuple):
    """The rows of one page, where it starts among all, and what leads to the next one (None: nothing does)."""

    rows: Sequence[Row]
    start: int
    size: int
    total: int
    next: str | int | None
    link: str | None


def opaque(key: str) -> str:
    """A cursor that says nothing to its reader."""
    return base64.urlsafe_b64encode(f"after:{key}".encode()).decode()


def plain(cursor: str) -> str:
    """The key in a cursor of `opaque`. Raises ValueError for any other text."""
    try:
        name, _, key = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
    except binascii.Error as error:
        raise ValueError(cursor) from error
    if name != "after":
        raise ValueError(cursor)
    return key


def size_of(paging: Paging, call: Call) -> int:
    """The number of rows that the call requests. Refused as `size` if it is 0 or larger than a page."""
    most = paging.most(call) if callable(paging.most) else paging.most
    requested = call.given.get(paging.size) if paging.size else None
    if requested is None:
        return min(paging.usual, most)
    if paging.above == "cap" and requested.isdigit() and int(requested) > most:
        return most
    if not requested.isdigit() or not 0 < int(requested) <= most:
        raise Refused("size", parameter=paging.size, value=requested, most=most)
    return int(requested)


def cut(paging: Paging, call: Call, rows: Sequence[Row], size: int, place: Any) -> Page:
    """The page of `rows` that starts at `place`."""
    if paging.kind == "single_page":
        return Page(rows[:], 0, len(rows), len(rows), None, None)
    start = bisect.bisect_right(rows, place, key=paging.key) if paging.key and place is not None else int(place or 0)
    page = rows[start : start + size]
    following: str | int | None = None
    if start + size < len(rows):
        if paging.kind == "offset":
            following = start + size
        elif paging.kind == "page_number":
            following = start // size + paging.first + 1
        else:
            following = paging.write(paging.key(page[-1]) if paging.key else str(start + size))
    link = None if following is None else str(call.request.url.include_query_params(**{paging.parameter: following}))
    return Page(page, start, size, len(rows), following, link)


def place_of(paging: Paging, call: Call, size: int) -> Any:
    """Where the call's page starts: a key, a number of rows, or None for the beginning. Refused as `page` when it cannot be read."""
    given = call.given.get(paging.parameter)
    if not given or paging.kind == "single_page":
        return None
    try:
        if paging.kind in ("offset", "page_number") and not given.isdigit():
            raise ValueError(given)
        if paging.kind == "offset":
            return int(given)
        if paging.kind == "page_number":
            if int(given) < paging.first:
                raise ValueError(given)
            return (int(given) - paging.first) * size
        key = paging.read(given)
        return key if paging.key else int(key)
    except ValueError as error:
        raise Refused("page", parameter=paging.parameter, value=given) from error


def fill(envelope: Any, page: Page, shown: list[dict[str, Any]], first: int, last: str) -> Any:
    """The envelope of a page.

    On the last page the next link is null, or with `last` = `absent` omitted, with objects that contain only it.
    """
    values = {
        ROWS: shown,
        ROW: shown[0] if shown else None,
        NEXT: page.next,
        LINK: page.link,
        TOTAL: page.total,
        COUNT: len(shown),
        SIZE: page.size,
        START: page.start,
        PAGE: page.start // max(page.size, 1) + first,
        PAGES: -(-page.total // max(page.size, 1)),
        MORE: page.next is not None,
    }

    def filled(part: Any) -> Any:
        if isinstance(part, Token):
            return _ABSENT if last == "absent" and part in (NEXT, LINK) and values[part] is None else values[part]
        if isinstance(part, dict) and part:
            members = {name: filled(value) for name, value in part.items()}
            kept = {name: value for name, value in members.items() if value is not _ABSENT}
            return kept or _ABSENT
        return part

    return filled(envelope)


def tokens(envelope: Any) -> Iterator[Token]:
    """The tokens of an envelope, one after another."""
    if isinstance(envelope, Token):
        yield envelope
    elif isinstance(envelope, dict):
        for part in envelope.values():
            yield from tokens(part)
