"""Execute a declaration: one account's session with its API, from requests to records."""

from __future__ import annotations

import csv
import importlib
import logging
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import ModuleType
from typing import Any

from multiball.connectors._declared.declaration import Declaration, Request, Table
from multiball.connectors._declared.errors import NoRows, pace, raise_by_rules, raise_for_error
from multiball.connectors._declared.paging import first, following, limit_of
from multiball.connectors._declared.templates import fields_of, filled, of_window
from multiball.connectors._response_checks import json_object, kind, whole
from multiball.connectors._rest import Answer, Rest, TooMuch, Trail, bearer, credential
from multiball.shapes import InputError, Page, Record, Source, Window

log = logging.getLogger(__name__)


@contextmanager
def opened(declared: Declaration, hooks: str | None, source: Source, account: str) -> Iterator[Session]:
    """A session with the API, with the declared credentials or with the headers that the hook `authorize` gets by them."""
    special = importlib.import_module(hooks) if hooks else None
    proof = headers(declared, source)
    if authorize := getattr(special, "authorize", None):
        with Session(declared, source, account, special, proof) as first_session:
            proof = authorize(first_session)
    with Session(declared, source, account, special, proof) as api:
        yield api


class Session(Rest):
    """One account's session with a declared API, which is passed to hooks.

    `listed` yields the raw rows of a request, `rows` those of a table; `made` converts rows to the table's pages.
    """

    def __init__(self, declared: Declaration, source: Source, account: str, hooks: ModuleType | None, headers: Mapping[str, str]) -> None:
        self.declared, self.account, self._hooks = declared, account, hooks
        self._options = {name: _option(source, declared, name) for name in declared.options}
        self._makers = {name: table.maker(declared.read_within(name)) for name, table in declared.tables.items()}
        accepted = {"Accept": "text/csv"} if declared.check.format == "csv" else {}
        super().__init__(
            source,
            {**accepted, **headers},
            getattr(hooks, "raise_for_error", None) or raise_for_error(declared.errors),
            getattr(hooks, "pace", None) or pace(declared.throttle),
        )

    def extract(self, window: Window) -> Iterator[Page]:
        """Pages of every table that declares a request, snapshots only if the window is current; then the hook's pages."""
        for table in self.declared.tables.values():
            if table.request and not table.parent:
                yield from self._load(table, window, None)
        if special := getattr(self._hooks, "extract", None):
            yield from special(self, window)

    def shown(self) -> str:
        """The account, with the fields that the declaration's check shows."""
        rows = next(self.listed(self.declared.check), [])
        show = self.declared.show
        shown = show.reader()(rows[0], {}) if show and rows else None
        return f"{self.account} ({shown})" if shown and str(shown) != self.account else self.account

    def made(self, name: str, rows: list[Any], parent: Record | None = None) -> Iterator[Page]:
        """Convert the platform's rows to a page of a table and the pages of its nested tables. Raises a SourceError that names what cannot
        be read."""
        around = {"account": self.account, "parent": parent}
        make = self._makers[name]
        table = self.declared.tables[name]
        yield name, self._nested(table, rows) if table.nested else self.each(name, rows, lambda row: make(row, around))
        for nested in self.declared.tables.values():
            if nested.within == name:
                yield nested.entity.name, self._nested(nested, rows)

    def rows(self, name: str, window: Window | None = None, parent: Record | None = None) -> Iterator[list[Any]]:
        """Pages of a table's rows, as the platform returns them."""
        table = self.declared.tables[name]
        assert table.request, f"{name} declares no request"
        yield from self.listed(table.request, window, parent=parent or {}, fields=fields_of(table.declared_paths))

    def fields(self, name: str) -> dict[str, list[str]]:
        """The members that a table's fields read, each with the members of it that they read."""
        return fields_of(self.declared.tables[name].declared_paths)

    def _load(self, table: Table, window: Window, parent: Record | None) -> Iterator[Page]:
        name = table.entity.name
        if table.entity.kind == "snapshot" and not window.current:
            return
        children = [child for child in self.declared.tables.values() if child.parent == name]
        for days in _spans(window, table.max_days):
            for rows in self.rows(name, days, parent):
                for made, records in self.made(name, rows, parent):
                    yield made, records
                    for child in children if made == name else ():
                        for record in records:
                            yield from self._load(child, window, record)

    def _nested(self, table: Table, rows: list[Any]) -> list[dict[str, Any]]:
        """The records nested in each of the rows, numbered within it from 1."""
        make, nested = self._makers[table.entity.name], table.nested
        assert nested, f"{table.entity.name} is not nested"
        read = nested.reader()

        def each(row: Any) -> list[dict[str, Any]]:
            inner = read(row, {})
            if not isinstance(inner, list):
                raise TypeError(f"{nested.text} is not a list")
            return [make(part, {"account": self.account, "parent": row, "number": number}) for number, part in enumerate(inner, 1)]

        return [record for made in self.each(table.entity.name, rows, each) for record in made]

    def listed(self, request: Request, window: Window | None = None, **values: Any) -> Iterator[list[Any]]:
        """Pages of a request's rows, as the platform returns them. `values` fill its further placeholders."""
        values = {**of_window(self.account, window), "option": self._options, **values}
        path, params, body = (filled(part, values) for part in (request.path, request.params, request.body))
        yield from self.pages(path, params, request, body)

    def at(self, path: str) -> str:
        """The path with the API's common prefix."""
        return self.declared.prefix + path

    def pages(
        self, path: str, params: Mapping[str, Any], request: Request | None = None, body: Mapping[str, Any] | None = None
    ) -> Iterator[list[Any]]:
        """Pages of the rows at a path. `request` says how to request and read them; the declaration's default otherwise."""
        request = request or self.declared.listing
        paginator, trail = request.paginator, Trail(self.source, path)
        more: dict[str, Any] | None = first(paginator)
        while more is not None:
            sent = more
            asked = {"json": {**(body or {}), **sent}} if request.method == "POST" else {"params": {**params, **sent}}
            try:
                rows, more = self.fetch(request.method, path, partial(self._read, request, sent), **asked)
            except NoRows as none:
                log.info("source %s: no rows at %s (%s)", self.source.name, path, none)
                return
            except TooMuch:
                limit = int(sent.get(paginator.limit_param, 1))
                if limit <= 1 or paginator.type == "page_number":
                    raise
                more = {**sent, paginator.limit_param: limit // 2}
                log.warning("source %s: %s is too large: requesting %d rows at once", self.source.name, path, limit // 2)
                continue
            yield rows
            if more is not None:
                trail.follow(more, rows)
                more |= limit_of(paginator)

    def _read(self, request: Request, sent: Mapping[str, Any], text: str) -> tuple[list[Any], dict[str, Any] | None]:
        """The rows of a response, and the parameters of the next page. Raises ValueError if the response is incomplete."""
        if request.format == "csv":
            return _table(text, request.expect), None
        body = json_object(text)
        raise_by_rules(self.declared.errors, Answer(self.source, 200, {}, text, body))
        whole(body, *request.expect)
        if request.select is None:
            return [body], None
        rows = request.select.reader()(body, {})
        if not isinstance(rows, list):
            raise ValueError(f"{request.select.text} is {kind(rows)}, not a list")
        return rows, following(request.paginator, body, rows, sent)


def _table(text: str, columns: tuple[str, ...]) -> list[dict[str, str | None]]:
    """The rows of a CSV, whose empty cells are missing values. Raises ValueError if a column is missing or it is cut off."""
    reader = csv.DictReader(text.splitlines())
    try:
        rows = list(reader)
    except csv.Error as error:
        raise ValueError(f"no CSV: {error}") from error
    if not set(columns) <= set(reader.fieldnames or ()) or any(None in row.values() for row in rows):
        raise ValueError(f"CSV without {', '.join(columns)}, or broken off")
    return [{name: cell or None for name, cell in row.items()} for row in rows]


def _spans(window: Window, most: int | None) -> Iterator[Window]:
    """The window in pieces of at most so many days."""
    start = window.start
    while start <= window.end:
        end = min(start + timedelta(days=most - 1), window.end) if most else window.end
        yield replace(window, start=start, end=end)
        start = end + timedelta(days=1)


def _option(source: Source, declared: Declaration, name: str) -> Any:
    """The value of an option. Raises InputError where it is not as the declaration says."""
    from jsonschema import Draft202012Validator

    option = declared.options[name]
    value = source.options.get(name, option.default)
    if not Draft202012Validator(option.schema).is_valid(value):
        raise InputError(f"is {value!r}", where=f"sources.{source.name}.options.{name}", remedy=option.right)
    return value


def headers(declared: Declaration, source: Source) -> dict[str, str]:
    """The declared headers that authenticate. Raises InputError if a credential is missing."""
    if not (auth := declared.auth):
        return {}
    secrets = [credential(source, name) for name in auth.credentials]
    match auth.type:
        case "bearer":
            return bearer(secrets[0])
        case "api_key":
            return {auth.name: secrets[0]}
        case _:
            return {"Authorization": f"Basic {b64encode(':'.join(secrets).encode()).decode()}"}
