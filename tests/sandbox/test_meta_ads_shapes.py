"""The stand-in's objects against recorded replies of the real API: the same keys, of the same kinds.

The recordings were cast from strings to numbers before they were kept, so a numeric string counts as a number here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tiny_world import BERLIN, advertising, at, tiny_world

from sandbox.platforms.meta_ads import ACCESS_TOKEN
from sandbox.serve import serve

RECORDED = Path(__file__).parents[3] / "shared/data/payloads/facebook-marketing/integration_tests/expected_records.jsonl"
pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason=f"no recorded payloads at {RECORDED}")

NOT_THIS_BRAND = {
    "ads_insights": {"video_play_curve_actions", "instant_experience_clicks_to_open", "instant_experience_clicks_to_start"},
    "ad_sets": {"bid_amount"},
    "campaigns": set(),
    "ads": set(),
}
"""Keys that the recorded advertiser has and ours does not: it runs videos and instant experiences, and caps its bids."""


def records(stream: str) -> list[dict[str, Any]]:
    parsed = [json.loads(line) for line in RECORDED.read_text().splitlines()]
    found = [row["data"] for row in parsed if row["stream"] == stream]
    assert found
    return found


def kind(value: Any) -> Any:
    """The kind of a value: number (also as text), text, truth, or the kinds of its members."""
    if isinstance(value, dict):
        return {name: kind(each) for name, each in value.items()}
    if isinstance(value, list):
        return [kind(value[0])] if value else []
    if isinstance(value, bool):
        return "truth"
    try:
        float(value)
    except ValueError:
        return "text"
    return "number"


@pytest.fixture(scope="module")
def ask() -> Iterator[Any]:
    with (
        serve(tiny_world(**advertising()), at(2026, 10, 20), ("meta_ads",)) as running,
        httpx.Client(base_url=running["meta_ads"]) as http,
    ):

        def get(path: str, **given: Any) -> list[dict[str, Any]]:
            response = http.get(f"/v26.0/act_{BERLIN}/{path}", params={"access_token": ACCESS_TOKEN} | given)
            assert response.status_code == 200, response.text
            return list(response.json()["data"])

        yield get


@pytest.mark.parametrize(("stream", "edge"), [("campaigns", "campaigns"), ("ad_sets", "adsets"), ("ads", "ads")])
def test_objects_have_the_recorded_keys_and_kinds(ask: Any, stream: str, edge: str) -> None:
    for recorded in records(stream):
        wanted = {name: value for name, value in recorded.items() if name not in NOT_THIS_BRAND[stream]}
        for ours in ask(edge, fields=",".join(wanted)):
            assert set(ours) == set(wanted)
            for name in wanted:
                if not isinstance(wanted[name], dict | list):
                    assert kind(ours[name]) == kind(wanted[name]), name
                else:
                    assert type(ours[name]) is type(wanted[name]), name


def test_an_ads_daily_row_has_the_recorded_keys_and_kinds(ask: Any) -> None:
    windows = '["1d_click","7d_click","28d_click"]'
    span = {"level": "ad", "time_increment": 1, "time_range": '{"since":"2026-09-01","until":"2026-09-01"}'}
    for recorded in records("ads_insights"):
        wanted = {name: value for name, value in recorded.items() if name not in NOT_THIS_BRAND["ads_insights"]}
        rows = ask("insights", fields=",".join(wanted), action_attribution_windows=windows, **span)
        row = next(row for row in rows if "inline_link_clicks" in row)
        assert set(row) == set(wanted)
        for name, value in wanted.items():
            if isinstance(value, list):
                action_breakdowns = {"action_destination", "action_target_id"}
                expected = {key: each for key, each in kind(value[0]).items() if key not in action_breakdowns}
                assert {key: each for key, each in kind(row[name][0]).items() if key in expected} == expected, name
            else:
                assert kind(row[name]) == kind(value), name


def test_a_row_without_clicks_lacks_what_the_recorded_rows_without_clicks_lack(ask: Any) -> None:
    quiet = [row for row in records("ads_insights_demographics_gender") if row["clicks"] == 0 and "actions" not in row]
    assert quiet
    metrics = set(quiet[0]) - {"gender"}
    every = set().union(*(set(row) for row in records("ads_insights"))) - NOT_THIS_BRAND["ads_insights"]
    rows = ask("insights", fields=",".join(sorted(every)), level="ad", time_range='{"since":"2026-09-04","until":"2026-09-04"}')
    silent = next(row for row in rows if row["clicks"] == "0")
    rankings = {"quality_ranking", "engagement_rate_ranking", "conversion_rate_ranking", "social_spend"}
    assert set(silent) - rankings == metrics - rankings
