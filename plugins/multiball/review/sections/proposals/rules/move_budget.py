"""Move budget from the worst to the best campaign, where their difference is credible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from multiball.review.exact import rounded
from multiball.review.gather.names import name_of
from multiball.review.gather.reading import Reading
from multiball.review.sections.proposals.facts import Proposal
from multiball.review.sections.proposals.rivals import Side, difference_interval, find_rivals, per_spend
from multiball.review.sections.proposals.terms import decide_by, owner
from multiball.review.vocabulary import Vocabulary

PLACE = 10
_MOVED_SHARE = Decimal("0.2")
"""The share of the worse campaign's monthly spend to move: large enough to measure, small enough to reverse."""


class MoveBudget(Proposal):
    """Move `amount`, a `share` of a month's spend, from one campaign to another, by their returns from `since` to `until`."""

    kind: Literal["move_budget"] = "move_budget"
    worse: Side
    better: Side
    since: date
    until: date
    amount: Decimal
    share: Decimal

    def title(self, vocabulary: Vocabulary) -> str:
        """The amount and both campaigns."""
        from_name, to_name = (vocabulary.member(side.name) for side in (self.worse, self.better))
        return vocabulary.say("proposal.move_budget.title", amount=vocabulary.money(self.amount), from_name=from_name, to_name=to_name)

    def evidence(self, vocabulary: Vocabulary) -> str:
        """The return of each."""
        return vocabulary.say(
            "proposal.move_budget.evidence",
            since=vocabulary.day(self.since),
            until=vocabulary.day(self.until),
            one=vocabulary.one(),
            **self.worse.words(vocabulary, "from"),
            **self.better.words(vocabulary, "to"),
        )


def propose(reading: Reading) -> Iterator[MoveBudget]:
    """One at most. The expected effect assumes that the marginal return equals the average return."""
    rivals = reading.once(find_rivals)
    if rivals is None or not rivals.is_credible:
        return
    amount = rounded(rivals.spent_by_worst * _MOVED_SHARE)
    low, high = difference_interval(rivals.best, rivals.worst)
    yield MoveBudget(
        id=f"{reading.state.month.first:%Y-%m}/move_budget/{rivals.worst.key}/{rivals.best.key}",
        worse=Side.of(rivals.worst),
        better=Side.of(rivals.best),
        since=rivals.evidence.first,
        until=rivals.evidence.last,
        amount=amount,
        share=_MOVED_SHARE,
        metric=rivals.metric,
        dimension=rivals.dimension,
        member=rivals.member,
        member_name=name_of({}, rivals.dimension, rivals.member),
        expected=rounded(amount * (per_spend(rivals.best) - per_spend(rivals.worst))),
        expected_low=rounded(amount * low),
        expected_high=rounded(amount * high),
        owner=owner(reading, rivals.metric.name),
        decide_by=decide_by(reading),
    )
