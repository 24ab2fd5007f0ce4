"""Keeps the typed rows of a load on disk until its extraction has ended, so that only a few pages are in memory and nothing is visible too
early.

While a page is hashed and written, in a thread of its own, the next one is extracted and typed.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from multiball.landing.identity import Identities
from multiball.landing.records import REJECTED, Records, Tally, TypedPage, accepted_schema, refuse_flips, typed_page
from multiball.shapes import Entity, SourceError
from multiball.warehouse.disk import disk_failures
from multiball.warehouse.raw_schema import ARROW_TYPES, entity_columns

_TYPED_TOGETHER, _WRITTEN_TOGETHER = 10_000, 50_000
_ABANDONED_SECONDS = 2 * 86400
_MEMORY = "128MB"
"""What the engine of a load may use; the rest goes to disk, so that a load of any size fits."""


class EntitySpool:
    """The rows of one entity: `accepted` and `rejected` are Parquet files, complete once the spool is closed.

    `accepted` has a row's hash as `_row_hash`. `engine` is a cursor of the load's engine, with temporary tables of its own.
    """

    def __init__(self, entity: Entity, folder: Path, engine: duckdb.DuckDBPyConnection, identities: Identities, source: str) -> None:
        self.entity, self.engine = entity, engine
        self.accepted, self.rejected = folder / f"{entity.name}.accepted.parquet", folder / f"{entity.name}.rejected.parquet"
        self.drift: frozenset[str] = frozenset()
        self.seen = False
        self.replaced = self.accepted_rows = self.rejected_rows = 0
        self._tallies: dict[str, Tally] = {}
        self._identities, self._source = identities, source
        self._waiting: list[dict[str, object]] = []
        self._pages: list[TypedPage] = []
        self._writers = (
            pq.ParquetWriter(self.accepted, spool_schema(entity), use_dictionary=False),
            pq.ParquetWriter(self.rejected, REJECTED),
        )

    @property
    def rows(self) -> int:
        """Rows so far."""
        return self.accepted_rows + self.rejected_rows

    def add(self, records: Records) -> list[TypedPage]:
        """Add a page. Returns the pages to write, once there are enough: small ones are typed and written together."""
        self.seen = True
        if isinstance(records, pa.Table):
            self._type(records)
        else:
            self._waiting.extend(records)
            if len(self._waiting) >= _TYPED_TOGETHER:
                self._type_waiting()
        return self.rest() if sum(page.accepted.num_rows for page in self._pages) >= _WRITTEN_TOGETHER else []

    def rest(self) -> list[TypedPage]:
        """The pages that wait to be written."""
        self._type_waiting()
        pages, self._pages = self._pages, []
        return pages

    def _type_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._type(waiting)

    def _type(self, records: Records) -> None:
        page = typed_page(self.entity, records, self.rows + 1, self._identities)
        self.accepted_rows += page.accepted.num_rows
        self.rejected_rows += page.rejected.num_rows
        self.drift |= page.drift
        self.replaced += page.replaced
        self._tallies = {name: self._tallies.get(name, Tally(0)) + tally for name, tally in page.tallies.items()}
        self._pages.append(page)

    def write(self, pages: Sequence[TypedPage]) -> None:
        """Hash and write pages."""
        accepted, rejected = self._writers
        for page in pages:
            if page.rejected.num_rows:
                rejected.write_table(page.rejected)
        if table := pa.concat_tables(page.accepted for page in pages).combine_chunks():
            accepted.write_table(self._hashed(table))

    def close(self) -> None:
        """Complete the files. `SourceError` if a field has changed its type."""
        self.release()
        refuse_flips(self.entity, self._tallies, self._source)

    def release(self) -> None:
        """Close the files as they are."""
        for writer in self._writers:
            writer.close()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The accepted rows in the order of the extraction, a page at a time."""
        with pq.ParquetFile(self.accepted, pre_buffer=False) as file:
            yield from file.iter_batches(_WRITTEN_TOGETHER)

    def _hashed(self, page: pa.Table) -> pa.Table:
        self.engine.register("page", page)
        hashes = self.engine.sql(f"select {row_hash(self.entity)} as _row_hash from page").to_arrow_table()
        self.engine.unregister("page")
        return page.append_column("_row_hash", hashes.column(0)).cast(spool_schema(self.entity))


def spool_schema(entity: Entity) -> pa.Schema:
    """The Arrow schema of the accepted rows of a spool."""
    return accepted_schema(entity).append(pa.field("_row_hash", ARROW_TYPES["string"]))


def row_hash(entity: Entity) -> str:
    """SQL of a row's hash: over `name=value` of the columns with a value, in order of name, so that a new field changes no old hash."""
    pairs = []
    for name, kind in sorted(entity_columns(entity).items()):
        value = (
            f"replace(\"{name}\", chr(31), ' ')" if kind == "string" else f'cast("{name}" as varchar)'
        )  # only texts can have the separator
        pairs.append(f"'{name}=' || {value}")
    return f"md5(concat_ws(chr(31), {', '.join(pairs)}))"


class _Background:
    """Runs one task at a time in a thread of its own. What a task raises is raised when the next one starts, or by `wait`."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._running: Future[None] | None = None

    def run(self, task: Callable[[list[TypedPage]], None], pages: list[TypedPage]) -> None:
        self.wait()
        self._running = self._pool.submit(task, pages)

    def wait(self) -> None:
        running, self._running = self._running, None
        if running:
            running.result()


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
        with duckdb.connect(config={"threads": 2, "memory_limit": _MEMORY, "temp_directory": str(folder)}) as engine:
            spools = {entity.name: EntitySpool(entity, folder, engine.cursor(), identities, source) for entity in entities}
            try:
                _write_all(spools, pages, scratch, source)
            finally:
                with disk_failures(scratch):
                    for spool in spools.values():
                        spool.release()
            yield list(spools.values())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_all(spools: dict[str, EntitySpool], pages: Iterable[tuple[str, Records]], scratch: Path, source: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        background = _Background(pool)
        for name, records in pages:
            if name not in spools:
                raise SourceError(
                    f"returned records of {name}, which is not declared",
                    source=source,
                    remedy=f"Declare the entity. Declared are {', '.join(spools)}.",
                )
            with disk_failures(scratch):
                if typed := spools[name].add(records):
                    background.run(spools[name].write, typed)
        with disk_failures(scratch):
            for spool in spools.values():
                if typed := spool.rest():
                    background.run(spool.write, typed)
            background.wait()
            for spool in spools.values():
                spool.close()


def _sweep(scratch: Path) -> None:
    """Remove the files of loads and imports that were killed days ago."""
    for left_over in (*scratch.glob("load-*"), *scratch.glob("import-*")):
        if time.time() - left_over.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(left_over, ignore_errors=True)
