"""A fix for Great Expectations on DuckDB.

Great Expectations fetches a result's rows after it has closed the connection; the rollback on closing drops DuckDB's pending result, and
the validation ends in an IndexError. Buffering each result as soon as its statement has run keeps the rows. Needed as long as
`resolve_metric_bundle` of `SqlAlchemyExecutionEngine` fetches outside its connection's scope.
"""

from __future__ import annotations

from duckdb_engine import Dialect
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

_Context = Dialect.execution_ctx_cls


class _BufferedExecutionContext(_Context):  # type: ignore[misc, valid-type]
    """Fetches a whole result as soon as its statement has run."""

    def post_exec(self) -> None:
        super().post_exec()
        if self.cursor.description is not None and not (self.isinsert or self.isupdate or self.isdelete):
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor, initial_buffer=self.cursor.fetchall())


def install() -> None:
    """Make the duckdb dialect of SQLAlchemy buffer its results, in this process. Calling it again changes nothing."""
    Dialect.execution_ctx_cls = _BufferedExecutionContext
