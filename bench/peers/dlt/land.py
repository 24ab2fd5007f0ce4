"""dlt's side of landing: the same records through a pipeline into Parquet files, with declared types and a primary key, appended."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"  # read while dlt is imported

import dlt
import orjson

PAGE = 1000
_COLUMNS = {
    "day": {"data_type": "date"},
    "spend": {"data_type": "decimal", "precision": 18, "scale": 6},
    "seen_at": {"data_type": "timestamp", "timezone": False},
}

data, scratch = Path(sys.argv[1]), Path(sys.argv[2])


def pages() -> Iterator[list[dict[str, object]]]:
    """Pages as dlt's own sources yield them."""
    with (data / "records.jsonl").open("rb") as lines:
        while page := [orjson.loads(line) for line in itertools.islice(lines, PAGE)]:
            yield page


pipeline = dlt.pipeline(
    "bench",
    pipelines_dir=str(scratch / "pipelines"),
    destination=dlt.destinations.filesystem(f"file://{scratch}/raw"),
    dataset_name="ads",
)
resource = dlt.resource(pages, name="ad_days", write_disposition="append", columns=_COLUMNS, primary_key=["day", "ad_id"])
pipeline.run(resource, loader_file_format="parquet")
print(json.dumps({"rows": pipeline.last_trace.last_normalize_info.row_counts["ad_days"]}))
