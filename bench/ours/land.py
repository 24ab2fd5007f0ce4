"""Our side of landing: records from JSON Lines through `land` into raw Parquet, typed, compared, hashed and committed."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from multiball.landing import land
from multiball.settings import Workspace
from multiball.shapes import Entity, Field, FieldType, Window
from multiball.warehouse import open_warehouse

PAGE = 1000
_TYPES: dict[str, FieldType] = {
    "day": "date",
    "impressions": "bigint",
    "reach": "bigint",
    "clicks": "bigint",
    "spend": "decimal(18,6)",
    "seen_at": "timestamp",
}
_NAMES = ("day", "ad_id", "ad_name", "campaign_name", "currency", "impressions", "reach", "clicks", "spend", "seen_at", "url")
AD_DAYS = Entity(
    "ad_days",
    "one row per ad and day",
    "daily",
    ("day", "ad_id"),
    tuple(Field(name, _TYPES.get(name, "string"), name) for name in _NAMES),
    report_date="day",
)


def pages(file: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Pages as a connector yields them."""
    with file.open("rb") as lines:
        while page := [orjson.loads(line) for line in itertools.islice(lines, PAGE)]:
            yield AD_DAYS.name, page


data, scratch = Path(sys.argv[1]), Path(sys.argv[2])
(scratch / "sources.yml").write_text("warehouse:\n  engine: duckdb\n")
[load] = land(
    open_warehouse(Workspace(scratch)),
    source="ads",
    connector="ads",
    account="1",
    entities=[AD_DAYS],
    window=Window(date(2026, 10, 1), date(2026, 10, 31)),
    pages=pages(data / "records.jsonl"),
    run_id="bench",
    identity_key="a key for measurements",
)
print(json.dumps({"rows": load.landed}))
