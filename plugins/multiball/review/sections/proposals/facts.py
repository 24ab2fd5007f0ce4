"""What to decide. The proposal of each rule lies in a module of `rules/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import SerializeAsAny

from multiball.review.facts import Facts, Metric, SectionFacts

if TYPE_CHECKING:
    from multiball.review.vocabulary import Vocabulary


class Proposal(Facts, ABC):
    """Something to decide. The fields of its rule are the numbers and names of its evidence.

    `expected_low` and `expected_high` span what `metric` (of `dimension` and `member`) is expected to change by in a month, 90 %.
    """

    id: str
    """The same proposal has the same id in every version of the month's review."""
    kind: str
    """The name of its rule."""
    metric: Metric
    dimension: str
    member: str
    member_name: str | None = None
    """The member as its source calls it; None for the total."""
    expected: Decimal | None
    expected_low: Decimal | None
    expected_high: Decimal | None
    owner: str
    """Id of a team; empty where neither a goal nor a team is there."""
    decide_by: date

    @abstractmethod
    def title(self, vocabulary: Vocabulary) -> str:
        """What it is called."""

    @abstractmethod
    def evidence(self, vocabulary: Vocabulary) -> str:
        """Sentences that say why it is proposed."""


class Proposals(SectionFacts):
    """The proposals by the places of their rules. That nothing is proposed is an outcome, too."""

    proposals: tuple[SerializeAsAny[Proposal], ...] = ()
