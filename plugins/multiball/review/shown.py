"""The base of all parts of a report: texts that are safe to show, and the tone of an assessment."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

_TURNS_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def inert(text: str) -> str:
    """The text on one line, without control characters and bidirectional marks."""
    shown = (" " if character.isspace() else character for character in text if character not in _TURNS_DIRECTION)
    kept = "".join(character for character in shown if character == " " or unicodedata.category(character) not in ("Cc", "Cs", "Cn"))
    return " ".join(kept.split(" ")).strip()


Text = Annotated[str, AfterValidator(inert)]

Tone = Literal["good", "bad", "neutral"]


class Shown(BaseModel):
    """A part of a report, immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid")
