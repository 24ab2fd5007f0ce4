"""A source is new files only, through to metrics, reconciliation, freshness, the review and the dashboards' filter: two platforms, one that
sells ads and one whose accounts publish, are scaffolded as the how-to says and loaded from stand-ins that are declared
(`new_platforms.py`), alone and beside a platform with the same ids.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from multiball.connectors.scaffold import scaffold
from multiball.settings import REPOSITORY

pytestmark = pytest.mark.slow
COPIED = (
    "plugins", "sandbox", "tests/__init__.py", "tests/connectors", "tests/sandbox/tiny_world.py", "tests/dbt_project/raw_rows.py",
    "dbt_project", "expectations", "pyproject.toml",
)  # fmt: skip
NAME = ["-c", "user.name=t", "-c", "user.email=t@example.com"]


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *NAME, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    for name in COPIED:
        origin, copy = REPOSITORY / name, root / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        ignored = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(origin, copy, ignore=ignored) if origin.is_dir() else shutil.copy(origin, copy)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "before")
    scaffold("adland", root, "paid")
    scaffold("postgram", root, "organic")
    return root


def run(repository: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MULTIBALL_")}
    paths = [repository / "plugins", repository, repository / "tests", repository / "tests/dbt_project"]
    return subprocess.run(
        [sys.executable, *command],
        cwd=repository, env={**environment, "PYTHONPATH": os.pathsep.join(map(str, paths))}, capture_output=True, text=True, timeout=600,
    )  # fmt: skip


@pytest.fixture(scope="module", params=["alone", "beside"])
def found(request: pytest.FixtureRequest, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the warehouse and the review say."""
    done = run(repository, "tests/connectors/new_sources.py", str(tmp_path_factory.mktemp("home")), request.param)
    assert done.returncode == 0, done.stderr[-4000:]
    return {"how": request.param, **json.loads(done.stdout.splitlines()[-1])}


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


def test_accounts_are_offered_by_the_dashboards_filter(found: dict[str, Any]) -> None:
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
