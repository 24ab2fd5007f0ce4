"""Keep the budgets of two campaigns whose returns are too close to choose between, and continue to measure."""

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
"""Of the normal distribution: an error of 5 % on either side, and a power of 80 %."""
_LONGEST_TEST = 24
"""In months; a difference that takes longer to detect is treated as none."""


class HoldAndTest(Proposal):
    """Two returns from `since` to `until` are too close. `months` more at this spend show the difference; None where they would not."""

    kind: Literal["hold_and_test"] = "hold_and_test"
    worse: Side
    better: Side
    since: date
    until: date
    months: int | None

    def title(self, vocabulary: Vocabulary) -> str:
        """The campaigns, and whether to continue to measure."""
        never = "_never" if self.months is None else ""
        low, high = (vocabulary.member(side.name) for side in (self.worse, self.better))
        return vocabulary.say(f"proposal.hold_and_test.title{never}", low_name=low, high_name=high)

    def evidence(self, vocabulary: Vocabulary) -> str:
        """The return of each, and how long it takes to distinguish them."""
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
        months=months_to_distinguish(rivals.best, rivals.worst, rivals.evidence),
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


def months_to_distinguish(best: Return, worst: Return, evidence: Span) -> int | None:
    """The number of further months needed to detect the observed difference; None where it is 0 or too small.

    The logarithm of the ratio of two Poisson numbers has a variance of about 1/n + 1/m, which falls over time as both numbers grow.
    """
    if per_spend(worst) <= 0 or per_spend(best) == per_spend(worst):
        return None
    months = ((evidence.last - evidence.first).days + 1) / _DAYS_OF_MONTH
    distance = log(per_spend(best) / per_spend(worst))
    variance = sum(1 / float(one.effective_orders or one.orders) for one in (best, worst))
    needed = (_QUANTILES / distance) ** 2 * variance * months
    return max(1, ceil(needed - months)) if needed <= _LONGEST_TEST else None
