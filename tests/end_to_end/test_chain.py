"""The whole chain as a user runs it: the sandbox's platforms, through the real DAGs, to published marts; against the world's truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import open_warehouse
from sandbox import truth
from sandbox.serve import serve
from sandbox.world import World, build_world

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

NOW = datetime(2026, 11, 12, 15, tzinfo=UTC)
SOURCES = ("ecb", "site", "hubspot", "meta_ads", "facebook_pages")


@dataclass(frozen=True)
class Chain:
    """A workspace whose sources were loaded and published once, and the world that they came from."""

    home: Path
    world: World
    first_published: datetime

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "MULTIBALL"))},
            "MULTIBALL_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "plugins"), str(REPOSITORY)]),
        }
        command = [sys.executable, "-c", "from multiball.cli import main; main()", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=800)

    def query(self, sql: str, *options: str) -> list[dict[str, Any]]:
        done = self.run("query", sql, "--json", *options)
        assert done.returncode == 0, done.stderr
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows

    def true(self, table: str, sql: str) -> list[tuple[Any, ...]]:
        """SQL over a table of the truth, named `t`."""
        t = truth.TABLES[table](self.world, NOW)
        assert t.num_rows
        return duckdb.sql(sql).fetchall()


def sources_yml(urls: dict[str, str]) -> str:
    demo = (REPOSITORY / "examples" / "demo" / "sources.yml").read_text(encoding="utf-8")
    for name, url in urls.items():
        demo = demo.replace(f"${{MULTIBALL_SANDBOX_{name.upper()}_URL}}", url)
    return demo.replace("2025-10-01", "2026-10-01").replace("demo: true", "demo: false")


@pytest.fixture(scope="module")
def chain() -> Iterator[Chain]:
    world = build_world(11, date(2026, 10, 1), date(2026, 11, 30), 0.4)
    with serve(world, NOW) as sandbox, tempfile.TemporaryDirectory(prefix="multiball-test-") as folder:
        home = Path(folder)
        (home / "sources.yml").write_text(sources_yml(sandbox.urls))
        chain = Chain(home, world, NOW)
        for source in SOURCES:
            done = chain.run("run", f"ingest_{source}", "--date", f"{NOW:%Y-%m-%d}")
            assert done.returncode == 0, done.stdout + done.stderr
        done = chain.run("run", "warehouse")
        assert done.returncode == 0, done.stdout + done.stderr
        published = open_warehouse(Workspace(home)).published_at()
        assert published is not None
        yield Chain(home, world, published.replace(tzinfo=UTC))


def test_spend_impressions_and_clicks_of_every_ad_and_day_are_the_true_ones(chain: Chain) -> None:
    marts = chain.query("select date_day, ad_id, impressions, clicks, reach from fct_ad_daily")
    found = {(row["date_day"], row["ad_id"]): (row["impressions"], row["clicks"], row["reach"]) for row in marts}
    true = chain.true("ad_day", "select date::varchar, ad_id, impressions, clicks, reach from t")
    ended = {(day, ad): rest for day, ad, *rest in true}
    assert {key: found[key] for key in ended} == {key: tuple(rest) for key, rest in ended.items()}


def test_settled_spend_is_the_true_one_and_zero_conversion_spend_stays(chain: Chain) -> None:
    settled = "date_day <= date '2026-11-08'"
    [mart] = chain.query(f"select sum(spend) as spend from fct_ad_daily where currency = 'USD' and {settled}")
    [(true,)] = chain.true("ad_day", "select sum(spend) from t where currency = 'USD' and date <= date '2026-11-08'")
    assert float(mart["spend"]) == pytest.approx(float(true), abs=0.005)
    [waste] = chain.query("select count(*) as days, sum(spend) as spend from paid_efficiency_daily where platform_conversions is null")
    assert waste["days"] > 0 and float(waste["spend"]) > 0


def test_orders_and_revenue_are_the_true_ones(chain: Chain) -> None:
    marts = chain.query("select currency, count(*) as orders, sum(revenue) as revenue from fct_order where not is_test group by currency")
    true = chain.true("order", "select currency, count(*), sum(revenue) from t where not is_test group by currency")
    assert {row["currency"]: (row["orders"], float(row["revenue"])) for row in marts} == {
        currency: (orders, float(revenue)) for currency, orders, revenue in true
    }


def test_people_without_consent_are_counted_and_not_followed(chain: Chain) -> None:
    [mart] = chain.query("select count(*) as sessions from fct_session where is_stitched and not is_bot")
    [(true,)] = chain.true("session_day", "select sum(with_visitor) from t")
    assert mart["sessions"] == true
    assert chain.query("select 1 from fct_session where not consent_analytics and visitor_id is not null") == []


def test_deals_are_the_true_ones(chain: Chain) -> None:
    [mart] = chain.query("select count(*) as deals, sum(amount) as amount from fct_deal where not is_archived")
    [(deals, amount)] = chain.true("deal", "select count(*), sum(amount) from t where not is_archived")
    assert (mart["deals"], float(mart["amount"])) == (deals, float(amount))


def test_the_reach_of_a_week_is_the_number_of_its_persons_and_not_a_sum_of_days(chain: Chain) -> None:
    weeks = chain.query("select account_key, date_start, reach from reach_period where platform = 'meta' and period = 'week'")
    found = {(row["account_key"], row["date_start"]): row["reach"] for row in weeks}
    true = chain.true(
        "ad_reach",
        "select 'meta:' || id, date_start::varchar, reach from t where level = 'account' and period = 'week' and date_start > '2026-10-01'",
    )
    assert true and {(key, start): found[key, start] for key, start, _ in true} == {(key, start): reach for key, start, reach in true}
    assert chain.query("select 1 from reach_period where reach is null and reason is null") == []


def test_what_must_agree_agrees_and_every_model_is_credited_with_every_order(chain: Chain) -> None:
    assert chain.query("select * from reconciliation_daily where status = 'error' and level = 'block'") == []
    credited = chain.query("select attribution_model, sum(orders) as orders, sum(revenue) as revenue from attribution_daily group by 1")
    [orders] = chain.query("select sum(order_units) as orders, sum(revenue_reporting) as revenue from fct_order where is_counted")
    assert len(credited) == 6
    assert {(float(row["orders"]), row["revenue"]) for row in credited} == {(float(orders["orders"]), orders["revenue"])}


def test_the_return_on_ad_spend_counts_only_what_advertising_brought(chain: Chain) -> None:
    [roas] = chain.query(
        "select sum(numerator) as revenue, sum(denominator) as spend from metric_daily where metric = 'roas' and dimension = 'total'"
    )
    [spend] = chain.query("select sum(spend_reporting) as spend from fct_ad_daily")
    brought = "is_counted and campaign_key in (select campaign_key from fct_ad_daily)"
    [orders] = chain.query(
        f"select sum(case when {brought} then revenue_reporting end) as brought, sum(revenue_reporting) as everything from fct_order"
    )
    assert float(roas["revenue"]) == pytest.approx(float(orders["brought"])) and roas["spend"] == spend["spend"]
    assert 0 < float(orders["brought"]) < float(orders["everything"])


def test_a_rerun_stores_nothing_and_changes_no_mart(chain: Chain) -> None:
    before = chain.query("select * from fct_ad_daily order by date_day, ad_key")
    assert chain.run("run", "ingest_ecb", "--date", f"{NOW:%Y-%m-%d}").returncode == 0
    assert chain.run("run", "ingest_hubspot", "--date", f"{NOW:%Y-%m-%d}").returncode == 0
    landed = open_warehouse(Workspace(chain.home)).read_raw(
        "multiball",
        f"select sum(landed) as landed, sum(deleted) as deleted, sum(extracted) as extracted from raw_multiball.load "
        f"where _extracted_at > timestamp '{chain.first_published:%Y-%m-%d %H:%M:%S.%f}'",
    )
    [row] = landed.to_pylist()
    assert (row["landed"], row["deleted"]) == (0, 0) and row["extracted"] > 0
    assert chain.query("select * from fct_ad_daily order by date_day, ad_key") == before


def test_a_later_history_from_deletes_nothing_of_what_was_loaded(chain: Chain) -> None:
    warehouse, file = open_warehouse(Workspace(chain.home)), chain.home / "sources.yml"
    began = warehouse.moment()
    before = file.read_text()
    try:
        file.write_text(before.replace("2026-10-01", "2026-11-10"))
        done = chain.run("run", "ingest_facebook_pages", "--date", f"{NOW:%Y-%m-%d}")
    finally:
        file.write_text(before)
    assert done.returncode == 0, done.stdout + done.stderr
    loads = warehouse.read_raw("multiball", f"select * from raw_multiball.load where _extracted_at > timestamp '{began}'").to_pylist()
    by_entity = {load["entity"]: (load["extracted"], load["deleted"], load["held"]) for load in loads}
    assert by_entity["posts"][0] > 0
    assert {name: changed for name, (_, *changed) in by_entity.items()} == {name: [0, 0] for name in by_entity}
    published = [row["created_time"] for row in warehouse.read_raw("facebook_pages", "select * from raw_facebook_pages.posts").to_pylist()]
    assert min(published).date() < date(2026, 11, 10)
