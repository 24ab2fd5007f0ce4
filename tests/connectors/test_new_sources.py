"""A source is new files only, through to metrics, reconciliation, freshness, the review and the dashboards' filter: two platforms, one that
sells ads and one whose accounts publish, are scaffolded as the how-to says and loaded from stand-ins that are declared
(`new_platforms.py`), alone and beside a platform with the same ids.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dashboards.filters import answered, asked_by, chosen_days, filtered, rows_of
from dashboards.superset_server import Superset, running_superset
from playwright.sync_api import Browser, Page, expect

from multiball.connectors.scaffold import scaffold
from multiball.dashboards.bundle import write_bundle

pytestmark = pytest.mark.slow
NAME = ["-c", "user.name=t", "-c", "user.email=t@example.com"]


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *NAME, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def repository(repository: Path) -> Path:
    """The copy with both connectors, and a commit of what was there before."""
    git(repository, "init", "-q")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "before")
    scaffold("adland", repository, "paid")
    scaffold("postgram", repository, "organic")
    return repository


def run(repository: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MULTIBALL_")}
    paths = [repository / "plugins", repository, repository / "tests", repository / "tests/dbt_project"]
    return subprocess.run(
        [sys.executable, *command],
        cwd=repository, env={**environment, "PYTHONPATH": os.pathsep.join(map(str, paths))}, capture_output=True, text=True, timeout=600,
    )  # fmt: skip


@pytest.fixture(scope="module", params=[pytest.param(how, marks=pytest.mark.in_turn(n, 2)) for n, how in enumerate(("alone", "beside"))])
def found(request: pytest.FixtureRequest, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the warehouse and the review say, and the workspace where the former is published."""
    home = tmp_path_factory.mktemp("home")
    done = run(repository, "tests/connectors/new_sources.py", str(home), request.param)
    assert done.returncode == 0, done.stderr[-4000:]
    return {"how": request.param, "home": home, **json.loads(done.stdout.splitlines()[-1])}


def test_files_are_added_and_none_is_changed(repository: Path) -> None:
    changes = git(repository, "status", "--porcelain", "--untracked-files=all").splitlines()
    assert len(changes) == 16 and {change[:2] for change in changes} == {"??"}


def test_connectors_keep_their_contract_against_declared_stand_ins(repository: Path) -> None:
    done = run(repository, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/connectors/new_contract.py")
    assert done.returncode == 0, done.stdout[-4000:]
    assert int(done.stdout.splitlines()[-1].split()[0]) > 40


def test_metrics_have_both_platforms_in_the_reporting_currency(found: dict[str, Any]) -> None:
    spend = {row["member"]: float(row["value"]) for row in found["spend"]}
    assert spend == {"adland": 18.75, **({"meta": 7.0} if found["how"] == "beside" else {})}  # 10 × 1.50 GBP at 0.8 GBP per EUR
    assert {row["member"]: float(row["value"]) for row in found["followers"]} == {"postgram": 110}


def test_like_ids_of_two_platforms_stay_apart_and_days_are_final_by_the_connector_s_own_window(found: dict[str, Any]) -> None:
    ads = {row["platform"]: (row["ad_id"], int(row["clicks"] or 0), row["is_final"]) for row in found["ads"]}
    assert ads.pop("adland") == ("a1", 10, 1)
    assert set(ads) == ({"meta"} if found["how"] == "beside" else set())


def test_accounts_are_known_with_their_currency_and_time_zone(found: dict[str, Any]) -> None:
    accounts = {row["platform"]: (row["account_type"], row["currency"], row["time_zone"]) for row in found["accounts"]}
    assert accounts["adland"] == ("advertising", "GBP", "Asia/Tokyo")
    assert accounts["postgram"] == ("organic", "GBP", "Asia/Tokyo")


def test_marts_are_compared_with_raw_and_nothing_disagrees(found: dict[str, Any]) -> None:
    assert found["wrong"] == []
    compared = {(row["check_name"], row["scope"]): float(row["value"]) for row in found["compared"] if row["value"] is not None}
    assert compared["ad_day_spend_in_raw_equal_mart", "adland:1"] == 15
    assert compared["account_day_impressions_in_raw_equal_mart", "postgram:1"] == 100


def test_freshness_and_coverage_know_both(found: dict[str, Any]) -> None:
    fresh = {(row["source_name"], row["entity"]) for row in found["fresh"]}
    assert {("adland", "ad_days"), ("adland", "accounts"), ("postgram", "account_days")} <= fresh
    covered = {(row["fact"], row["source_name"]): row["days"] for row in found["covered"]}
    assert (covered["ad", "adland"], covered["account", "postgram"]) == (31, 31)


def test_the_review_speaks_of_what_was_spent(found: dict[str, Any]) -> None:
    assert ("€25.75" if found["how"] == "beside" else "€18.75") in found["review"]


@pytest.fixture(scope="module")
def superset(found: dict[str, Any], postgres_dsn: str) -> Iterator[Superset]:
    """Superset with the committed dashboards over what was published."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
            patch.delenv(name)
        patch.setenv("MULTIBALL_IDENTITY_KEY", "k")  # what the sources were landed with
        assets = found["home"] / "assets"
        write_bundle(assets, currency="EUR")
        with running_superset(found["home"], assets, postgres_dsn) as server:
            yield server


@pytest.fixture
def page(browser: Browser, superset: Superset) -> Iterator[Page]:
    """A browser that is logged in as leadership, before a screen that is high enough for a whole tab."""
    context = browser.new_context(base_url=superset.address, viewport={"width": 1440, "height": 3200})
    context.set_default_timeout(90_000)
    cookies = superset.as_user("leadership").cookies.jar
    context.add_cookies([{"name": cookie.name, "value": str(cookie.value), "url": superset.address} for cookie in cookies])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("found", ["beside"], indirect=True)
def test_a_new_platform_can_be_chosen_in_the_dashboard_s_filter(page: Page, superset: Superset) -> None:
    def spend(rows: list[dict[str, Any]]) -> dict[str, float]:
        return {row["platform"]: row["spend"] for row in rows}

    october = filtered(time_range=chosen_days("2026-10-01", "2026-11-01"))
    assert spend(answered(page, superset, "campaigns_by_response", october)) == {"adland": 18.75, "Meta": 7}
    page.get_by_role("combobox", name="NATIVE_FILTER-platform").click()
    offered = page.locator(".ant-select-item-option")
    expect(offered).to_have_text(["adland", "Meta", "postgram"])
    offered.filter(has_text="adland").click()
    with page.expect_response(asked_by(superset, "campaigns_by_response")) as chosen:
        page.locator("[data-test=filter-bar__apply-button]").click()
    assert spend(rows_of(chosen.value)) == {"adland": 18.75}
