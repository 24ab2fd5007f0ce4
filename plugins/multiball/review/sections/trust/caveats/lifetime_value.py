"""Why no customer's worth is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from multiball.review.gather.reading import Reading
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 100


class LifetimeValueCannotTell(Caveat):
    """`reason` is in the words of the model."""

    kind: Literal["lifetime_value_cannot_tell"] = "lifetime_value_cannot_tell"
    reason: str

    def sentence(self, vocabulary: Vocabulary) -> str:
        """That it is so."""
        return self.say(vocabulary)


def read(reading: Reading) -> Iterator[Caveat]:
    """By reason."""
    for row in reading.state.rows("select cannot_tell from clv_quality where cannot_tell is not null order by cannot_tell"):
        yield LifetimeValueCannotTell(reason=row["cannot_tell"])
