"""Failures of a disk, or of an engine that writes to one, as errors of one line."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from multiball.warehouse.interface import WarehouseError

ENGINE_FAILURES = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException, duckdb.FatalException)
"""DuckDB's errors that the SQL does not cause."""


@contextmanager
def disk_failures(where: Path) -> Iterator[None]:
    """Turn failures of the disk into a WarehouseError of one line."""
    try:
        yield
    except (OSError, *ENGINE_FAILURES) as error:
        full = "No space left" in str(error) or (isinstance(error, OSError) and error.errno in (errno.EDQUOT, errno.EFBIG))
        remedy = "Free space there and run it again; what was there before is unchanged." if full else "Fix that and run it again."
        if isinstance(error, duckdb.OutOfMemoryException) and not full:
            remedy = "Raise MULTIBALL_MEMORY_LIMIT and run it again."
        said = " ".join(str(error).partition("Possible solutions:")[0].split())
        raise WarehouseError(f"{where}: could not write ({said}). {remedy}") from error
