"""The input for gathering a section: one state of the warehouse, and the facts of other sections."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar, cast

from multiball.review.facts import F, Metric, Words
from multiball.review.gather.coverage import Coverage, read_coverage
from multiball.review.gather.data_ranges import DataRange, read_data_ranges
from multiball.review.gather.names import Names, read_names
from multiball.review.gather.state import State, local_day
from multiball.review.gather.values import Values, read_values
from multiball.review.sections import gatherers

T = TypeVar("T")


@dataclass(eq=False)
class Reading:
    """One state of the warehouse, from which a review is read. Everything is read once.

    `teams` are the names of the plan's teams by id, `configured` the sources of the workspace.
    """

    state: State
    issued_at: datetime
    time_zone: str
    teams: Mapping[str, Words]
    configured: Collection[str]
    _known: dict[object, Any] = field(default_factory=dict)

    @cached_property
    def coverage(self) -> Coverage:
        """On which days all sources of a metric are known."""
        return read_coverage(self.state)

    @cached_property
    def values(self) -> Values:
        """The metrics of the month and the month before."""
        return read_values(self.state, self.coverage)

    @cached_property
    def names(self) -> Names:
        """The names of campaigns and accounts."""
        return read_names(self.state)

    @cached_property
    def data_ranges(self) -> list[DataRange]:
        """The days with data of each source."""
        return read_data_ranges(self.state, self.time_zone)

    @property
    def issued_on(self) -> date:
        """The day on which the review is issued, in the readers' time zone."""
        return local_day(self.issued_at, self.time_zone)

    @property
    def has_orders(self) -> bool:
        """Whether orders are known on every day of the month."""
        return self.values.month.get("orders") is not None and "orders" not in self.values.incomplete

    def metric(self, name: str | None) -> Metric | None:
        """The metric of that name, if the catalogue has it."""
        return self.values.catalogue.get(name or "")

    def of(self, kind: type[F]) -> F:
        """The facts of a section."""
        return cast(F, self.once(gatherers()[kind.section()].gather))

    def once(self, read: Callable[[Reading], T]) -> T:
        """The result of `read`, computed on the first call and cached."""
        if read not in self._known:
            self._known[read] = read(self)
        found: T = self._known[read]
        return found
