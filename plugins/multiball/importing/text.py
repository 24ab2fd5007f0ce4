"""Delimited and fixed-width text, parsed once the whole file is known to be text in its encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from multiball.importing.decoding import BLOCK, Text, decode, open_bytes
from multiball.importing.mapping import FixedColumn, Layout
from multiball.importing.tables import Table, text_batch, unique_names
from multiball.shapes import InputError

_LINE = "line"


def open_delimited(path: Path, layout: Layout, delimiter: str) -> Table:
    """A CSV or TSV file; InputError if it is wrongly encoded, cut off, without rows, or has another delimiter."""
    text = decode(path, layout)
    with open_bytes(path) as raw:
        lines = io.TextIOWrapper(raw, encoding=_signature_free(layout.encoding), newline="")
        for _ in range(layout.skip_lines):
            lines.readline()
        try:
            first = next(
                csv.reader(
                    lines, delimiter=delimiter, quotechar=layout.quote, quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE
                ),
                [],
            )
        except csv.Error as error:
            raise InputError(
                f"its header cannot be read ({error})", where=str(path), remedy="Check file.quote and file.delimiter."
            ) from error
    if not first:
        raise InputError(f"line {layout.skip_lines + 1} has no header", where=str(path), remedy="Check file.skip_lines.")
    names = unique_names(first if layout.header else [str(column) for column in layout.columns])
    if len(names) != len(first) and not layout.header:
        raise InputError(
            f"its first row has {len(first)} cells and file.columns has {len(names)}",
            where=str(path),
            remedy="Name every column, in order.",
        )
    if len(first) == 1 and (other := max(";,\t|", key=first[0].count)) and first[0].count(other):
        raise InputError(
            f"one column was found, {first[0][:60]!r}",
            where=str(path),
            remedy=f"Set file.delimiter: {'tab' if other == chr(9) else repr(other)}.",
        )
    table = Table(str(path), path.name, names, lambda wanted: iter(()), ends_open=not text.ends_in_newline)

    def read(wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        return _batches(path, layout, delimiter, table, wanted, text)

    table.read = read
    return table


def _signature_free(encoding: str) -> str:
    return "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding


def _batches(path: Path, layout: Layout, delimiter: str, table: Table, wanted: Sequence[str], text: Text) -> Iterator[pa.RecordBatch]:
    broken: list[int] = []
    if text.breaks < layout.skip_lines + int(layout.header):
        return

    def note(row: pacsv.InvalidRow) -> str:
        table.broken.append((row.number, f"has {row.actual_columns} cells where the header has {row.expected_columns}"))
        broken.append(row.number)
        return "skip"

    header = int(layout.header)
    options = {
        "read_options": pacsv.ReadOptions(
            use_threads=False, block_size=BLOCK, encoding=layout.encoding, skip_rows=layout.skip_lines,
            skip_rows_after_names=header, column_names=table.columns,
        ),
        "parse_options": pacsv.ParseOptions(
            delimiter=delimiter, quote_char=layout.quote or False, newlines_in_values=bool(layout.quote), ignore_empty_lines=False,
            invalid_row_handler=note,
        ),
        "convert_options": pacsv.ConvertOptions(
            strings_can_be_null=False, include_columns=list(wanted) or list(table.columns[:1]),
            column_types=dict.fromkeys(table.columns, pa.string()),
        ),
    }  # fmt: skip
    first, given, last = layout.skip_lines + header + 1, 0, layout.skip_lines + header
    tail: pa.RecordBatch | None = None
    try:
        with open_bytes(path) as stream:
            for batch in pacsv.open_csv(stream, **options):
                if batch.num_rows:
                    indexes = np.arange(given, given + batch.num_rows)
                    before = np.array(sorted(broken), dtype=np.int64) - first - np.arange(len(broken))
                    rows = first + indexes + np.searchsorted(before, indexes, side="right")
                    given, last, tail = given + batch.num_rows, int(rows[-1]), batch.slice(batch.num_rows - 1)
                    yield text_batch({name: batch.column(name) for name in wanted}, pa.array(rows))
    except pa.ArrowInvalid as error:
        if "Empty CSV" not in str(error):
            raise InputError(
                f"cannot be parsed ({error})", where=str(path), remedy="Check file.quote, file.delimiter and file.encoding."
            ) from error
    if not text.ends_in_newline and broken and max(broken) > last and not layout.skip_last_lines:
        raise InputError(
            f"the file is cut off in row {max(broken)}",
            where=str(path),
            remedy="Export it again, or set file.skip_last_lines if that row is a closing line.",
        )
    swallowed = tail is not None and any({"\n", "\r"} & set(str(column[0])) for column in tail.columns)
    if text.odd_quotes and (swallowed or not text.ends_in_newline):
        raise InputError(
            f"a quote is left open at or before row {last}",
            where=str(path),
            remedy="The file may be cut off: fetch it again, or set file.quote.",
        )


def open_fixed(path: Path, layout: Layout) -> Table:
    """A fixed-width file: each column has a fixed position in the line."""
    import pyarrow.compute as pc

    columns = [column for column in layout.columns if isinstance(column, FixedColumn)]
    whole = max(column.start + column.width - 1 for column in columns)
    least = max(column.start for column in columns)
    text = decode(path, layout)
    lines = Table(str(path), path.name, (_LINE,), lambda wanted: iter(()))
    unquoted = Layout(**{**layout.__dict__, "quote": None})
    table = Table(str(path), path.name, tuple(column.name for column in columns), lambda wanted: iter(()))

    def read(wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        final: tuple[int, int] = (0, whole)
        for batch in _batches(path, unquoted, "\x1f", lines, [_LINE], text):
            line = pc.utf8_rtrim(batch.column(0), characters="\r\x1a")
            lengths, rows = pc.utf8_length(line), batch.column(1)
            final = (rows[-1].as_py(), lengths[-1].as_py())
            short = pc.and_(pc.less(lengths, least), pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(line)), 0))
            for number in rows.filter(short).to_pylist():
                table.broken.append((number, f"is shorter than {least} characters, where its last column begins"))
            kept = pc.invert(short)
            cells = {
                column.name: pc.utf8_slice_codeunits(line, column.start - 1, column.start - 1 + column.width).filter(kept)
                for column in columns if column.name in wanted
            }  # fmt: skip
            yield text_batch(cells, rows.filter(kept))
        if not text.ends_in_newline and final[1] < whole and not layout.skip_last_lines:
            raise InputError(f"the file is cut off in row {final[0]}", where=str(path), remedy="Fetch or export it again.")

    table.read = read
    return table
