"""What is not known, missing or not final: a plain sentence for each caveat."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from multiball.review import facts
from multiball.review.report import TrustPart
from multiball.review.wording import goals, returns
from multiball.review.wording.vocabulary import Vocabulary

_MONEY = ("revenue", "spend", "low", "high")
_COUNTED = ("orders", "days")
_WITHOUT: dict[str, tuple[str, str]] = {
    "source_missing": ("until", "never"),
    "source_late": ("due", "ends"),
    "not_final": ("spend", "no_spend"),
    "order_state_unknown": ("state", "none"),
    "return_withheld": ("days", "never"),
}
"""Caveats that are told otherwise where a value is unknown."""


def part(vocabulary: Vocabulary) -> TrustPart:
    """A sentence per caveat."""
    caveats = vocabulary.review.caveats
    return TrustPart(
        title=vocabulary.say("trust.title"),
        intro="" if caveats else vocabulary.say("trust.none"),
        sentences=tuple(_sentence(vocabulary, caveat) for caveat in caveats),
    )


def _sentence(vocabulary: Vocabulary, caveat: facts.Caveat) -> str:
    needed, instead = _WITHOUT.get(caveat.kind, ("", ""))
    variant = f".{instead}" if needed and caveat.values.get(needed) is None else ""
    return vocabulary.say(f"caveat.{caveat.kind}{variant}", **_words(vocabulary, caveat.values))


def _words(vocabulary: Vocabulary, values: Any) -> dict[str, str]:
    words = {"one": returns.one(vocabulary)}
    for key, value in values.items():
        words[key] = _text(vocabulary, key, value)
    if "source" in values and values.get("fact"):
        words["source"] = vocabulary.say("source.fact", source=words["source"], fact=words["fact"])
    words["text"] = vocabulary.goal(values)
    words["label"] = vocabulary.metric(str(values.get("metric")))
    return words


def _text(vocabulary: Vocabulary, key: str, value: Any) -> str:
    numbers = vocabulary.numbers
    if value is None:
        return vocabulary.say("unknown")
    if isinstance(value, date | datetime):
        return vocabulary.day(value.date() if isinstance(value, datetime) else value)
    if isinstance(value, tuple):
        return vocabulary.days(value)
    if key == "fact":
        return vocabulary.word("fact", str(value))
    if key == "check":
        known = vocabulary.catalogue.knows("check_name", str(value))
        return vocabulary.word("check_name", str(value)) if known else vocabulary.say("check_other")
    if key == "reason":
        return goals.why_not(vocabulary, value)
    if key == "share":
        return numbers.change(Decimal(value), signed=False)
    if key in _MONEY:
        return vocabulary.money(Decimal(value))
    if key in _COUNTED:
        return vocabulary.count(key, value)
    return numbers.amount(Decimal(value), "integer") if isinstance(value, int | Decimal) else vocabulary.member(str(value))
