"""Describes valid values of settings, in messages and in the reference, and the faults of invalid ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_TYPES: dict[Any, str] = {
    bool: "true or false",
    date: "a date, such as 2025-10-01",
    dict: "indented keys",
    float: "a number",
    int: "a whole number",
    str: "a text",
    tuple: "a list, such as [1029384756]",
}

_SECRETS = {"credentials", "dsn"}
"""Keys whose values no message shows."""


@dataclass(frozen=True)
class Give:
    """Describes valid values where the type does not. Part of a field's annotation."""

    what: str


class Fault(NamedTuple):
    """What is wrong with the setting at `place`, and how to fix it."""

    place: tuple[str | int, ...]
    what: str
    remedy: str


def allowed(annotation: Any) -> str:
    """The valid values of a type in words: `a whole number`, `duckdb or postgres`."""
    kind = get_origin(annotation)
    arguments = get_args(annotation)
    if kind is Annotated:
        return next((mark.what for mark in arguments[1:] if isinstance(mark, Give)), None) or allowed(arguments[0])
    if kind in (Union, UnionType):
        return allowed(next(each for each in arguments if each is not type(None)))
    if kind is Literal:
        return " or ".join(filter(None, [", ".join(arguments[:-1]), arguments[-1]]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _TYPES[dict]
    return _TYPES.get(kind or annotation, "a text")


def fields_of(model: type[BaseModel]) -> Mapping[str, Any]:
    """The annotations of a model's fields with their metadata, which pydantic stores separately."""
    fields = model.model_fields.items()
    return {name: Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation for name, field in fields}


def faults(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """Pydantic's errors as faults with remedies."""
    return [_fault(details, model) for details in error.errors(include_url=False)]


def _fault(error: ErrorDetails, model: type[BaseModel]) -> Fault:
    place = tuple(error["loc"])
    if place and place[-1] == "[key]":
        return Fault(place[:-1], f"{_named(place[:-1])} is not a valid name", "Use lower-case letters, digits and underscores.")
    name = _named(place)
    if error["type"] == "missing":
        return Fault(place[:-1], f"{name} is missing", "Add it.")
    if error["type"] == "extra_forbidden":
        known = sorted(fields_of(_at(model, place[:-1])))
        close = get_close_matches(str(place[-1]), known, n=1)
        return Fault(place, f"{name} is unknown", f"Did you mean {close[0]}?" if close else f"Known keys: {', '.join(known)}.")
    shown = "invalid" if _SECRETS & set(place) else repr(error["input"])
    return Fault(place, f"{name} is {shown}", f"Give {allowed(_at(model, place))}.")


def _named(place: tuple[str | int, ...]) -> str:
    return ".".join(map(str, place)) or "it"


def _at(model: Any, place: tuple[str | int, ...]) -> Any:
    """The type of the setting at the place."""
    for step in place:
        while get_origin(model) in (Annotated, Union, UnionType):
            model = next(each for each in get_args(model) if each is not type(None))
        if isinstance(model, type) and issubclass(model, BaseModel):
            model = fields_of(model).get(str(step), Any)
        else:
            model = next(iter(get_args(model)[-1:] if get_origin(model) is dict else get_args(model)), Any)
    return model
