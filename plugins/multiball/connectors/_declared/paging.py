"""From one page of a listing to the next, by the methods that APIs share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from multiball.connectors._declared.declaration import Paginator

SECRETS = ("access_token", "token", "api_key", "key", "sig", "signature")
"""Parameters of a next page's address that are not sent again, because the header authenticates."""


def first(paginator: Paginator) -> dict[str, Any]:
    """The parameters of the first page, in addition to those of the request."""
    more = limit_of(paginator)
    if paginator.type == "page_number":
        more[paginator.page_param] = paginator.first_page
    if paginator.type == "offset":
        more[paginator.offset_param] = 0
    return more


def limit_of(paginator: Paginator) -> dict[str, Any]:
    """The parameter for the page size, if the API has one."""
    return {paginator.limit_param: paginator.limit} if paginator.limit_param else {}


def following(paginator: Paginator, body: Any, rows: list[Any], sent: Mapping[str, Any]) -> dict[str, Any] | None:
    """The parameters of the page after the one that `sent` requested; None on the last. Raises ValueError for an incomplete page."""
    more = _following(paginator, body, rows, sent)
    limit = _limit(paginator, sent)
    if more is not None and paginator.full_pages and len(rows) < limit:
        raise ValueError(f"{len(rows)} rows of {limit}, and more to come")
    return more


def _following(paginator: Paginator, body: Any, rows: list[Any], sent: Mapping[str, Any]) -> dict[str, Any] | None:
    match paginator.type:
        case "cursor" if paginator.cursor_path:
            cursor = paginator.cursor_path.reader()(body, {})
            return {paginator.cursor_param: cursor} if cursor not in (None, "", False) else None
        case "link" if paginator.next_url_path:
            address = paginator.next_url_path.reader()(body, {})
            return {name: value for name, value in parse_qsl(urlsplit(address).query) if name not in SECRETS} if address else None
        case "offset":
            offset = sent[paginator.offset_param] + len(rows)
            return {paginator.offset_param: offset} if _goes_on(paginator, body, rows, sent, offset) else None
        case "page_number":
            number = sent[paginator.page_param]
            read = (number - paginator.first_page) * paginator.limit + len(rows)
            return {paginator.page_param: number + 1} if _goes_on(paginator, body, rows, sent, read) else None
    return None


def _goes_on(paginator: Paginator, body: Any, rows: list[Any], sent: Mapping[str, Any], read: int) -> bool:
    """Whether rows remain: by the total if the platform gives one, else until a page is not full."""
    if not paginator.total_path:
        return len(rows) >= max(_limit(paginator, sent), 1)
    total = int(paginator.total_path.reader()(body, {}))
    if not rows and read < total:
        raise ValueError(f"an empty page after {read} rows of {total}")
    return read < total


def _limit(paginator: Paginator, sent: Mapping[str, Any]) -> int:
    """The requested page size: less than declared if that was too large."""
    return int(sent.get(paginator.limit_param, paginator.limit))
