"""Rows that a source no longer returns but that still count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from multiball.review.gather.reading import Reading
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 30


class DeletionHeld(Caveat):
    """Rows that the source has not returned since `since` (UTC); they count until their deletion is confirmed."""

    kind: Literal["deletion_held"] = "deletion_held"
    source: str
    rows: int
    since: datetime

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The number of rows, and since when."""
        return self.say(
            vocabulary, source=vocabulary.member(self.source), rows=vocabulary.whole(self.rows), since=vocabulary.moment(self.since)
        )


def read(reading: Reading) -> Iterator[Caveat]:
    """By source, most rows first."""
    rows = reading.state.rows("""
        select source_name, cast(sum(rows_held) as bigint) as held_rows, min(held_since) as since
        from source_freshness
        where rows_held > 0
        group by source_name
        order by held_rows desc, source_name
    """)
    for row in rows:
        yield DeletionHeld(source=row["source_name"], rows=row["held_rows"], since=row["since"])
