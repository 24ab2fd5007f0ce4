"""The return of advertising in words: a finding, two sentences, and the campaigns to show."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple
from unicodedata import east_asian_width

from multiball.review.sections.returns.facts import Returns
from multiball.review.shown import Tone
from multiball.review.vocabulary import Vocabulary

WIDEST_NAME = 28


class Known(NamedTuple):
    """A known return with its interval."""

    name: str
    spend: Decimal
    value: Decimal
    low: Decimal
    high: Decimal

    @property
    def tone(self) -> Tone:
        """Good where the whole interval is above break-even, bad where it is below."""
        return "good" if self.low > 1 else "bad" if self.high < 1 else "neutral"


def known(vocabulary: Vocabulary) -> list[Known]:
    """The known returns, the best first."""
    found = [
        Known(_short(vocabulary.member(each.name)), each.spend, each.revenue_per_spend, each.low, each.high)
        for each in vocabulary.review.of(Returns).returns
        if each.revenue_per_spend is not None and each.low is not None and each.high is not None
    ]
    return sorted(found, key=lambda each: (-each.value, each.name))


def finding(vocabulary: Vocabulary) -> Iterator[str]:
    """The campaign with the highest spend that clearly loses money, else the best that clearly earns more than it costs."""
    returns = known(vocabulary)
    losing = sorted((each for each in returns if each.tone == "bad"), key=lambda each: -each.spend)
    paying = [each for each in returns if each.tone == "good"]
    for key, found in (("finding.loses", losing), ("finding.pays", paying)):
        for each in found[:1]:
            yield vocabulary.say(key, name=each.name, value=vocabulary.money(each.value), one=vocabulary.one())


def sentences(vocabulary: Vocabulary) -> Iterator[str]:
    """The total cost and revenue of advertising, and its best and worst campaign."""
    paid = [each for each in vocabulary.review.of(Returns).returns if each.spend > 0]
    spend, revenue = sum((each.spend for each in paid), Decimal(0)), sum((each.revenue for each in paid), Decimal(0))
    if spend > 0:
        money = vocabulary.money
        yield vocabulary.say(
            "lead.advertising", spend=money(spend), revenue=money(revenue), ratio=money(revenue / spend), one=vocabulary.one()
        )
    best_to_worst = known(vocabulary)
    if len(best_to_worst) > 1:
        best, worst = best_to_worst[0], best_to_worst[-1]
        yield vocabulary.say(
            "lead.spread",
            best=best.name,
            best_value=vocabulary.money(best.value),
            worst=worst.name,
            worst_value=vocabulary.money(worst.value),
        )


def _short(name: str) -> str:
    """The name, shortened to the width that a chart has room for. An ideograph is as wide as two letters."""
    width = 0
    for index, character in enumerate(name):
        width += 2 if east_asian_width(character) in "WF" else 1
        if width > WIDEST_NAME:
            return f"{name[:index].rstrip()}…"
    return name
