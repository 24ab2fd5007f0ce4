"""Loads two connectors that were scaffolded moments ago, builds the whole warehouse, publishes it, and prints what it holds.

Run in a copy of the repository. Arguments: the workspace's folder, and `beside` where a platform of the repository reports the same
ids as well.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import raw_rows
from connectors.new_platforms import PLATFORMS, TOKEN, small_world
from connectors.stand_in import stand_in

from multiball.connectors import connector
from multiball.flows.steps import build_whole, prepare_raw
from multiball.landing import land
from multiball.review.facts import Audience, Links
from multiball.review.gather import gather
from multiball.review.mail import render_mail
from multiball.review.wording import build_report
from multiball.settings import Workspace
from multiball.shapes import Window
from multiball.warehouse import open_warehouse

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
RATES = [
    {"date_day": f"{FIRST + timedelta(days=day)}", "currency": "GBP", "rate": "0.8", "_at": "2026-11-01T06:00:00"} for day in range(31)
]
IDS = {"account_id": "1", "ad_id": "a1", "ad_name": "An ad", "campaign_id": "c1", "campaign_name": "A campaign"}
ROWS = {
    ("meta_ads", "ad_insights"): [
        {**IDS, "date_start": "2026-10-01", "account_currency": "EUR", "spend": "7", "impressions": 3, "_account": "1",
         "_at": "2026-11-01T06:00:00"}
    ],
    ("multiball", "load"): [
        {"run_id": "m", "source": "meta_ads", "account": "1", "connector": "meta_ads", "entity": "ad_insights", "window_start": f"{FIRST}",
         "window_end": f"{LAST}", "extracted": 1, "landed": 1, "unchanged": 0, "rejected": 0, "deleted": 0, "_source": "multiball",
         "_account": "", "_at": "2026-11-01T06:00:00"},
    ],
}  # fmt: skip
QUESTIONS = {
    "spend": "select member, sum(value) as value from metric_daily where metric = 'spend' and dimension = 'platform' group by member",
    "followers": """
        select member, value from metric_daily
        where metric = 'followers' and dimension = 'platform' and date_day = date '2026-10-10'
    """,
    "accounts": "select platform, account_type, currency, time_zone from dim_account",
    "ads": """
        select platform, ad_id, sum(clicks) as clicks, min(case when is_final then 1 else 0 end) as is_final
        from fct_ad_daily group by platform, ad_id
    """,
    "wrong": "select check_name, scope from reconciliation_daily where status = 'error'",
    "compared": "select check_name, scope, sum(left_value) as value from reconciliation_daily where scope like '%:1' group by 1, 2",
    "fresh": "select source_name, entity from source_freshness",
    "covered": """
        select fact, source_name, count(*) as days from metric_coverage
        where is_covered and date_day <= date '2026-10-31' group by fact, source_name
    """,
}

home = Path(sys.argv[1])
settings = "base_url: 'https://a.example', accounts: ['1'], history_from: 2026-10-01, credentials: {access_token: t}"
entries = "".join(f"  {name}: {{connector: {name}, {settings}}}\n" for name in PLATFORMS)
rates = "  ecb: {connector: ecb, base_url: 'https://b.example', accounts: [EXR], history_from: 2026-10-01}\n"
(home / "sources.yml").write_text(f"warehouse: {{engine: duckdb}}\nsources:\n{entries}{rates}")
workspace = Workspace(home)
warehouse = open_warehouse(workspace)
prepare_raw(warehouse)
raw_rows.append(warehouse, {("ecb", "exchange_rates"): RATES, **(ROWS if "beside" in sys.argv else {})})
for name in PLATFORMS:
    it = connector(name)
    with stand_in(PLATFORMS[name], small_world(), NOW) as platform:
        source = platform.source(name, "1", FIRST, access_token=TOKEN)
        window = Window(FIRST, LAST)
        pages = it.extract(source, "1", window)
        land(
            warehouse,
            source=name,
            connector=name,
            account="1",
            entities=it.entities,
            window=window,
            pages=pages,
            run_id="r",
            identity_key="k",
        )
moment = warehouse.moment()
target = warehouse.candidate("new")
build_whole(workspace, warehouse, target, moment)
answers = {name: warehouse.query(sql, target).to_pylist() for name, sql in QUESTIONS.items()}
review = gather(warehouse, target, month=FIRST, as_of=moment, issued_at=moment, brand="Brand", currency="EUR", time_zone="UTC")
audience = Audience(team="t", name={"en": "Team", "zh": "团队"}, recipients=("a@example.com",), language="en")
answers["review"] = render_mail(build_report(review, audience, Links())).text
warehouse.publish(target, moment)
print(json.dumps(answers, default=str))
