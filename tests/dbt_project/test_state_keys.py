"""The key that states are looked up by is the same on every engine and in the import, for every word of the list, however written."""

from __future__ import annotations

import csv
import re
import unicodedata

import pytest
from macro_calls import answers, macros

from multiball.importing.order_states import SEED, state_key


def words() -> list[str]:
    with SEED.open(encoding="utf-8", newline="") as stream:
        listed = [row["state"] for row in csv.DictReader(stream)]
    written = [*listed, *(word.upper() for word in listed), *(word.title().replace(" ", "_") for word in listed)]
    return [*written, *(unicodedata.normalize("NFD", word) for word in written)]


def stands_apart(word: str) -> bool:
    """Whether a sign that is no accent, as of Hangul or kana, is written apart from its letter: Spark leaves it there."""
    without_accents = re.sub("[\u0300-\u036f]", "", word)
    return unicodedata.normalize("NFC", without_accents) != without_accents


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
def test_states_have_one_key_in_the_warehouse_and_in_the_import(engine: str, postgres_dsn: str) -> None:
    given = [word for word in words() if engine != "spark" or not stands_apart(word)]
    expression = macros(engine, "text_patterns", "order_states").state_key("word")
    keys = answers(engine, expression, [{"word": word} for word in given], postgres_dsn)
    assert [(word, key) for word, key in zip(given, keys, strict=True) if key != state_key(word)] == []
    assert len(given) > 1500
