"""The leadership dashboard in a real Superset: each chart draws, filters give what SQL gives, and hostile names stay text."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from dashboards.filters import answered, chosen_channel, chosen_days, filtered
from dashboards.mart_tables import create, put
from dashboards.superset_server import Superset, running_superset
from playwright.sync_api import Browser, Page, expect

from multiball.dashboards.bundle import write_bundle
from multiball.dashboards.edition import asset_uuid
from multiball.dashboards.layout import charts_of
from multiball.dashboards.source import read_assets
from multiball.settings import Workspace
from multiball.warehouse import open_warehouse
from multiball.words.catalogue import catalogue

pytestmark = pytest.mark.slow

MARKUP, FORMULA = "<img src=x onerror=alert(1)>", '=HYPERLINK("http://x")'
PATIENCE = 90_000
"""Milliseconds for a chart to appear, on a machine that is busy."""
TODAY = datetime.now(UTC).date()
TABS = {
    "leadership": ("Goals and money", "Reach and engagement", "Funnel and lifetime value"),
    "leadership-zh": ("目标与资金", "触达与互动", "漏斗与终身价值"),
}


def fill(run: Any) -> None:
    """Thirteen months of two channels, and one row or more for every other chart. The names of campaigns and posts are hostile."""
    account = {"account_key": "facebook:1", "platform": "facebook"}
    put(run, "dim_account", {**account, "account_name": MARKUP}, {"account_key": "meta:1", "platform": "meta", "account_name": "Ads"})
    put(run, "dim_content", {"content_key": "facebook:p", "title": MARKUP}, {"content_key": "facebook:q", "title": FORMULA})
    for key in ("facebook:p", "facebook:q"):
        put(run, "content_performance", {**account, "content_key": key, "published_at": f"{TODAY} 10:00:00", "engagements": 7, "reach": 9})
    for days in range(0, 400, 7):
        day = TODAY - timedelta(days=days)
        monday = day - timedelta(days=day.weekday())
        dates = {"week_start": str(monday), "is_week_over": days > 7, "is_month_over": day < TODAY.replace(day=1)}
        dates |= {f"is_{fact}_month_whole": day < TODAY.replace(day=1) for fact in ("account", "ad", "lead", "order")}
        put(run, "dim_date", {"date_day": str(day), **dates})
        for channel, campaign, spend in (("Paid Social", MARKUP, 10), ("Paid Search", FORMULA, 3), ("Email", None, None)):
            counts = {"sessions": 9, "leads": 2, "qualified_leads": 1, "orders": 2, "new_customers": 1, "won_deals": 1}
            counts |= {f"is_{fact}_known": True for fact in ("session", "lead", "deal", "order", "ad")}
            row = {"date_day": str(day), "channel": channel, "campaign": campaign, "campaign_key": campaign and f"meta:{channel}"}
            put(
                run,
                "conversion_daily",
                {**row, **counts, "revenue": 100 + days, "advertised_revenue": spend and 100 + days, "spend": spend},
            )
            for stage, volume in (
                ("awareness", 900),
                ("interest", 90),
                ("consideration", 40),
                ("intent", 9),
                ("purchase", 4),
                ("loyalty", 1),
            ):
                put(run, "funnel_daily", {**row, "stage": stage, "volume": volume, "crm_volume": 1})
        ad = {"platform": "meta", "account_key": "meta:1", "campaign_name": MARKUP, "spend_reporting": 10, "impressions": 900, "clicks": 9}
        put(run, "paid_efficiency_daily", {"date_day": str(day), **ad})
        put(run, "engagement_daily", {**account, "date_day": str(day), "engagements": 5, "views": 100, "impressions": 100})
        put(run, "fct_account_daily", {**account, "date_day": str(day), "followers": 500 - days, "net_followers": 7})
        week = {"date_start": str(monday), "date_stop": str(monday + timedelta(days=6)), "is_final": True}
        put(
            run, "reach_period", {**account, **week, "period": "week", "reach": 70}, {**account, **week, "period": "month", "reason": "No."}
        )
    put(run, "reconciliation_daily", {"date_day": str(TODAY), "check_name": "spend", "scope": "a", "status": "error", "level": "warn"})
    put(run, "source_freshness", {"source_name": "shop", "entity": "orders", "is_late": True, "expected_by": f"{TODAY} 10:00:00"})
    state = {"as_of": f"{TODAY} 10:00:00", "next_due_at": f"{TODAY + timedelta(days=1)} 16:00:00"}
    put(run, "warehouse_status", {**state, "sources": 1, "late_sources": 1, "failed_checks": 1, "rejected_rows": 0})
    goal = {
        "goal": "g",
        "owner": "growth",
        "is_latest": True,
        "status": "behind",
        "actual": 1,
        "target": 9,
        "expected": 3,
        "pace_ratio": 0.3,
    }
    put(run, "goal_progress", {**goal, "date_day": str(TODAY), "due_on": str(TODAY), "text": '{"en": "Sell more.", "zh": "多卖。"}'})
    value = {"acquisition_channel": "Email", "horizon_months": 12, "customers": 3, "expected_margin": 90, "expected_margin_12_months": 90}
    put(run, "clv_by_channel", {**value, "customers_12_months": 3, "spend_so_far": 30})
    put(run, "clv_quality", {"as_of_date": str(TODAY), "holdout_days": 90, "actual_orders": 3, "expected_orders": 3.2})


@pytest.fixture(scope="module")
def leadership(postgres_dsn: str) -> Iterator[Superset]:
    """Superset with the committed dashboards over those marts."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="multiball-test-") as folder:
        for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
            patch.delenv(name)
        home = Path(folder) / "workspace"
        home.mkdir()
        (home / "sources.yml").write_text("reporting: {currency: EUR}\nsources: {}\n")
        warehouse = open_warehouse(Workspace(home))
        target = warehouse.candidate("build_1")
        with duckdb.connect(warehouse.dbt_profile(target)["path"]) as file:
            create(file.execute, server=False)
            fill(file.execute)
        warehouse.publish(target)
        write_bundle(Path(folder) / "assets", currency="EUR")
        with running_superset(home, Path(folder) / "assets", postgres_dsn) as server:
            yield server


@pytest.fixture
def page(browser: Browser, leadership: Superset) -> Iterator[Page]:
    """A browser that is logged in as leadership, before a screen that is high enough for a whole tab."""
    context = browser.new_context(base_url=leadership.address, viewport={"width": 1440, "height": 3200})
    context.set_default_timeout(PATIENCE)
    context.add_cookies(
        [
            {"name": cookie.name, "value": str(cookie.value), "url": leadership.address}
            for cookie in leadership.as_user("leadership").cookies.jar
        ]
    )
    yield context.new_page()
    context.close()


def sql(server: Superset, question: str) -> list[dict[str, Any]]:
    """What the warehouse itself answers."""
    answer: list[dict[str, Any]] = open_warehouse(server.workspace).query(question).to_pylist()
    return answer


@pytest.mark.parametrize("slug", [pytest.param(slug, marks=pytest.mark.in_turn(place, 2)) for place, slug in enumerate(TABS)])
def test_every_chart_of_every_tab_draws(page: Page, slug: str) -> None:
    answers: list[tuple[int, str]] = []
    page.on("response", lambda response: answers.append((response.status, response.url)) if "/chart/data" in response.url else None)
    page.goto(f"/superset/dashboard/{slug}/")
    for number, tab in enumerate(TABS[slug]):
        page.get_by_role("tab", name=tab).click()
        rows = read_assets().dashboards["leadership"].data["tabs"][number]["rows"]
        texts = catalogue("zh" if slug.endswith("zh") else "en")
        titles = [texts.say("chart", f"{name}.title") for row in rows for name in row["charts"]]
        for title in titles:
            expect(page.get_by_text(title, exact=True)).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".slice_container:visible")).to_have_count(len(titles), timeout=PATIENCE)
        expect(page.locator(".ant-alert, [role=alert]")).to_have_count(0)
        expect(page.get_by_text("No results", exact=False)).to_have_count(0)
    assert len(answers) >= len(charts_of(read_assets().dashboards["leadership"].data))
    assert {status for status, _ in answers} == {200}


def test_the_channel_filter_gives_what_sql_gives(page: Page, leadership: Superset) -> None:
    everything = answered(page, leadership, "campaigns_by_return", "/superset/dashboard/leadership/")
    chosen = answered(page, leadership, "campaigns_by_return", filtered(channel=chosen_channel("Paid Search")))
    assert len(everything) == 2
    [row] = chosen
    first = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)
    for _ in range(12):
        first = (first - timedelta(days=1)).replace(day=1)
    [reported] = sql(
        leadership,
        "select sum(spend) as spend, sum(revenue) as revenue, sum(orders) as orders from conversion_daily "
        f"where channel = 'Paid Search' and campaign_key is not null and date_day >= '{first}'",
    )
    assert (row["spend"], row["revenue"], row["orders"]) == tuple(map(float, reported.values()))


def test_the_time_range_gives_what_sql_gives(page: Page, leadership: Superset) -> None:
    first, end = TODAY - timedelta(days=100), TODAY - timedelta(days=30)
    [row] = answered(page, leadership, "campaigns_by_response", filtered(time_range=chosen_days(str(first), str(end))))
    asked = "select sum(spend_reporting) as spend, cast(sum(clicks) as double) / sum(impressions) as ctr from paid_efficiency_daily"
    [reported] = sql(leadership, f"{asked} where date_day >= '{first}' and date_day < '{end}'")
    assert (row["spend"], row["ctr"]) == (float(reported["spend"]), pytest.approx(reported["ctr"]))
    [everything] = sql(leadership, asked)
    assert row["spend"] < float(everything["spend"])


def test_hostile_names_of_campaigns_accounts_and_posts_stay_text(page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto("/superset/dashboard/leadership/")
    cells(page, MARKUP), cells(page, FORMULA)
    page.get_by_role("tab", name=TABS["leadership"][1]).click()
    cells(page, MARKUP), cells(page, FORMULA)
    page.wait_for_load_state("networkidle")
    expect(page.locator("img[src=x], [onerror], a[href='http://x']")).to_have_count(0)
    assert dialogs == []


def cells(page: Page, text: str) -> None:
    """Wait for a cell of a table that says exactly this; what cannot be seen left out."""
    page.wait_for_function(
        "text => [...document.querySelectorAll('td')].some(cell => cell.textContent.replaceAll('\\u200b', '') === text)",
        arg=text,
    )


def test_a_formula_is_not_one_any_more_in_a_downloaded_table(leadership: Superset) -> None:
    number = leadership.ids("dataset")[asset_uuid("dataset", "conversion_daily")]
    question = {
        "datasource": {"id": number, "type": "table"},
        "queries": [{"columns": ["campaign"], "metrics": ["spend"], "filters": [], "row_limit": 10}],
        "result_format": "csv",
        "result_type": "full",
    }
    answer: httpx.Response = leadership.as_user("analyst").post("/api/v1/chart/data", json=question).raise_for_status()
    campaigns = {row[0] for row in csv.reader(io.StringIO(answer.text))}
    assert MARKUP in {name.replace("\u200b", "") for name in campaigns}
    assert FORMULA not in campaigns and any(name.startswith("'=") for name in campaigns), json.dumps(sorted(campaigns))
