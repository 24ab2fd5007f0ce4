"""The common interface of all kinds of files: tables of cells, with rows numbered as in a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

ROW = "#row"
"""The column of a batch with row numbers as in a spreadsheet: header lines count, the first line is 1."""


@dataclass
class Table:
    """A file, or one sheet of it. `read(names)` yields its cells, batch by batch, with the column `#row`.

    Reading fills `broken` with the malformed rows (number, reason). `where` names the table in messages. `ends_open`: its last
    line has no line break, as in a file that was cut off.
    """

    where: str
    label: str
    columns: tuple[str, ...]
    read: Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
    broken: list[tuple[int, str]] = field(default_factory=list)
    ends_open: bool = False


_NUMBERED = re.compile(r" \(\d+\)$")
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Invisible characters that spreadsheets and web pages put into texts: zero-width ones, direction marks, soft hyphens."""


def plain_name(written: object) -> str:
    """A column's normalised name: composed letters, single blanks, no invisible characters."""
    text = unicodedata.normalize("NFC", str(written))
    return " ".join("".join(letter for letter in text if unicodedata.category(letter) != "Cf").split())


def unique_names(header: Sequence[object]) -> tuple[str, ...]:
    """Unique names of columns: `column 3` for an empty header, `name (2)` for a repeated name in any case."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for position, written in enumerate(header, start=1):
        name = plain_name(written) or f"column {position}"
        earlier = seen[name.casefold()]
        names.append(f"{name} ({earlier + 1})" if earlier else name)
        folded = names[-1].casefold()
        seen.update({folded, _NUMBERED.sub("", folded)})
    return tuple(names)


def text_batch(columns: Mapping[str, pa.Array], rows: pa.Array) -> pa.RecordBatch:
    """Cells and the numbers of their rows as one batch."""
    return pa.RecordBatch.from_arrays([*columns.values(), rows], names=[*columns, ROW])
