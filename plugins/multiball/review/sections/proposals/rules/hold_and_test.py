"""Leave the budgets of two campaigns as they are, where their returns lie too close to choose, and measure on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import ceil, log
from typing import Literal

from multiball.review.gather.names import name_of
from multiball.review.gather.reading import Reading
from multiball.review.gather.state import Span
from multiball.review.sections.proposals.facts import Proposal
from multiball.review.sections.proposals.rivals import Side, find_rivals, per_spend
from multiball.review.sections.proposals.terms import decide_by, owner
from multiball.review.sections.returns.facts import Return
from multiball.review.vocabulary import Vocabulary

PLACE = 20
_DAYS_OF_MONTH = 30.4375
_QUANTILES = 1.644854 + 0.841621
"""Of the normal distribution: an error of 5 % on either side, and 80 % certainty to see a difference that is there."""
_LONGEST_TEST = 24
"""Months; a difference that takes longer to show is as good as none."""


class HoldAndTest(Proposal):
    """At the present spend `months` more months show the difference of two returns from `since` to `until`; None where they would not."""

    kind: Literal["hold_and_test"] = "hold_and_test"
    worse: Side
    better: Side
    since: date
    until: date
    months: int | None

    def title(self, vocabulary: Vocabulary) -> str:
        """Which campaigns, and whether to measure on."""
        never = "_never" if self.months is None else ""
        low, high = (vocabulary.member(side.name) for side in (self.worse, self.better))
        return vocabulary.say(f"proposal.hold_and_test.title{never}", low_name=low, high_name=high)

    def evidence(self, vocabulary: Vocabulary) -> str:
        """What each brought back, and what time alone will bring."""
        so_far = vocabulary.say(
            "proposal.hold_and_test.evidence",
            since=vocabulary.day(self.since),
            until=vocabulary.day(self.until),
            one=vocabulary.one(),
            **self.worse.words(vocabulary, "low"),
            **self.better.words(vocabulary, "high"),
        )
        if self.months is None:
            return vocabulary.sentences([so_far, vocabulary.say("proposal.hold_and_test.never")])
        return vocabulary.sentences([so_far, vocabulary.count("proposal.hold_and_test.months", self.months)])


def propose(reading: Reading) -> Iterator[HoldAndTest]:
    """One at most."""
    rivals = reading.once(find_rivals)
    if rivals is None or rivals.is_credible:
        return
    yield HoldAndTest(
        id=f"{reading.state.month.first:%Y-%m}/hold_and_test/{rivals.worst.key}/{rivals.best.key}",
        worse=Side.of(rivals.worst),
        better=Side.of(rivals.best),
        since=rivals.evidence.first,
        until=rivals.evidence.last,
        months=months_to_tell_apart(rivals.best, rivals.worst, rivals.evidence),
        metric=rivals.metric,
        dimension=rivals.dimension,
        member=rivals.member,
        member_name=name_of({}, rivals.dimension, rivals.member),
        expected=None,
        expected_low=None,
        expected_high=None,
        owner=owner(reading, rivals.metric.name),
        decide_by=decide_by(reading),
    )


def months_to_tell_apart(best: Return, worst: Return, evidence: Span) -> int | None:
    """How many more months like those of the evidence show a difference as great as the one seen; None where it is none, or too small.

    The logarithm of the ratio of two Poisson numbers has a variance of about 1/n + 1/m, which falls with time as both numbers grow.
    """
    if per_spend(worst) <= 0 or per_spend(best) == per_spend(worst):
        return None
    months = ((evidence.last - evidence.first).days + 1) / _DAYS_OF_MONTH
    distance = log(per_spend(best) / per_spend(worst))
    variance = sum(1 / float(one.effective_orders or one.orders) for one in (best, worst))
    needed = (_QUANTILES / distance) ** 2 * variance * months
    return max(1, ceil(needed - months)) if needed <= _LONGEST_TEST else None
