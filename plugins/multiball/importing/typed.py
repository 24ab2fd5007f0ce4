"""Parquet: its typed cells are converted to the text that a CSV file would have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from multiball.importing.tables import Table, text_batch, unique_names
from multiball.shapes import InputError


def open_parquet(path: Path) -> Table:
    """A Parquet file; its columns keep their types until they are converted to text."""
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            f"is not a Parquet file ({error})", where=str(path), remedy="It may be cut off: fetch it again, or set file.format."
        ) from error

    names = file.schema_arrow.names
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"has several columns with the name {twice[0]!r}", where=str(path), remedy="Give each column a name of its own.")
    written = dict(zip(unique_names(names), names, strict=True))

    def read(wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        number = 1
        try:
            for batch in file.iter_batches(batch_size=100_000, columns=[written[name] for name in wanted]):
                rows = pa.array(range(number, number + batch.num_rows), pa.int64())
                yield text_batch({name: batch.column(written[name]) for name in wanted}, rows)
                number += batch.num_rows
        except (pa.ArrowInvalid, OSError) as error:
            raise InputError(f"row {number} and later cannot be read ({error})", where=str(path), remedy="Fetch it again.") from error

    return Table(str(path), path.name, tuple(written), read)
