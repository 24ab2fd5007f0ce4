"""The least that an import can take: DuckDB reads the same CSV, whose types it finds itself, and writes Parquet."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

data, scratch = Path(sys.argv[1]), Path(sys.argv[2])
with duckdb.connect(config={"threads": "2"}) as connection:
    sql = f"copy (from read_csv('{data / 'lines.csv'}')) to '{scratch / 'lines.parquet'}' (compression zstd)"
    [[rows]] = connection.execute(sql).fetchall()
print(json.dumps({"rows": rows}))
