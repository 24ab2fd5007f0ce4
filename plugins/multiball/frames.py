"""Published marts as pandas frames, for notebooks and scripts: `from multiball import connect`.

docs/how-to/analyse-in-python.md shows it.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from multiball import marts
from multiball.moments import parse_moment
from multiball.settings import Workspace, workspace
from multiball.shapes import InputError
from multiball.warehouse import Target, Warehouse, open_warehouse

if TYPE_CHECKING:
    import pandas as pd

Types = Literal["exact", "plain"]


class Published:
    """What readers of a workspace see: the last published build, or the state as of a moment. Read-only.

    Each query sees one complete build; the next query sees a build that was published in between.
    """

    def __init__(self, here: Workspace) -> None:
        self._workspace = here
        self._warehouse: Warehouse = open_warehouse(here)

    @property
    def reporting_currency(self) -> str:
        """The currency of the columns `…_reporting` and of all metrics that are money."""
        return self._workspace.reporting_currency

    def marts(self) -> pd.DataFrame:
        """One row per mart: its name and description."""
        import pandas as pd

        known = sorted(marts.marts().values(), key=lambda mart: mart.name)
        return pd.DataFrame({"mart": [mart.name for mart in known], "description": [mart.description.strip() for mart in known]})

    def frame(self, sql: str, *, as_of: str | date | None = None, types: Types = "exact") -> pd.DataFrame:
        """The result of one SELECT over the marts. Raises `InputError` if the query is invalid.

        Columns keep the types of the marts, as pandas' Arrow types: decimals stay exact, dates stay dates, integers with missing values
        stay integers, and an unknown value is `<NA>`, never 0. `types="plain"` gives pandas' own types, for charts and models that need
        them: decimals become floats, so that sums of money are no longer exact, and dates become timestamps.
        `as_of` is an ISO date (its end), or date and time, UTC.
        """
        import pandas as pd

        if types not in ("exact", "plain"):
            raise InputError(f"{types!r} is not one of exact, plain", where="types", remedy='Give types="exact" or types="plain".')
        table = self.arrow(sql, as_of=as_of)
        if types == "exact":
            return table.to_pandas(types_mapper=pd.ArrowDtype)
        nullable = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype(), pa.bool_(): pd.BooleanDtype()}
        return _with_floats(table).to_pandas(types_mapper=nullable.get, date_as_object=False)

    def arrow(self, sql: str, *, as_of: str | date | None = None) -> pa.Table:
        """The same result as an Arrow table."""
        return self._warehouse.query(sql, self._target(as_of))

    def _target(self, as_of: str | date | None) -> Target | None:
        if as_of is None:
            return None
        from multiball.flows.steps import rebuild_as_of

        text = as_of.isoformat() if isinstance(as_of, date | datetime) else as_of
        return rebuild_as_of(self._workspace, self._warehouse, parse_moment(text, "as_of"), notify=lambda line: None)


def connect(home: str | Path | None = None) -> Published:
    """The published marts of the workspace in the folder `home`, by default that of MULTIBALL_HOME. Raises `InputError`."""
    return Published(Workspace(Path(home).resolve()) if home is not None else workspace())


def _with_floats(table: pa.Table) -> pa.Table:
    """Decimals as floats, cast by way of text: Arrow's own cast of 0.100000 is not the double 0.1."""
    for position, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            table = table.set_column(position, field.name, table.column(position).cast(pa.string()).cast(pa.float64()))
    return table
