"""Series that a platform discontinued in the month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from multiball.review.gather.reading import Reading
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 70


class MetricRetired(Caveat):
    """The series is empty from `since` on."""

    kind: Literal["metric_retired"] = "metric_retired"
    platform: str
    metric: str
    since: date

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The platform, the series and its end."""
        label, since = vocabulary.metric(self.metric), vocabulary.day(self.since)
        return self.say(vocabulary, platform=vocabulary.member(self.platform), label=label, since=since)


def read(reading: Reading) -> Iterator[Caveat]:
    """Series that ended after the data begin, the earliest first."""
    state, values = reading.state, reading.values
    metrics = {f"{metric.mart}.{metric.column}": name for name, metric in values.catalogue.items() if metric.column}
    rows = state.rows(f"""
        select platform, coalesce(series_break, '') as series_break, min(date_day) as since
        from fct_account_daily
        where date_day <= date '{state.month.last}'
        group by 1, 2
        order by 3, 1, 2
    """)
    first_days: dict[str, date] = {}
    retired: dict[tuple[str, str], date] = {}
    for row in rows:
        first_days.setdefault(row["platform"], row["since"])
        for column in filter(None, row["series_break"].split(", ")):
            retired.setdefault((row["platform"], column), row["since"])
    for (platform, column), since in retired.items():
        # a series that ended before the data begin is not new
        if since >= state.month.first and since > first_days[platform]:
            yield MetricRetired(platform=platform, metric=metrics.get(f"fct_account_daily.{column}", column), since=since)
