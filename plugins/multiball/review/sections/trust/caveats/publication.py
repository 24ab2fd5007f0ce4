"""A newest build that failed its checks and is not published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from multiball.review.gather.reading import Reading
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary
from multiball.warehouse import as_utc
from multiball.warehouse.records import OWN, PUBLICATION

PLACE = 10


class PublicationBlocked(Caveat):
    """The newest build was blocked at `since` (UTC). Readers see the one of `published_as_of`; None where none was published."""

    kind: Literal["publication_blocked"] = "publication_blocked"
    since: datetime
    reason: str | None
    published_as_of: datetime | None

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Since when, and which build is shown instead."""
        return self.say(vocabulary, since=vocabulary.moment(self.since), published_as_of=vocabulary.moment(self.published_as_of))


def read(reading: Reading) -> Iterator[Caveat]:
    """One, if the newest build before the review was blocked."""
    warehouse = reading.state.warehouse
    warehouse.ensure_raw(OWN, PUBLICATION)
    decided = warehouse.read_raw(
        OWN,
        f"""
        select status, reason, decided_at, as_of
        from raw_{OWN}.{PUBLICATION.name}
        where decided_at <= timestamp '{as_utc(reading.issued_at)}'
        order by decided_at desc, build_id desc
        """,
    ).to_pylist()
    if decided and decided[0]["status"] == "blocked":
        published = next((row["as_of"] for row in decided if row["status"] == "published"), None)
        yield PublicationBlocked(since=decided[0]["decided_at"], reason=decided[0]["reason"], published_as_of=published)
