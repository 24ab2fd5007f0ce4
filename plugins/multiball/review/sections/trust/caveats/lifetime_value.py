"""Why customer lifetime value is unavailable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from multiball.review.gather.reading import Reading
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 100


class LifetimeValueUnavailable(Caveat):
    """`reason` is the text of the model."""

    kind: Literal["lifetime_value_cannot_tell"] = "lifetime_value_cannot_tell"
    reason: str

    def sentence(self, vocabulary: Vocabulary) -> str:
        """That lifetime value is unavailable."""
        return self.say(vocabulary)


def read(reading: Reading) -> Iterator[Caveat]:
    """By reason."""
    for row in reading.state.rows("select cannot_tell from clv_quality where cannot_tell is not null order by cannot_tell"):
        yield LifetimeValueUnavailable(reason=row["cannot_tell"])
