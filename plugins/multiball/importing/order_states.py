"""Finds states of imported orders with unknown meaning. The dbt seed `order_state` is the vocabulary."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import duckdb

from multiball.settings import REPOSITORY

SEED = REPOSITORY / "dbt_project" / "seeds" / "order_state.csv"
_DROPPED = " \t\n\r\u00a0\u3000_.-–/·,，、:：()（）"
_PLAIN = str.maketrans("łøı", "loi", _DROPPED)
_ACCENTS = re.compile("[\u0300-\u036f]")
"""Accents of letters such as é and й; marks of other scripts, as in Japanese が, are part of their letter."""
_NAMED = 10


def state_key(text: str) -> str:
    """The look-up key of a state, by the rules of dbt's macro of the same name: case, accents and signs between words do not matter."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)).translate(_PLAIN)


@cache
def known_states() -> Mapping[str, str]:
    """The meaning of each state, by its key."""
    with SEED.open(encoding="utf-8", newline="") as stream:
        return {state_key(row["state"]): row["meaning"] for row in csv.DictReader(stream)}


def unknown_states(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Messages for unknown states in `records`, with their number of orders; the most frequent states by name."""
    found = connection.execute(
        "SELECT nullif(trim(status), ''), count(*) FROM records GROUP BY ALL ORDER BY 2 DESC, 1 NULLS LAST"
    ).fetchall()
    if not any(state for state, _ in found):
        return {}
    unknown = [(state, number) for state, number in found if state is None or state_key(state) not in known_states()]
    named = {
        f"the state {state!r} is unknown and does not count as a sale"
        if state
        else "the state is missing, though other orders have one, and does not count as a sale": number
        for state, number in unknown[:_NAMED]
    }
    rest = sum(number for _, number in unknown[_NAMED:])
    return named | ({f"{len(unknown) - _NAMED} further unknown states, which do not count as sales": rest} if rest else {})
