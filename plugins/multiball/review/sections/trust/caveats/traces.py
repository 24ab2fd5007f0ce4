"""Orders and sessions of unknown origin."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from multiball.review.exact import ratio
from multiball.review.gather.reading import Reading
from multiball.review.sections.channels.gather import UNATTRIBUTED
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 110


class Unattributed(Caveat):
    """Orders without a known touch, with their share of revenue; None where revenue is unknown or 0."""

    kind: Literal["unattributed"] = "unattributed"
    orders: int
    revenue: Decimal
    share: Decimal | None

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Their number and value."""
        orders, revenue = vocabulary.count("orders", self.orders), vocabulary.money(self.revenue)
        return self.say(vocabulary, orders=orders, revenue=revenue, share=vocabulary.share(self.share))


class UntaggedSessions(Caveat):
    """Sessions of unknown origin, and their share of all."""

    kind: Literal["untagged_sessions"] = "untagged_sessions"
    sessions: int
    share: Decimal | None

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Their number and share."""
        return self.say(vocabulary, sessions=vocabulary.whole(self.sessions), share=vocabulary.share(self.share))


def read(reading: Reading) -> Iterator[Caveat]:
    """Orders first."""
    state = reading.state
    [orders] = state.rows(f"""
        select
            coalesce(sum(case when channel = '{UNATTRIBUTED}' then orders end), 0) as orders,
            cast(coalesce(sum(case when channel = '{UNATTRIBUTED}' then revenue end), 0) as decimal(38, 6)) as revenue
        from conversion_daily
        where {state.month.sql}
    """)
    if orders["orders"]:
        share = ratio(orders["revenue"], reading.values.month.get("revenue"))
        yield Unattributed(orders=int(orders["orders"]), revenue=orders["revenue"], share=share)
    [sessions] = state.rows(f"""
        select count(case when evidence = 'nothing' then 1 end) as untagged, count(*) as sessions
        from fct_session
        where not is_bot and {state.month.sql}
    """)
    if sessions["untagged"]:
        share = ratio(sessions["untagged"], sessions["sessions"])
        yield UntaggedSessions(sessions=sessions["untagged"], share=share)
