"""Read a `connector.yml`. Every fault is an InputError that names the file, the line and the fix."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path as File
from typing import Any

from multiball.connectors._declared.declaration import (
    FLAGS,
    TYPES,
    Auth,
    Declaration,
    ErrorRule,
    Line,
    Option,
    Paginator,
    Request,
    Table,
    Throttle,
)
from multiball.connectors._declared.paths import Path, path
from multiball.connectors._declared.templates import PLACES, places
from multiball.documents import Document, Place, read, suggestion
from multiball.shapes import Entity, Field, InputError

GUIDE = "See docs/how-to/add-a-connector.md."
AUTH_WORDS = {"bearer": ("token",), "api_key": ("api_key", "name"), "http_basic": ("username", "password")}
PAGINATOR_WORDS = {
    "cursor": ("cursor_path", "cursor_param"),
    "link": ("next_url_path",),
    "offset": ("offset_param", "limit_param", "limit"),
    "page_number": ("page_param",),
    "single_page": (),
}
"""The required keys of each type."""


def declaration(file: File) -> Declaration:
    """The declaration in the file; the connector has the name of its folder. InputError if it is invalid."""
    document = read(file)
    if document is None:
        raise InputError("is empty", where=str(file), remedy=GUIDE)
    for fault in document.faults(_schema(), whole="the connector", guide=GUIDE):
        raise document.wrong(fault.what, fault.remedy, fault.place)
    return _Reader(document, (file.parent / "hooks.py").exists()).declaration(file.parent.name)


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((File(__file__).parent / "connector.schema.json").read_text(encoding="utf-8"))
    return schema


class _Reader:
    """Converts a document that fits the schema to the types of `declaration`, and checks what a schema cannot express."""

    def __init__(self, document: Document, has_hooks: bool) -> None:
        self._document, self._data, self._has_hooks = document, document.data, has_hooks

    def declaration(self, name: str) -> Declaration:
        """The whole."""
        data = self._data
        tables = {table: self._table(table, declared) for table, declared in data["tables"].items()}
        check = data["check"]
        return Declaration(
            name=name,
            **{word: data[word] for word in ("title", "platform", "documentation", "schedule", "restatement_days")},
            check=self._request(("check",), check),
            show=self._path(("check", "show"), check["show"]) if "show" in check else None,
            tables=tables,
            listing=self._request(("tables",), {"path": ""}),
            prefix=data.get("prefix", ""),
            auth=self._auth(data["auth"]) if "auth" in data else None,
            options={option: Option(**dict(words)) for option, words in data.get("options", {}).items()},
            errors=tuple(self._rule(number, rule) for number, rule in enumerate(data.get("errors", ()))),
            throttle=Throttle(**data.get("throttle", {})),
        )

    def _auth(self, given: Mapping[str, Any]) -> Auth:
        words = AUTH_WORDS[given["type"]]
        self._only(("auth",), given, words, words)
        return Auth(given["type"], tuple(given[word] for word in words if word != "name"), given.get("name", "Authorization"))

    def _rule(self, number: int, given: Mapping[str, Any]) -> ErrorRule:
        when, place = given["when"], ("errors", number)
        ways = {word: values for word, values in when.items() if word not in ("status", "contains")}
        return ErrorRule(
            then=given["then"],
            status=_values(when.get("status", ())),
            contains=tuple(map(str, _values(when.get("contains", ())))),
            values=tuple((self._path((*place, "when", word), word), _values(values)) for word, values in ways.items()),
            wait=given.get("wait"),
            message=self._path((*place, "message"), given["message"]) if "message" in given else None,
            remedy=given.get("remedy", ""),
        )

    def _table(self, name: str, given: Mapping[str, Any]) -> Table:
        place = ("tables", name)
        made = [self._line((*place, "fields", field), field, line, given["key"]) for field, line in given["fields"].items()]
        lines, fields = tuple(line for line, _ in made), tuple(field for _, field in made)
        for word in ("key", "answered_by"):
            self._known((*place, word), given.get(word, ()), given["fields"], "a field of the table")
        for word in ("parent", "within"):
            self._known((*place, word), [given[word]] if word in given else (), self._data["tables"], "a table")
        self._day(place, given, {field.name: field.type for field in fields})
        if given.get("parent") == name or given.get("within") == name:
            raise self._document.wrong(f"the table {name} is nested within itself", "Name another table.", place)
        if "within" in given and "select" not in given:
            raise self._document.wrong(f"{name} is within {given['within']} without select", "Add select: the path of its rows.", place)
        if "unnest" in given and "path" not in given:
            raise self._document.wrong(f"{name} has unnest without a path", "Use within and select for rows of another table.", place)
        if not {"path", "within"} & given.keys() and not self._has_hooks:
            remedy = "Give it a path, or write a hooks.py next to this file that yields its rows."
            raise self._document.wrong(f"the table {name} has no source of rows", remedy, place)
        entity = Entity(
            name, given["grain"], given["kind"], tuple(given["key"]), fields, given.get("day"), tuple(given.get("answered_by", ()))
        )
        return Table(
            entity,
            lines,
            request=self._request(place, given) if "path" in given else None,
            nested=self._nested(place, given),
            within=given.get("within"),
            parent=given.get("parent"),
            max_days=given.get("max_days"),
            ignored=frozenset(given.get("ignore", ())),
            keeps_undeclared=given.get("undeclared", "keep") == "keep",
        )

    def _nested(self, place: Place, given: Mapping[str, Any]) -> Path | None:
        word = "select" if "within" in given else "unnest"
        return self._path((*place, word), given[word]) if word in given else None

    def _line(self, place: Place, name: str, line: list[str], key: list[str]) -> tuple[Line, Field]:
        way, type_, meaning, *flags = line
        self._known(place, [type_], TYPES, "a type")
        self._known(place, flags, FLAGS, "a flag")
        identifier = next((flag for flag in ("email", "phone") if flag in flags), None)
        field = Field(name, TYPES[type_], meaning, name in key or "required" in flags, identifier, "id" in flags)  # type: ignore[arg-type]
        return Line(name, self._path(place, way), type_, self._data.get("blank_is_absent", False)), field

    def _day(self, place: Place, given: Mapping[str, Any], types: Mapping[str, str]) -> None:
        daily, day = given["kind"] == "daily", given.get("day")
        if daily and types.get(day or "") != "date":
            raise self._document.wrong(f"the daily table names {day!r} as its day", "Give day: the name of a field of type date.", place)
        if day and not daily:
            raise self._document.wrong(f"day is of daily tables, and this one is {given['kind']}", "Remove it.", (*place, "day"))

    def _request(self, place: Place, given: Mapping[str, Any]) -> Request:
        shared = {word: self._data[word] for word in ("format", "select", "expect", "paginator") if word in self._data}
        if place == ("check",):  # requests one object, so the path of a listing's rows does not apply
            shared = {word: shared[word] for word in shared.keys() & {"format"}}
        words = {**shared, **given}
        for word in ("path", "params", "body"):
            for text in _texts(given.get(word, "")):
                self._places((*place, word), text, given)
        if "body" in given and given.get("method") != "POST":
            raise self._document.wrong("a body goes with method: POST", "Add it, or give params.", (*place, "body"))
        return Request(
            path=self._data.get("prefix", "") + given["path"],
            method=given.get("method", "GET"),
            params=dict(given.get("params", {})),
            body=dict(given.get("body", {})),
            format=words.get("format", "json"),
            select=self._path((*place, "select"), words["select"]) if words.get("select") else None,
            expect=tuple(words.get("expect", ())),
            paginator=self._paginator((*place, "paginator") if "paginator" in given else ("paginator",), words.get("paginator")),
        )

    def _paginator(self, place: Place, given: Mapping[str, Any] | None) -> Paginator:
        if given is None:
            return Paginator()
        needed = PAGINATOR_WORDS[given["type"]]
        self._only(place, given, needed, (*needed, "limit_param", "limit", "total_path", "full_pages", "first_page"))
        ways = {word: self._path((*place, word), given[word]) for word in ("cursor_path", "next_url_path", "total_path") if word in given}
        return Paginator(**{**given, **ways})

    def _only(self, place: Place, given: Mapping[str, Any], needed: Iterable[str], known: Iterable[str]) -> None:
        """Check that a type's keys are complete, with no others."""
        for word in needed:
            if word not in given:
                raise self._document.wrong(f"{given['type']} needs {word}", f"Add {word}.", place)
        for word in given:
            if word not in (*known, "type"):
                raise self._document.wrong(f"{given['type']} has no key {word}", suggestion(word, known), (*place, word))

    def _known(self, place: Place, given: Iterable[str], known: Iterable[str], what: str) -> None:
        for name in given:
            if name not in known:
                raise self._document.wrong(f"{name!r} is not {what}", suggestion(name, known), place)

    def _path(self, place: Place, text: str) -> Path:
        made: Path = self._tried(place, lambda: path(text), "Write members joined by dots, such as metrics.clicks or items[0].id.")
        return made

    def _places(self, place: Place, text: str, given: Mapping[str, Any]) -> None:
        for name in self._tried(place, lambda: places(text), "Close the brace, or write {{ for one that stays."):
            first, _, rest = name.partition(".")
            self._known(place, [first], PLACES, "a placeholder for paths and params")
            if first == "option":
                self._known(place, [rest], self._data.get("options", {}), "an option that the connector declares")
            if first == "parent" and "parent" not in given:
                raise self._document.wrong(f"{{{name}}} without a parent", "Add parent: the table whose records lead here.", place)

    def _tried(self, place: Place, make: Callable[[], Any], remedy: str) -> Any:
        try:
            return make()
        except ValueError as error:
            raise self._document.wrong(str(error), remedy, place) from error


def _values(given: Any) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, list | tuple) else (given,)


def _texts(given: Any) -> Iterable[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, Mapping | list):
        for part in given.values() if isinstance(given, Mapping) else given:
            yield from _texts(part)
