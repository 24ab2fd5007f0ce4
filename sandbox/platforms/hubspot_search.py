"""HubSpot's search: filter groups (any) of filters (all), one sort, pages by offset and never beyond 10,000 rows.

Source: https://developers.hubspot.com/docs/api-reference/search/guide
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.platforms.hubspot_records import Record

MOST_ROWS, MOST_A_PAGE = 10_000, 200
MOST_GROUPS, MOST_FILTERS, MOST_IN_ALL = 5, 6, 18


class BadSearch(Exception):
    """The search cannot be made: the message says why."""


def search(records: Sequence[Record], body: dict[str, Any]) -> tuple[int, list[Record], int | None]:
    """The number of matching records, those of the requested page, and the start of the next page (None: it is the last)."""
    groups = body.get("filterGroups") or []
    if body.get("filters"):
        groups = [*groups, {"filters": body["filters"]}]
    sizes = [len(group.get("filters", [])) for group in groups]
    if len(groups) > MOST_GROUPS or max(sizes, default=0) > MOST_FILTERS or sum(sizes) > MOST_IN_ALL:
        raise BadSearch(f"at most {MOST_GROUPS} filterGroups of {MOST_FILTERS} filters, {MOST_IN_ALL} in all")
    limit, start = int(body.get("limit") or 10), int(body.get("after") or 0)
    if not 0 < limit <= MOST_A_PAGE:
        raise BadSearch(f"limit must be between 1 and {MOST_A_PAGE}")
    if start + limit > MOST_ROWS:
        raise BadSearch(f"There was a problem with the request: paging ends at {MOST_ROWS} results")
    tests = [[_test(one) for one in group.get("filters", [])] for group in groups]
    found = [record for record in records if not tests or any(all(test(record) for test in group) for group in tests)]
    if query := str(body.get("query") or "").lower():
        found = [record for record in found if any(query in str(value).lower() for value in record.properties.values())]
    for rule in reversed(body.get("sorts") or [{"propertyName": "createdate", "direction": "ASCENDING"}]):
        name = rule if isinstance(rule, str) else rule["propertyName"]
        falling = not isinstance(rule, str) and rule.get("direction") == "DESCENDING"
        found = sorted(found, key=_by(name), reverse=falling)
    more = start + limit if start + limit < len(found) else None
    return len(found), found[start : start + limit], more


def _by(name: str) -> Callable[[Record], tuple[bool, float, str]]:
    return lambda record: _sortable(record.properties.get(name))


def _sortable(value: str | None) -> tuple[bool, float, str]:
    number = _number(value)
    return value is not None, number if number is not None else 0.0, "" if number is not None else value or ""


def _number(value: Any) -> float | None:
    """A number, or a moment in milliseconds since 1970, of a text; None for other text."""
    if value is None:
        return None
    try:
        return float(value)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000


def _compare(have: str | None, want: Any) -> int | None:
    """-1, 0 or 1; None where there is nothing to compare. Numbers and moments by value, texts without case."""
    if have is None:
        return None
    mine, other = _number(have), _number(want)
    if mine is not None and other is not None:
        return (mine > other) - (mine < other)
    text, requested = have.lower(), str(want).lower()
    return (text > requested) - (text < requested)


def _words(have: str | None, want: Any) -> bool:
    return have is not None and str(want).strip("*").lower() in have.lower()


_OPERATORS: dict[str, Callable[[str | None, dict[str, Any]], bool]] = {
    "EQ": lambda have, one: _compare(have, one["value"]) == 0,
    "NEQ": lambda have, one: have is not None and _compare(have, one["value"]) != 0,
    "LT": lambda have, one: _compare(have, one["value"]) == -1,
    "LTE": lambda have, one: _compare(have, one["value"]) in (-1, 0),
    "GT": lambda have, one: _compare(have, one["value"]) == 1,
    "GTE": lambda have, one: _compare(have, one["value"]) in (0, 1),
    "BETWEEN": lambda have, one: _compare(have, one["value"]) in (0, 1) and _compare(have, one["highValue"]) in (-1, 0),
    "IN": lambda have, one: any(_compare(have, value) == 0 for value in one["values"]),
    "NOT_IN": lambda have, one: have is not None and all(_compare(have, value) != 0 for value in one["values"]),
    "HAS_PROPERTY": lambda have, one: have is not None,
    "NOT_HAS_PROPERTY": lambda have, one: have is None,
    "CONTAINS_TOKEN": lambda have, one: _words(have, one["value"]),
    "NOT_CONTAINS_TOKEN": lambda have, one: not _words(have, one["value"]),
}


def _test(one: dict[str, Any]) -> Callable[[Record], bool]:
    operator, name = _OPERATORS.get(str(one.get("operator"))), one.get("propertyName")
    if operator is None or not name:
        raise BadSearch(f"filter {one}: needs a propertyName and an operator of {', '.join(_OPERATORS)}")
    needed = {"BETWEEN": ("value", "highValue"), "IN": ("values",), "NOT_IN": ("values",), "HAS_PROPERTY": (), "NOT_HAS_PROPERTY": ()}
    if any(key not in one for key in needed.get(str(one["operator"]), ("value",))):
        raise BadSearch(f"filter {one}: the operator needs {' and '.join(needed.get(str(one['operator']), ('value',)))}")
    return lambda record: operator(record.properties.get(name), one)
