"""Which states of imported orders nobody knows the meaning of: the seed `order_state` of the dbt project is the vocabulary."""

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
"""Of letters such as é and й; signs of other scripts, as Japanese が has them, are part of their letter."""
_TOLD = 10


def state_key(text: str) -> str:
    """A state as it is looked up, by the rules of dbt's macro of the same name: case, accents and signs between words do not matter."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)).translate(_PLAIN)


@cache
def known_states() -> Mapping[str, str]:
    """What each state means, by its key."""
    with SEED.open(encoding="utf-8", newline="") as stream:
        return {state_key(row["state"]): row["meaning"] for row in csv.DictReader(stream)}


def unknown_states(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """What to say of the states in `records` that are in no vocabulary, and of how many orders; the most frequent ones by name."""
    found = connection.execute(
        "SELECT nullif(trim(status), ''), count(*) FROM records GROUP BY ALL ORDER BY 2 DESC, 1 NULLS LAST"
    ).fetchall()
    if not any(state for state, _ in found):
        return {}
    unknown = [(state, number) for state, number in found if state is None or state_key(state) not in known_states()]
    told = {
        f"the state {state!r} is unknown and counts as no sale" if state else "no state, where other orders have one: no sale": number
        for state, number in unknown[:_TOLD]
    }
    rest = sum(number for _, number in unknown[_TOLD:])
    return told | ({f"{len(unknown) - _TOLD} further unknown states: no sales": rest} if rest else {})
