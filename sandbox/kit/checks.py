"""What makes a declaration one that cannot be served: one line each, when the declaration is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from multiball.shapes import InputError
from sandbox.kit import fields, pages
from sandbox.kit.tables import ALWAYS, Ended, schema_of
from sandbox.kit.window import WRITTEN

if TYPE_CHECKING:
    from sandbox.kit.declared import Auth, Paging, Platform, Route

AUTH = ("bearer", "api_key", "http_basic", "open")
Faults = Iterator[tuple[str, str]]
"""What is wrong, and what would be right."""


def check(platform: Platform) -> None:
    """Raises InputError that names the platform and the route."""
    for what, remedy in _platform(platform):
        raise InputError(what, where=f"stand-in {platform.name}", remedy=remedy)
    for route in platform.routes:
        for what, remedy in _route(platform, route):
            raise InputError(what, where=f"stand-in {platform.name}, {route.path}", remedy=remedy)


def _platform(platform: Platform) -> Faults:
    yield from _auth(platform.auth)
    for (method, path), count in Counter((route.method, route.path) for route in platform.routes).items():
        if count > 1:
            yield f"{method} {path} is declared twice", "Leave one of them."
    if accounts := platform.accounts:
        if bool(accounts.ids) == bool(accounts.table):
            yield "accounts are ids, or a table and a column", "Give Accounts(table, column) or Accounts(ids=(…))."
        if accounts.table:
            yield from _columns({"accounts": accounts.column}, schema_of(accounts.table, f"stand-in {platform.name}, accounts"))
    needed = {
        "rate_limited": True,
        "server_error": True,
        "token": any((route.auth or platform.auth).kind != "open" for route in platform.routes),
        "expired_token": platform.auth.kind != "open",
        "account": platform.accounts is not None,
        "window": any(route.window for route in platform.routes),
        "page": any(_pages(platform, route) for route in platform.routes),
        "size": any(_pages(platform, route) and platform.paging_of(route).size for route in platform.routes),
        **{str(route.none): True for route in platform.routes if route.none},
    }
    for kind, is_needed in needed.items():
        if is_needed and kind not in platform.errors.words:
            yield f"there is no message for a refusal as {kind!r}", "Add them to Errors.words by says(status, message)."


def _pages(platform: Platform, route: Route) -> bool:
    return route.answer is None and platform.paging_of(route).kind != "single_page"


def _route(platform: Platform, route: Route) -> Faults:
    if not route.path.startswith("/"):
        yield "the path does not start with /", "Give the path after the host."
    if route.auth:
        yield from _auth(route.auth)
    if "{account}" in route.path and platform.accounts is None:
        yield "the path names an account, and the platform has none", "Declare Platform.accounts."
    if route.answer is not None:
        if route.table or route.rows:
            yield "answer makes the whole body, so table and rows are never read", "Leave answer, or table and rows."
        return
    if route.table is None and route.rows is None:
        yield "nothing says which rows are served", "Give a table, rows or answer."
        return
    schema = None if route.table is None else schema_of(route.table, f"stand-in {platform.name}, {route.path}")
    if schema is not None:
        yield from _table(platform, route, schema)
    if not route.fields:
        yield "there are no fields", "List them, or give a function that writes a row."
    if not callable(route.fields):
        yield from fields.faults(fields.read(route.fields), None if route.rows else schema)
    if route.window and not callable(route.window.written) and route.window.written not in WRITTEN:
        yield f"a window is never written as {route.window.written!r}", f"Use {', '.join(WRITTEN)}, or a function."
    yield from _paging(platform.paging_of(route))
    yield from _envelope(platform, route)
    yield from _parameters(platform, route)


def _auth(auth: Auth) -> Faults:
    if auth.kind not in AUTH:
        yield f"the auth {auth.kind!r} is unknown", f"Use {', '.join(AUTH)}."
    elif auth.kind != "open" and not auth.secret:
        yield f"the auth {auth.kind} has no secret", "Give the one that authenticates calls."
    elif auth.location not in ("header", "query"):
        yield f"the location {auth.location!r} of the key is unknown", "Use header or query."


def _columns(read: Mapping[str, str | None], schema: pa.Schema) -> Faults:
    for use, column in read.items():
        if column is not None and column not in schema.names:
            yield f"{use} reads {column!r}, a column that the table lacks", f"It has {', '.join(schema.names)}."


def _table(platform: Platform, route: Route, schema: pa.Schema) -> Faults:
    window = route.window.column if route.window else None
    appears = route.appears if isinstance(route.appears, str) and route.appears != ALWAYS else None
    yield from _columns({"account": route.account, "the window": window, "appears": appears}, schema)
    if route.account and platform.accounts is None:
        yield "the rows belong to accounts, and the platform has none", "Declare Platform.accounts."
    for use, column in (("the window", window), ("appears", appears)):
        if column in schema.names and not pa.types.is_temporal(schema.field(column).type):
            yield f"{use} reads {column!r}, which holds no days or moments", "Give a column that does."
    if isinstance(ended := route.appears, Ended):
        yield from _columns({"Ended": ended.column, "Ended.zone_column": ended.zone_column}, schema)
        try:
            ZoneInfo(ended.zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield f"the time zone {ended.zone!r} is unknown", "Give a name such as Europe/Berlin."
    if route.appears is None:
        remedy = "Give appears: the column with the moment, Ended(…) for days, or ALWAYS."
        yield "nothing says when a row appears, and the table holds the future too", remedy


def _paging(paging: Paging) -> Faults:
    if paging.kind not in pages.PAGING:
        yield f"the paging {paging.kind!r} is unknown", f"Use {', '.join(pages.PAGING)}."
    elif paging.kind != "single_page" and not paging.parameter:
        yield f"the paging {paging.kind} has no parameter", "Name the one that says where a page starts."
    for word, known in ((paging.above, ("refuse", "cap")), (paging.last, ("null", "absent"))):
        if word not in known:
            yield f"Paging has no word {word!r}", f"Use {' or '.join(known)}."
    if paging.key and paging.kind in ("offset", "page_number"):
        yield f"the paging {paging.kind} counts rows, so its key is never read", "Leave key, or use a cursor."
    if not callable(paging.most) and not 0 < paging.usual <= paging.most:
        yield f"a page usually has {paging.usual} rows and at most {paging.most}", "Give 1 or more, and at most `most`."


def _envelope(platform: Platform, route: Route) -> Faults:
    envelope, paging = platform.envelope_of(route), platform.paging_of(route)
    if envelope == pages.CSV:
        if callable(route.fields):
            yield "a CSV names its fields, and a function writes them", "List the fields."
        return
    found = list(pages.tokens(envelope))
    if (rows := found.count(pages.ROWS) + found.count(pages.ROW)) != 1:
        yield f"the envelope holds the rows {rows} times", "Put ROWS, or ROW for one object, where the documentation has the rows."
    if pages.ROW in found and not route.none:
        yield "the response for an unknown object is missing", "Give none: the kind of the refusal."
    needed = {"cursor": (pages.NEXT, pages.LINK), "json_link": (pages.LINK,)}.get(paging.kind, ())
    if needed and not set(needed) & set(found):
        names = " or ".join(token.name for token in needed)
        yield f"the envelope does not lead to the next page, with paging by {paging.kind}", f"Put {names} where the documentation has it."


def _parameters(platform: Platform, route: Route) -> Faults:
    paging, window, auth = platform.paging_of(route), route.window, route.auth or platform.auth
    names = [paging.parameter, paging.size, *((window.start, window.end) if window else ())]
    names += [platform.accounts.parameter] if platform.accounts else []
    names += [auth.name] if auth.location == "query" else []
    for name, count in Counter(name for name in names if name).items():
        if count > 1:
            yield f"the parameter {name!r} has two meanings", "Give each its own name."
