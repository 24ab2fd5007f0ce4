"""Days of the month that a platform may still restate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from multiball.review.exact import ratio
from multiball.review.gather.reading import Reading
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 60


class NotFinal(Caveat):
    """The platform may still restate `days` days from `since` on. `spend` is the spend on them, `share` its share of the month's.

    Both are None without spend.
    """

    kind: Literal["not_final"] = "not_final"
    platform: str
    since: date
    days: int
    spend: Decimal | None
    share: Decimal | None

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The days and their spend."""
        platform, days, since = vocabulary.member(self.platform), vocabulary.count("days", self.days), vocabulary.day(self.since)
        if self.spend is None:
            return self.say(vocabulary, ".no_spend", platform=platform, days=days, since=since)
        spend, share = vocabulary.money(self.spend), vocabulary.share(self.share)
        return self.say(vocabulary, platform=platform, days=days, since=since, spend=spend, share=share)


def read(reading: Reading) -> Iterator[Caveat]:
    """By platform, most spend first."""
    month = reading.state.month
    rows = reading.state.rows(f"""
        select
            days.platform,
            days.since,
            days.days,
            cast(spent.open_spend as decimal(38, 6)) as open_spend,
            cast(spent.spend as decimal(38, 6)) as spend
        from (
            select platform, min(date_day) as since, count(distinct date_day) as days
            from fct_account_daily
            where not is_final and {month.sql}
            group by platform
        ) as days
        left join (
            select platform, sum(case when not is_final then spend_reporting end) as open_spend, sum(spend_reporting) as spend
            from fct_ad_daily
            where {month.sql}
            group by platform
        ) as spent on days.platform = spent.platform
        order by spent.open_spend desc nulls last, days.platform
    """)
    for row in rows:
        share = ratio(row["open_spend"], row["spend"])
        yield NotFinal(platform=row["platform"], since=row["since"], days=row["days"], spend=row["open_spend"], share=share)
