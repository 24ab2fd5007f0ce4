"""What both engines say when a reader's SQL cannot be answered: what is wrong with it, and the names that come close."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from multiball.shapes import InputError


def read_only() -> InputError:
    """The error for anything but one SELECT."""
    return InputError(
        "only one SELECT can be asked; the published state is read-only",
        where="query",
        remedy="Ask one SELECT. What a mart holds is changed in dbt_project/ or at its source.",
    )


def checked(sql: str) -> str:
    """The SQL, if an engine can be asked it at all: it says something, in characters that exist."""
    if "\0" in sql or any("\ud800" <= character <= "\udfff" for character in sql):
        raise InputError("the SQL is not valid UTF-8 text", where="query", remedy="Remove NUL and broken characters from it.")
    if not re.sub(r"--.*|/\*[\s\S]*?\*/|[\s;]", "", sql):
        raise InputError("no SQL is given", where="query", remedy="Ask one SELECT.")
    return sql


def took_too_long(seconds: int) -> InputError:
    """The error for a question that the time limit ended."""
    remedy = "Narrow it to fewer days, or raise MULTIBALL_QUERY_SECONDS."
    return InputError(f"the question took longer than {seconds} seconds", where="query", remedy=remedy)


def cannot_show(column: str, what: str) -> InputError:
    """The error for a value that the engine holds and no result can."""
    return InputError(f"column {column} holds {what}", where="query", remedy=f"Cast it to text: cast({column} as varchar).")


def nothing_published() -> InputError:
    """The error for a question before the first publication."""
    return InputError("nothing is published yet", where="warehouse", remedy="Run multiball run warehouse.")


def not_built(build_id: str) -> InputError:
    """The error for a question to a build that is not there."""
    return InputError(f"{build_id} is not built", where="warehouse", remedy="Build it first: multiball run warehouse.")


def raw_is_not_published() -> InputError:
    """The error for a question to a model of `staging` that is a view of raw files, which are not published."""
    return InputError(
        "what is asked reads raw, which is not published",
        where="query",
        remedy="Ask a table of the schema marts or intermediate; models of staging and canonical are views of raw.",
    )


def unknown_column(name: str, known: Iterable[tuple[str, str]]) -> InputError:
    """The error for a column that what is asked does not have; `known` are the tables, as `schema.table`, with their columns."""
    pairs = sorted(set(known))
    wanted = name.lower().rsplit(".", 1)[-1]
    elsewhere = [table for table, column in pairs if column.lower() == wanted]
    if elsewhere:
        marts_first = sorted(elsewhere, key=lambda table: not table.startswith("marts."))[:3]
        return InputError(f"what is asked has no column {name}", where="query", remedy=f"It is in {', '.join(marts_first)}.")
    return unknown_name("column", name, (column for _, column in pairs))


def unknown_name(kind: str, name: str, known: Iterable[str]) -> InputError:
    """The error for a table or column that is nowhere; `known` are the names there are, tables as `schema.table`."""
    wanted = name.lower().rsplit(".", 1)[-1]
    by_last_part: dict[str, str] = {}
    for candidate in sorted(set(known)):
        by_last_part.setdefault(candidate.lower().rsplit(".", 1)[-1], candidate)
    close = [by_last_part[match] for match in get_close_matches(wanted, by_last_part, n=3, cutoff=0.5)]
    every = "select table_schema, table_name, column_name from information_schema.columns"
    remedy = f"Close: {', '.join(close)}." if close else f'All names: multiball query "{every}".'
    return InputError(f"there is no {kind} {name}", where="query", remedy=remedy)


def cannot_answer(message: str) -> InputError:
    """The error for SQL that is wrong in another way, in the engine's words: its first line, and the line that it points at."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    pointed = next((line.split(": ", 1)[1] for line in lines[1:] if line.startswith("LINE ") and ": " in line), "")
    what = lines[0].rstrip(".!") + (f", in the line: {pointed}" if pointed else "")
    return InputError(what, where="query", remedy="Fix the SQL there.")
