"""Records that the real platforms returned, replayed at the connectors' base URL; what they hold must come out."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from connectors.contract import Records, declared, extract, quick
from connectors.local_server import Reply, Request, serve

from multiball.connectors import connector
from multiball.settings import REPOSITORY
from multiball.shapes import Source, Window

PAYLOADS = REPOSITORY.parent / "shared/data/payloads"
pytestmark = pytest.mark.skipif(not PAYLOADS.exists(), reason="the recorded payloads are not on this machine")
DAY = date(2023, 3, 26)


def recorded(platform: str, stream: str) -> list[dict[str, Any]]:
    lines = (PAYLOADS / platform / "integration_tests/expected_records.jsonl").read_text().splitlines()
    records = [record["data"] for record in map(json.loads, lines) if record["stream"] == stream]
    assert records
    return records


def response(platform: str, name: str) -> dict[str, Any]:
    path = Path(PAYLOADS / platform / "unit_tests/resource/http/response" / f"{name}.json")
    return json.loads(path.read_text())


def replayed(name: str, account: str, handler: Any, window: Window) -> Records:
    """Everything that the connector makes of a replay, each value of its declared type."""
    it = connector(name)
    with serve(handler) as base:
        source = Source(name, name, base, (account,), dict.fromkeys(it.credentials, "t"), window.start, "me@example.com")
        records = extract(quick(source, base), account, window)
    assert all(declared(it.entity(entity), record) for entity, page in records.items() for record in page)
    return records


@pytest.fixture(scope="module")
def meta() -> Records:
    account = recorded("facebook-marketing", "ad_account")[0]
    insights = recorded("facebook-marketing", "ads_insights")
    edges = {"campaigns": "campaigns", "adsets": "ad_sets", "ads": "ads"}

    def handle(request: Request) -> Reply:
        match request.path.split("/")[2:]:
            case [_, "insights"] if request.method == "POST":
                level = dict(item.split("=") for item in request.body.decode().split("&"))["level"]
                return Reply.of({"report_run_id": level})
            case ["ad", "insights"]:
                start = int(request.query.get("after", 0))
                paging = {"next": "https://graph.facebook.com/x?access_token=t&after=1"} if start + 1 < len(insights) else {}
                return Reply.of({"data": insights[start : start + 1], "paging": paging})
            case [_, "insights"]:
                return Reply.of({"data": []})
            case [_, edge]:
                return Reply.of(response("facebook-marketing", edges[edge]))
            case ["ad" | "campaign" | "account" as report]:
                return Reply.of({"id": report, "async_status": "Job Completed", "async_percent_completion": 100})
        return Reply.of(account)

    return replayed("meta_ads", account["account_id"], handle, Window(DAY, DAY))


def test_meta_ads_insights_keep_every_row_and_their_totals(meta: Records) -> None:
    rows = recorded("facebook-marketing", "ads_insights")
    assert len(meta["ad_insights"]) == len(rows)
    for field in ("impressions", "clicks", "reach", "spend"):
        assert sum(Decimal(str(row[field])) for row in meta["ad_insights"]) == sum(Decimal(str(row[field])) for row in rows)


def test_meta_actions_are_summed_over_destinations_and_absent_ones_stay_absent(meta: Records) -> None:
    wanted: dict[tuple[str, str], Decimal] = {}
    for row in recorded("facebook-marketing", "ads_insights"):
        for action in row.get("actions", []):
            key = (row["ad_id"], action["action_type"])
            wanted[key] = wanted.get(key, Decimal(0)) + Decimal(str(action["value"]))
    assert {(record["ad_id"], record["action_type"]): record["actions"] for record in meta["ad_actions"]} == wanted
    assert all("amount" not in record and "actions_1d_view" not in record for record in meta["ad_actions"])


def test_meta_objects_bring_minor_units_and_times_with_offset(meta: Records) -> None:
    campaign, ad_set = meta["campaigns"][0], response("facebook-marketing", "ad_sets")["data"][0]
    assert campaign["created_time"] == "2024-03-12T15:02:47-0700" and "id" not in campaign
    assert (meta["ad_sets"][0]["adset_id"], meta["ads"][0]["url_tags"]) == (ad_set["id"], None)
    assert meta["accounts"][0]["timezone_name"] == recorded("facebook-marketing", "ad_account")[0]["timezone_name"]


def test_hubspot_records_keep_zero_false_and_absence_apart() -> None:
    objects = {kind: recorded("hubspot", kind) for kind in ("contacts", "deals")}
    pipelines = [
        {**line, "id": line["pipelineId"], "stages": [{**stage, "id": stage["stageId"]} for stage in line["stages"]]}
        for line in recorded("hubspot", "deal_pipelines")
    ]

    def handle(request: Request) -> Reply:
        kind = request.path.split("/")[4]
        if request.path.endswith("/search"):
            last = request.json["filterGroups"][0]["filters"][-1]["value"]
            ids = sorted(int(row["id"]) for row in objects[kind] if int(row["id"]) > int(last))
            return Reply.of({"total": len(ids), "results": [{"id": str(id_)} for id_ in ids]})
        if "/associations/" in request.path:
            return Reply.of({"status": "COMPLETE", "results": []})
        if "/pipelines/" in request.path:
            return Reply.of({"results": pipelines})
        if request.method == "GET":
            return Reply.of({"options": []} if "/properties/" in request.path else {"results": []})
        asked = {entry["id"] for entry in request.json["inputs"]}
        return Reply.of({"status": "COMPLETE", "results": [row for row in objects[kind] if row["id"] in asked]})

    records = replayed("hubspot", "8727216", handle, Window(date(2023, 1, 1), date(2024, 12, 31)))
    deals = {record["deal_id"]: record for record in records["deals"]}
    for row in objects["deals"]:
        deal = deals[row["id"]]
        assert (deal["amount"], deal["is_closed"], deal["contact_id"]) == (row["properties"]["amount"], False, None)
    assert {record["contact_id"] for record in records["contacts"]} == {row["id"] for row in objects["contacts"]}
    lost = next(stage for stage in records["pipeline_stages"] if stage["stage_label"] == "Closed Lost")
    assert (lost["is_closed"], lost["probability"]) == (False, "0.1")
