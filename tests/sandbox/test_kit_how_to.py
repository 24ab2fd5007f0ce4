"""The stand-in that docs/how-to/add-a-connector.md declares is served, and shows what truly happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import serve, truth
from sandbox.kit import Platform
from sandbox.serve import Sandbox
from tests.sandbox.conftest import END, NOW, START

HOW_TO = Path(__file__).parents[2] / "docs/how-to/add-a-connector.md"
HEADERS = {"Authorization": "Bearer sandbox-tiktok-ads"}


@pytest.fixture(scope="module")
def source() -> str:
    (found,) = re.findall(r"^```python\n(.*?)^```$", HOW_TO.read_text(), re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def running(source: str, world: Any) -> Iterator[Sandbox]:
    module: dict[str, Any] = {}
    exec(compile(source, str(HOW_TO), "exec"), module)
    assert isinstance(module["PLATFORM"], Platform) and module["REFUSALS"]["rate_limited"]({})[0] == 429
    with serve.serve(world, NOW, [module["PLATFORM"]]) as sandbox:
        yield sandbox


def days(sandbox: Sandbox, account: str, **window: str) -> list[dict[str, Any]]:
    found, cursor = [], None
    while True:
        params = {**window, "limit": 200, **({"cursor": cursor} if cursor else {})}
        page = httpx.get(f"{sandbox['tiktok_ads']}/v1/accounts/{account}/ads", params=params, headers=HEADERS).raise_for_status().json()
        found += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_it_is_found_as_a_module_of_the_sandbox(source: str) -> None:
    assert serve.MAKES.search(source)


def test_ad_days_are_the_true_ones(running: Sandbox, world: Any) -> None:
    """Counts are exact; spend is the final one where it has settled, and less before."""
    true = truth.TABLES["ad_day"](world, NOW).to_pylist()
    settled = {(row["date"], row["ad_id"]) for row in world.ad_spend.to_pylist() if row["settled_at"] <= NOW}
    accounts = world.ad_accounts.to_pylist()
    assert len(accounts) == 2
    for account in accounts:
        mine = {(row["date"], row["ad_id"]): row for row in true if row["account_id"] == account["account_id"]}
        found = days(running, account["account_id"], since=f"{START}", until=f"{END}")
        assert len(found) == len(mine) > 200
        for row in found:
            expected = mine[date.fromisoformat(row["date_day"]), row["ad_id"]]
            counts = (expected["impressions"], expected["clicks"])
            assert (row["impressions"], row["clicks"], row["currency"]) == (*counts, account["currency"])
            is_settled = (expected["date"], expected["ad_id"]) in settled
            assert Decimal(row["spend"]) == expected["spend"] if is_settled else Decimal(row["spend"]) < expected["spend"]
        assert 0 < len(mine.keys() - settled) < len(mine)


def test_it_refuses_as_declared(running: Sandbox) -> None:
    path = f"{running['tiktok_ads']}/v1/accounts"
    assert httpx.get(f"{path}/1/ads").json() == {"message": "unknown token"}
    answer = httpx.get(f"{path}/1/ads", headers=HEADERS)
    assert (answer.status_code, answer.json()) == (404, {"message": "unknown account 1"})
