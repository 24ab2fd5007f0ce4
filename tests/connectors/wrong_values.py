"""Answers of which one value is of another type than documented, for the contract of connectors."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

from connectors.local_server import Handler, Known, Reply, Request

WRONG: tuple[Any, ...] = (None, "abc", [], {}, -1, "2026-13-45", [5], True)
Place = tuple[str, tuple[Any, ...]]
"""The pattern of a request's path, and the way through the JSON of its answers; lists are entered at their first value."""


def places(known: Known) -> list[Place]:
    """Every place of the JSON answers to requests like those known."""
    found: dict[Place, None] = {}
    for (_, target, _), reply in known.items():
        if "json" in reply.headers.get("content-type", ""):
            found |= dict.fromkeys((pattern(target), way) for way in _ways(json.loads(reply.body), ()))
    return list(found)


def sample(known: Known, most: int) -> list[tuple[Place, Any]]:
    """Some places and wrong values, the same at every call."""
    pairs = [(place, value) for place in places(known) for value in WRONG]
    return Random(7).sample(pairs, min(most, len(pairs)))


def with_wrong_value(handler: Handler, place: Place, value: Any) -> Handler:
    """Answers in which the value at `place` is another one."""
    about, way = place

    def handle(request: Request) -> Reply:
        whole = handler(request)
        if pattern(request.target) != about or "json" not in whole.headers.get("content-type", ""):
            return whole
        return Reply(whole.status, json.dumps(_replaced(json.loads(whole.body), way, value)).encode(), whole.headers)

    return handle


def pattern(target: str) -> str:
    """The path of a request, with `#` for its numbers."""
    return re.sub(r"\d+", "#", target.partition("?")[0])


def _ways(value: Any, way: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield way
    steps = value.items() if isinstance(value, dict) else list(enumerate(value))[:1] if isinstance(value, list) else ()
    for step, inner in steps:
        yield from _ways(inner, (*way, step))


def _replaced(body: Any, way: tuple[Any, ...], value: Any) -> Any:
    if not way:
        return value
    changed = node = copy.deepcopy(body)
    try:
        for step in way[:-1]:
            node = node[step]
        node[way[-1]] = value
    except (LookupError, TypeError):
        return body
    return changed
