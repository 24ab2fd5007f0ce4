"""A client of the Marketing API stand-in, and the rows of the world that it shows."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
from tiny_world import BERLIN, advertising

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.platforms.meta_ads import ACCESS_TOKEN

ROWS = advertising()
ACCOUNT_OF = {ad["ad_id"]: ad["account_id"] for ad in ROWS["ads"]}
CAMPAIGN_OF = {ad["ad_id"]: ad["campaign_id"] for ad in ROWS["ads"]}
ALL_WINDOWS = '["1d_click","7d_click","28d_click","1d_view"]'


class Api:
    """A client of the stand-in, and the clock that it runs by."""

    def __init__(self, base: str, clock: Clock, faults: Faults) -> None:
        self.clock, self.faults = clock, faults
        self.http = httpx.Client(base_url=base)

    def ask(self, path: str, method: str = "GET", version: str = "v26.0", token: str | None = ACCESS_TOKEN, **given: Any) -> httpx.Response:
        given = {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in given.items()}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        kind = "params" if method == "GET" else "data"
        return self.http.request(method, f"/{version}/{path}", headers=headers, **{kind: given})

    def get(self, path: str, **given: Any) -> dict[str, Any]:
        response = self.ask(path, **given)
        assert response.status_code == 200, response.text
        return response.json()

    def error(self, path: str, **given: Any) -> dict[str, Any]:
        response = self.ask(path, **given)
        assert response.status_code == 400, response.text
        return response.json()["error"]

    def insights(self, since: str, until: str, account: str = BERLIN, **given: Any) -> list[dict[str, Any]]:
        return self.get(f"act_{account}/insights", time_range={"since": since, "until": until}, limit=500, **given)["data"]


def seen(account: str, since: str, until: str) -> list[dict[str, Any]]:
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    return [row for row in ROWS["ad_exposures"] if ACCOUNT_OF[row["ad_id"]] == account and first <= row["date"] <= last]
