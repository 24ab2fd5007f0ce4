"""Texts by language as the warehouse has them: a JSON mapping, such as `{"en": "Grow.", "zh": "增长。"}`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from multiball.words import ENGLISH, languages

Texts = Mapping[str, str]


def to_json(texts: Texts) -> str:
    """The mapping as JSON, the same for the same texts."""
    return json.dumps(dict(texts), ensure_ascii=False, sort_keys=True)


def from_json(written: str) -> dict[str, str]:
    """The mapping that JSON holds."""
    return {str(language): str(text) for language, text in json.loads(written).items()}


def preferred(language: str) -> Sequence[str]:
    """The languages in which a reader of one gets a text: that one, else the first that there is, English before others."""
    return (language, *(other for other in languages() if other != language))


def text_in(written: str, language: str = ENGLISH) -> str:
    """The text in a language, else in the first that there is; empty where there is none."""
    texts = from_json(written)
    return next((texts[each] for each in preferred(language) if each in texts), "")
