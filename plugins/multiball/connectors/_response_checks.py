"""Responses that are not as documented: detected here, and reported with the entity, the row and the field.

A connector converts rows by `Rest.each`. When a conversion fails, the row is converted once more while every read is recorded: the
last field that was read is the wrong one. This costs nothing for rows that are as documented.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

NOT_AS_DOCUMENTED = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError)
"""What Python raises when a value is missing or has another type than the conversion expects."""
_PERSONAL = re.compile(r"mail|phone|name|address|token|secret|message", re.IGNORECASE)
_SHOWN = 40


def holding(*keys: str) -> Callable[[str], dict[str, Any]]:
    """A parser of a JSON object that must hold `keys`. Raises ValueError if it does not, or if it reports an error."""

    def parse(text: str) -> dict[str, Any]:
        return whole(json_object(text), *keys)

    return parse


def json_object(text: str) -> dict[str, Any]:
    """Parse a JSON object. Raises ValueError for anything else."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        begins = f", it begins with {text[:_SHOWN]!r}" if text else ", it is empty"
        raise ValueError(f"not JSON{begins}") from error
    if not isinstance(body, dict):
        raise ValueError(f"{kind(body)}, not an object")
    return body


def whole(body: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The object, which must have `keys`. Raises ValueError if it does not, or if it reports an error."""
    if reports_error(body):
        raise ValueError("an error with a status of success")
    if missing := [key for key in keys if key not in body]:
        raise ValueError(f"answer without {', '.join(missing)}")
    return body


def listing(rows: str, *keys: str) -> Callable[[str], dict[str, Any]]:
    """A parser of a JSON object with a list `rows`, and `keys`. Raises ValueError."""

    def parse(text: str) -> dict[str, Any]:
        body = holding(rows, *keys)(text)
        if not isinstance(body[rows], list):
            raise ValueError(f"{rows} is {kind(body[rows])}, not a list")
        return body

    return parse


def reports_error(body: Any) -> bool:
    """Whether a JSON response reports an error, in the forms that platforms share: a member `error`, or the status `error`."""
    if not isinstance(body, dict):
        return False
    error = body.get("error")
    return body.get("status") == "error" or (isinstance(error, dict | str) and bool(error))


def kind(value: Any) -> str:
    """A JSON value's type in words."""
    if value is None:
        return "null"
    names: tuple[tuple[type, str], ...] = ((bool, "true or false"), (dict, "an object"), (list, "a list"), (str, "a text"))
    return next((name for type_, name in names if isinstance(value, type_)), "a number")


def fault(row: Any, convert: Callable[[Any], Any], error: BaseException) -> str:
    """What is wrong with a row whose conversion raised `error`: the field that was read last, and its value."""
    last = [("", row)]
    try:
        _drain(convert(_noted(row, "", last)))
    except NOT_AS_DOCUMENTED:
        path, value = last[-1]
        if not path:
            return f"the row is {kind(value)}" if not isinstance(value, dict) else f"{type(error).__name__}"
        return f"field {path} is {'missing' if value is _MISSING else _describe(path, value)}"
    return type(error).__name__


_MISSING = object()


def _describe(path: str, value: Any) -> str:
    """The type of a value, and the value if it is short and cannot be personal."""
    if isinstance(value, dict | list) or value is None:
        return kind(value)
    shown = repr(value)[:_SHOWN]
    return kind(value) if _PERSONAL.search(path) or "@" in shown else f"{kind(value)}, {shown}"


def _drain(made: Any) -> None:
    """Run a conversion that is a generator to its end."""
    if isinstance(made, Iterator):
        for _ in made:
            pass


def _noted(value: Any, path: str, last: list[tuple[str, Any]]) -> Any:
    if isinstance(value, dict):
        return _NotedObject(value, path, last)
    return _NotedList(value, path, last) if isinstance(value, list) else value


class _NotedObject(dict[str, Any]):
    """A JSON object that records which of its members are read."""

    def __init__(self, members: dict[str, Any], path: str, last: list[tuple[str, Any]]) -> None:
        self._path, self._last = f"{path}." if path else "", last
        super().__init__({name: _noted(value, f"{self._path}{name}", last) for name, value in members.items()})

    def __getitem__(self, name: str) -> Any:
        self._note(name, super().get(name, _MISSING))
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:  # type: ignore[override]
        self._note(name, super().get(name, _MISSING))
        return super().get(name, default)

    def _note(self, name: str, value: Any) -> None:
        self._last.append((f"{self._path}{name}", value))


class _NotedList(list[Any]):
    """A JSON list that records which of its values are read."""

    def __init__(self, values: list[Any], path: str, last: list[tuple[str, Any]]) -> None:
        self._path, self._last = path, last
        super().__init__(_noted(value, f"{path}[{number}]", last) for number, value in enumerate(values))

    def __getitem__(self, number: Any) -> Any:
        value = super().__getitem__(number)
        self._last.append((f"{self._path}[{number}]", value))
        return value

    def __iter__(self) -> Iterator[Any]:
        for number, value in enumerate(super().__iter__()):
            self._last.append((f"{self._path}[{number}]", value))
            yield value
