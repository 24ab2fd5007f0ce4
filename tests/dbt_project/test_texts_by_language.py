"""Texts by language against Python's own reading and writing of JSON, on every engine."""

from __future__ import annotations

import json

import pytest
from macro_calls import answers, macros

from multiball.words.by_language import from_json, text_in, to_json

ENGINES = pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
TEXTS = ["Sell more.", "卖得更多。", 'Say "more" / less', "back\\slash", "two\nlines\tand a tab", "it's 100 % 🍵", "", "{}", "null"]


@pytest.mark.engine
@ENGINES
def test_one_language_of_a_mapping_is_read(engine: str, postgres_dsn: str) -> None:
    rows = [{"texts": to_json({"zh": text, "en": f"not {text}"})} for text in TEXTS] + [{"texts": '{"en": "only"}'}, {"texts": None}]
    expression = macros(engine, "languages").in_language("texts", "zh")
    assert answers(engine, expression, rows, postgres_dsn) == [*TEXTS, None, None]


@pytest.mark.engine
@ENGINES
def test_columns_of_earlier_releases_become_the_mapping_that_is_written_now(engine: str, postgres_dsn: str) -> None:
    rows = [{"en": text, "zh": f"不{text}"} for text in TEXTS] + [
        {"en": "only", "zh": None},
        {"en": None, "zh": "只"},
        {"en": None, "zh": None},
    ]
    expression = macros(engine, "languages").by_language({"en": "en", "zh": "zh"})
    given = [{language: text for language, text in row.items() if text is not None} for row in rows]
    assert answers(engine, expression, rows, postgres_dsn) == [to_json(texts) if texts else None for texts in given]


def test_a_text_is_the_language_s_own_else_english_else_the_first() -> None:
    assert text_in(to_json({"zh": "多", "en": "more"}), "zh") == "多"
    assert text_in(to_json({"zh": "多", "en": "more"}), "de") == "more"
    assert text_in(to_json({"zh": "多"}), "de") == "多"
    assert text_in("{}", "de") == ""
    assert json.loads(to_json({"zh": "多"})) == from_json(to_json({"zh": "多"})) == {"zh": "多"}
