"""The proposals to decide. The class of each rule is in a module of `rules/`."""

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
    """A proposal to decide. The rule's own fields are the numbers and names of its evidence.

    `expected_low` and `expected_high` are the 90 % interval of the expected monthly change of `metric` (for `dimension` and `member`).
    """

    id: str
    """The same in every version of the month's review."""
    kind: str
    """The name of the rule."""
    metric: Metric
    dimension: str
    member: str
    member_name: str | None = None
    """The member's name in its source; None for the total."""
    expected: Decimal | None
    expected_low: Decimal | None
    expected_high: Decimal | None
    owner: str
    """Id of a team; empty without goals and teams."""
    decide_by: date

    @abstractmethod
    def title(self, vocabulary: Vocabulary) -> str:
        """The proposed action."""

    @abstractmethod
    def evidence(self, vocabulary: Vocabulary) -> str:
        """The reasons, in sentences."""


class Proposals(SectionFacts):
    """The proposals by the places of their rules; there may be none."""

    proposals: tuple[SerializeAsAny[Proposal], ...] = ()
