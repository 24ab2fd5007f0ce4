"""A million lines of an ad manager's export as CSV: 336 days of 2,977 campaigns, and a mapping for it."""

from __future__ import annotations

import json
import random
import sys
from datetime import date, timedelta
from pathlib import Path

LINES, DAYS = 1_000_000, 336
MAPPING = """version: 1
source: ads_export
platform: facebook
account: "1"
currency: EUR
file:
  path: lines.csv
entities:
  - entity: ad_day
    fields:
      date_day: Day
      ad_id: Ad
      segment: {template: "country={Country}"}
      campaign_name: Campaign
      impressions: Impressions
      clicks: Clicks
      spend: Spend
      conversions: Purchases
"""

folder, chance = Path(sys.argv[1]), random.Random(3)
(folder / "lines.yml").write_text(MAPPING, encoding="utf-8")
days = [date(2025, 1, 1) + timedelta(days=number) for number in range(DAYS)]
with (folder / "lines.csv").open("w", encoding="utf-8") as file:
    file.write("Day,Ad,Country,Campaign,Impressions,Clicks,Spend,Purchases\n")
    for number in range(LINES):
        impressions, ad = chance.randrange(3_000, 100_000), number // DAYS
        counts = f"{impressions},{chance.randrange(3_000)},{chance.random() * 500:.2f},{chance.randrange(50)}"
        file.write(f"{days[number % DAYS]},ad {ad},DE,Campaign {ad % 97},{counts}\n")
print(json.dumps({"rows": LINES}))
