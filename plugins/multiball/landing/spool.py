"""Keeps the typed rows of a load on disk until its extraction has ended, so that only a few pages are in memory and nothing is visible too
early."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from multiball.landing.identity import Identities
from multiball.landing.records import REJECTED, Records, Tally, accepted_schema, refuse_flips, typed_page
from multiball.shapes import Entity, SourceError
from multiball.warehouse.raw_files import disk_failures

_ROWS_PER_BATCH = 10_000
_ABANDONED_SECONDS = 2 * 86400


class EntitySpool:
    """The rows of one entity: `accepted` and `rejected` are Parquet files, complete once the spool is closed."""

    def __init__(self, entity: Entity, folder: Path, identities: Identities, source: str) -> None:
        self.entity = entity
        self.accepted, self.rejected = folder / f"{entity.name}.accepted.parquet", folder / f"{entity.name}.rejected.parquet"
        self.drift: frozenset[str] = frozenset()
        self.seen = False
        self.replaced = 0
        self._tallies: dict[str, Tally] = {}
        self._identities, self._source = identities, source
        self._rows = 0
        self._waiting: list[dict[str, object]] = []
        self._writers = (pq.ParquetWriter(self.accepted, accepted_schema(entity)), pq.ParquetWriter(self.rejected, REJECTED))

    def add(self, records: Records) -> None:
        """Add a page; small pages are typed together."""
        self.seen = True
        if isinstance(records, pa.Table):
            self._write(records)
            return
        self._waiting.extend(records)
        if len(self._waiting) >= _ROWS_PER_BATCH:
            self._flush()

    def close(self) -> None:
        """Write what is buffered; then the files are readable. `SourceError` if a field has changed its type."""
        self._flush()
        self.release()
        refuse_flips(self.entity, self._tallies, self._source)

    def release(self) -> None:
        """Close the files as they are."""
        for writer in self._writers:
            writer.close()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._write(waiting)

    def _write(self, records: Records) -> None:
        page = typed_page(self.entity, records, self._rows + 1, self._identities)
        self._rows += len(records)
        self.drift |= page.drift
        self.replaced += page.replaced
        self._tallies = {name: self._tallies.get(name, Tally(0)) + tally for name, tally in page.tallies.items()}
        for writer, table in zip(self._writers, (page.accepted, page.rejected), strict=True):
            if table.num_rows:
                writer.write_table(table)


@contextmanager
def spooled(
    scratch: Path, entities: Sequence[Entity], pages: Iterable[tuple[str, Records]], identities: Identities, source: str
) -> Iterator[list[EntitySpool]]:
    """Read all pages; yields the spool of each entity. Raises what the extraction raises, and `SourceError` for a changed type."""
    with disk_failures(scratch):
        scratch.mkdir(parents=True, exist_ok=True)
        _sweep(scratch)
        folder = Path(tempfile.mkdtemp(prefix="load-", dir=scratch))
    try:
        spools = {entity.name: EntitySpool(entity, folder, identities, source) for entity in entities}
        try:
            for name, records in pages:
                if name not in spools:
                    raise SourceError(
                        f"returned records of {name}, which is not declared",
                        source=source,
                        remedy=f"Declare the entity. Declared are {', '.join(spools)}.",
                    )
                with disk_failures(scratch):
                    spools[name].add(records)
            with disk_failures(scratch):
                for spool in spools.values():
                    spool.close()
        finally:
            for spool in spools.values():
                spool.release()
        yield list(spools.values())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(scratch: Path) -> None:
    """Remove the files of loads and imports that were killed days ago."""
    for left_over in (*scratch.glob("load-*"), *scratch.glob("import-*")):
        if time.time() - left_over.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(left_over, ignore_errors=True)
