"""The facts of a month's review, read from the marts of one state of the warehouse."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from multiball.review.facts import Caveat, Review, Words
from multiball.review.gather.caveats import (
    beginning_caveats,
    not_final_caveats,
    publication_caveats,
    reconciliation_caveats,
    retired_caveats,
    trace_caveats,
)
from multiball.review.gather.channels import lifetime_value_caveats, read_channels
from multiball.review.gather.coverage import read_coverage
from multiball.review.gather.decisions import read_decisions
from multiball.review.gather.figures import comparison_caveats, figure_caveats, read_figures
from multiball.review.gather.goals import goal_caveats, read_goals
from multiball.review.gather.months import data_ends, read_data_until
from multiball.review.gather.movements import read_movements
from multiball.review.gather.names import read_names
from multiball.review.gather.proposals import Owners, read_proposals
from multiball.review.gather.returns import are_returns_known, read_returns, return_caveats, withheld_caveats
from multiball.review.gather.sources import held_caveats, read_reaches, source_caveats
from multiball.review.gather.state import Span, State, local_day
from multiball.review.gather.values import read_values
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
    """The review of the month that the day lies in; InputError where the data has none of it, or it was not over at `as_of`.

    `target` None is the published state. `teams` are the names of the plan's teams, whose first owns what no goal has an owner for;
    `sources` are those that are configured. The same state and arguments give the same facts.
    """
    state = State(warehouse, target, Span.month(month))
    while True:
        published = warehouse.published_at()
        review = _read(state, as_of, issued_at, brand, currency, time_zone, teams or {}, sources)
        # a publication between two questions would mix two states
        if target is not None or warehouse.published_at() == published:
            return review


def _read(
    state: State,
    as_of: datetime,
    issued_at: datetime,
    brand: str,
    currency: str,
    time_zone: str,
    teams: Mapping[str, Words],
    sources: Collection[str],
) -> Review:
    reaches = read_reaches(state, time_zone)
    data_until, data_in_part_until = data_ends(state, reaches, read_data_until(state, local_day(as_of, time_zone)))
    values = read_values(state, read_coverage(state))
    names = read_names(state)
    goals = read_goals(state, values, names)
    figures = read_figures(state, values, goals)
    has_orders = values.month.get("orders") is not None and "orders" not in values.incomplete
    has_returns = has_orders and are_returns_known(state, values.coverage)
    returns = read_returns(state, state.month, state.before) if has_returns else []
    caveats: list[Caveat] = [
        *publication_caveats(state, issued_at),
        *source_caveats(state, reaches, sources),
        *held_caveats(state),
        *reconciliation_caveats(state),
        *figure_caveats(figures),
        *comparison_caveats(state, values, figures),
        *not_final_caveats(state),
        *retired_caveats(state, values),
        *beginning_caveats(state, values),
        *goal_caveats(goals),
        *lifetime_value_caveats(state),
        *trace_caveats(state, values),
        *withheld_caveats(state, values.coverage),
        *return_caveats(returns),
    ]
    owners = Owners(goals, last_resort=next(iter(teams), ""))
    return Review(
        brand=brand,
        month=state.month.first,
        as_of=as_utc(as_of),
        issued_at=as_utc(issued_at),
        currency=currency,
        time_zone=time_zone,
        data_until=data_until,
        data_in_part_until=data_in_part_until,
        figures=tuple(figures),
        goals=tuple(goals),
        movements=tuple(read_movements(values, goals, names)),
        returns=tuple(returns),
        channels=tuple(read_channels(state, values)) if has_orders else (),
        caveats=tuple(caveats),
        proposals=tuple(read_proposals(state, values, goals, returns, owners, local_day(issued_at, time_zone))),
        decisions=tuple(read_decisions(state, values.catalogue, names, time_zone)),
        teams=teams,
        labels={name: entry.metric.label for name, entry in values.catalogue.items()},
    )
