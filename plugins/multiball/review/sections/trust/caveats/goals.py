"""Goals with an unknown status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from multiball.review.facts import Words
from multiball.review.gather.reading import Reading
from multiball.review.sections.goals.facts import Goals
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 90


class GoalNotAssessed(Caveat):
    """A goal that cannot be assessed; `reason` as in `GoalProgress`."""

    kind: Literal["goal_cannot_tell"] = "goal_cannot_tell"
    goal: str
    text: Words
    reason: str | None

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The goal, and why."""
        known = self.reason is not None and vocabulary.catalogue.knows("reason", self.reason)
        reason = vocabulary.word("reason", self.reason or "") if known else vocabulary.say("reason_other")
        return self.say(vocabulary, text=vocabulary.clause(self.text), reason=reason)


def read(reading: Reading) -> Iterator[Caveat]:
    """In the order of the goals."""
    for goal in reading.of(Goals).goals:
        if goal.status == "cannot_tell":
            yield GoalNotAssessed(goal=goal.goal, text=goal.text, reason=goal.reason)
