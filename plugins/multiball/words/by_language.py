"""Texts by language as the warehouse stores them: a JSON mapping, such as `{"en": "Grow.", "zh": "增长。"}`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from multiball.words import ENGLISH, languages

Texts = Mapping[str, str]


def to_json(texts: Texts) -> str:
    """The mapping as JSON; equal texts give equal JSON."""
    return json.dumps(dict(texts), ensure_ascii=False, sort_keys=True)


def from_json(stored: str) -> dict[str, str]:
    """The mapping from its JSON."""
    return {str(language): str(text) for language, text in json.loads(stored).items()}


def preferred(language: str) -> Sequence[str]:
    """All languages in the order in which a reader of one prefers them: that one, English, the others."""
    return (language, *(other for other in languages() if other != language))


def text_in(stored: str, language: str = ENGLISH) -> str:
    """The text in a language, else in the first preferred one; empty if there is none."""
    texts = from_json(stored)
    return next((texts[each] for each in preferred(language) if each in texts), "")
