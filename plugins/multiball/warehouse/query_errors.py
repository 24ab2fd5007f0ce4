"""The errors of both engines for a reader's SQL: what is wrong with it, and similar names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from multiball.shapes import InputError


def read_only() -> InputError:
    """The error for anything but one SELECT."""
    return InputError(
        "a query is one SELECT; the published state is read-only",
        where="query",
        remedy="Give one SELECT. To change a mart's data, change dbt_project/ or the source.",
    )


def checked(sql: str) -> str:
    """The SQL; InputError where it is empty or not valid text."""
    if "\0" in sql or any("\ud800" <= character <= "\udfff" for character in sql):
        raise InputError("the SQL is not valid UTF-8 text", where="query", remedy="Remove NUL and broken characters from it.")
    if not re.sub(r"--.*|/\*[\s\S]*?\*/|[\s;]", "", sql):
        raise InputError("the SQL is empty", where="query", remedy="Give one SELECT.")
    return sql


def timed_out(seconds: int) -> InputError:
    """The error for a query that exceeds the time limit."""
    remedy = "Select fewer days, or raise MULTIBALL_QUERY_SECONDS."
    return InputError(f"the query took longer than {seconds} seconds", where="query", remedy=remedy)


def not_displayable(column: str, what: str) -> InputError:
    """The error for a value that a result cannot represent."""
    return InputError(f"column {column} contains {what}", where="query", remedy=f"Cast it to text: cast({column} as varchar).")


def nothing_published() -> InputError:
    """The error for a query before the first publication."""
    return InputError("nothing is published yet", where="warehouse", remedy="Run multiball run warehouse.")


def not_built(build_id: str) -> InputError:
    """The error for a query on a build that does not exist."""
    return InputError(f"build {build_id} does not exist", where="warehouse", remedy="Build it first: multiball run warehouse.")


def raw_is_not_published() -> InputError:
    """The error for a query on a model of `staging` that is a view of raw files, which are not published."""
    return InputError(
        "the query reads raw, which is not published",
        where="query",
        remedy="Select from the schema marts or intermediate; models of staging and canonical are views of raw.",
    )


def unknown_column(name: str, known: Iterable[tuple[str, str]]) -> InputError:
    """The error for a column that the queried tables do not have; `known` are all tables, as `schema.table`, with their columns."""
    pairs = sorted(set(known))
    last_part = name.lower().rsplit(".", 1)[-1]
    elsewhere = [table for table, column in pairs if column.lower() == last_part]
    if elsewhere:
        marts_first = sorted(elsewhere, key=lambda table: not table.startswith("marts."))[:3]
        return InputError(f"the queried tables have no column {name}", where="query", remedy=f"It is in {', '.join(marts_first)}.")
    return unknown_name("column", name, (column for _, column in pairs))


def unknown_name(kind: str, name: str, known: Iterable[str]) -> InputError:
    """The error for a table or column that does not exist; `known` are the existing names, tables as `schema.table`."""
    last_part = name.lower().rsplit(".", 1)[-1]
    by_last_part: dict[str, str] = {}
    for candidate in sorted(set(known)):
        by_last_part.setdefault(candidate.lower().rsplit(".", 1)[-1], candidate)
    close = [by_last_part[match] for match in get_close_matches(last_part, by_last_part, n=3, cutoff=0.5)]
    every = "select table_schema, table_name, column_name from information_schema.columns"
    remedy = f"Did you mean {' or '.join(close)}?" if close else f'All names: multiball query "{every}".'
    return InputError(f"there is no {kind} {name}", where="query", remedy=remedy)


def engine_error(message: str) -> InputError:
    """The error for other wrong SQL, in the engine's words: the first line, and the line that it points at."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    pointed = next((line.split(": ", 1)[1] for line in lines[1:] if line.startswith("LINE ") and ": " in line), "")
    what = lines[0].rstrip(".!") + (f", in the line: {pointed}" if pointed else "")
    return InputError(what, where="query", remedy="Fix the SQL there.")
