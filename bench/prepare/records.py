"""200,000 records as a platform's API would give them, one JSON object a line: 31 days of 6,452 ads, with ids that are unique per day."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

ROWS = 200_000
CAMPAIGNS = 97


def records(seed: int = 1, rows: int = ROWS) -> list[dict[str, object]]:
    """The records; the same ones for the same seed."""
    chance = random.Random(seed)
    return [
        {
            "day": f"2026-10-{number % 31 + 1:02}",
            "ad_id": f"ad{number // 31:06}",
            "ad_name": f"Advertisement {number // 31}",
            "campaign_name": f"Campaign {number % CAMPAIGNS}",
            "currency": "EUR",
            "impressions": chance.randrange(100_000),
            "reach": chance.randrange(50_000),
            "clicks": chance.randrange(3_000),
            "spend": f"{chance.random() * 500:.2f}",
            "seen_at": "2026-11-01T06:00:00Z",
            "url": f"https://shop.example/p/{number % 1000}?utm_source=ads&utm_campaign={number % CAMPAIGNS}",
        }
        for number in range(rows)
    ]


if __name__ == "__main__":
    with (Path(sys.argv[1]) / "records.jsonl").open("w", encoding="utf-8") as file:
        for record in records():
            file.write(json.dumps(record) + "\n")
    print(json.dumps({"rows": ROWS}))
