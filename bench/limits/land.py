"""The least that landing can take with this Python: the same records, parsed, typed by pyarrow, written as one Parquet file."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

PAGE = 1000

data, scratch = Path(sys.argv[1]), Path(sys.argv[2])
rows, writer = 0, None
with (data / "records.jsonl").open("rb") as lines:
    while page := [orjson.loads(line) for line in itertools.islice(lines, PAGE)]:
        table = pa.Table.from_pylist(page)
        typed = {
            "day": table["day"].cast(pa.date32()),
            "spend": table["spend"].cast(pa.decimal128(18, 6)),
            "seen_at": pc.strptime(table["seen_at"], "%Y-%m-%dT%H:%M:%SZ", "us"),
        }
        table = pa.table({name: typed.get(name, table[name]) for name in table.column_names})
        writer = writer or pq.ParquetWriter(scratch / "ad_days.parquet", table.schema, compression="zstd")
        writer.write_table(table)
        rows += table.num_rows
if writer:
    writer.close()
print(json.dumps({"rows": rows}))
