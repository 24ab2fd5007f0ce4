"""The facts of a month's review, read from the marts of one state of the warehouse."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from multiball.review.facts import Review, Words
from multiball.review.gather.months import data_ends, read_data_until
from multiball.review.gather.reading import Reading
from multiball.review.gather.state import Span, State, local_day
from multiball.review.sections import gatherers
from multiball.warehouse import Target, Warehouse, as_utc

__all__ = ["gather"]


def gather(
    warehouse: Warehouse,
    target: Target | None,
    *,
    month: date,
    as_of: datetime,
    issued_at: datetime,
    brand: str,
    currency: str,
    time_zone: str,
    teams: Mapping[str, Words] | None = None,
    sources: Collection[str] = (),
) -> Review:
    """The review of the month with the day `month`; InputError where it has no data or was not over at `as_of`.

    `target` None is the published state. `teams` are the names of the plan's teams by id; the first owns proposals without a goal.
    `sources` are the configured ones. The same state and arguments give the same facts.
    """
    state = State(warehouse, target, Span.month(month))
    while True:
        published = warehouse.published_at()
        reading = Reading(state, issued_at, time_zone, teams or {}, sources)
        data_until, data_in_part_until = data_ends(state, reading.data_ranges, read_data_until(state, local_day(as_of, time_zone)))
        review = Review(
            brand=brand,
            month=state.month.first,
            as_of=as_utc(as_of),
            issued_at=as_utc(issued_at),
            currency=currency,
            time_zone=time_zone,
            data_until=data_until,
            data_in_part_until=data_in_part_until,
            sections={name: reading.once(section.gather) for name, section in gatherers().items()},
            teams=reading.teams,
            labels={name: metric.label for name, metric in reading.values.catalogue.items()},
        )
        # a publication between two queries would mix two states
        if target is not None or warehouse.published_at() == published:
            return review
