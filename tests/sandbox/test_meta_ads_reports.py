"""The Marketing API stand-in, asked over HTTP: report runs."""

from __future__ import annotations

from datetime import date, timedelta

from meta_ads_api import Api
from tiny_world import BERLIN


def run_states(api: Api, run_id: str) -> list[tuple[str, int]]:
    states = []
    while not states or states[-1][0] != "Job Completed":
        run = api.get(run_id)
        states.append((run["async_status"], run["async_percent_completion"]))
        assert len(states) < 20
    return states


def test_a_report_run_progresses_by_polls_and_shows_100_percent_before_it_is_completed(api: Api) -> None:
    asked = {
        "level": "ad",
        "time_increment": 1,
        "time_range": {"since": "2026-09-01", "until": "2026-09-30"},
        "fields": "ad_id,spend,reach",
    }
    run_id = api.ask(f"act_{BERLIN}/insights", method="POST", **asked).json()["report_run_id"]
    early = api.error(f"{run_id}/insights")
    assert (early["code"], early["error_subcode"], early["is_transient"]) == (2601, 1815107, True)
    states = run_states(api, run_id)
    percents = [percent for _, percent in states]
    assert percents == sorted(percents) and percents[0] == 0
    assert states[-2] == ("Job Running", 100) and states[-1] == ("Job Completed", 100)
    first = api.ask(f"{run_id}/insights", limit=500)
    page = api.get(f"{run_id}/insights", limit=500) if first.status_code == 400 else first.json()
    assert page["data"] == api.insights("2026-09-01", "2026-09-30", **{name: asked[name] for name in ("level", "time_increment", "fields")})


def test_a_long_report_shows_more_of_its_progress(api: Api) -> None:
    asked = {"time_range": {"since": "2026-07-01", "until": "2026-09-30"}}
    states = run_states(api, api.ask(f"act_{BERLIN}/insights", method="POST", **asked).json()["report_run_id"])
    assert ("Job Started", 0) in states and 0 < states[-3][1] < 100


def test_right_after_completion_some_runs_refuse_their_first_read_once(api: Api) -> None:
    refused = 0
    for _ in range(4):
        run_id = api.ask(f"act_{BERLIN}/insights", method="POST").json()["report_run_id"]
        run_states(api, run_id)
        first, second = (api.ask(f"{run_id}/insights") for _ in range(2))
        assert second.status_code == 200
        if first.status_code == 400:
            refused += 1
            assert first.json()["error"]["is_transient"] is True
    assert refused == 1


def test_a_bad_query_is_refused_when_the_run_is_asked_for(api: Api) -> None:
    response = api.ask(f"act_{BERLIN}/insights", method="POST", fields="bogus")
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


def test_history_grows_no_row_that_was_not_delivered_before_the_world_began(api: Api) -> None:
    start = date(2026, 9, 1)
    rows = api.insights(str(start - timedelta(days=30)), str(start), time_increment=1, fields="impressions")
    assert [row["date_start"] for row in rows] == [str(start)]


def test_a_report_can_fail_and_says_why_from_v25_on(api: Api) -> None:
    api.faults.add("meta_ads", "server_error", path="report:*", times=2)
    for version, reported in (("v26.0", True), ("v24.0", False)):
        run_id = api.ask(f"act_{BERLIN}/insights", method="POST").json()["report_run_id"]
        polls = [api.ask(run_id, version=version).json() for _ in range(4)]
        assert polls[-1]["async_status"] == "Job Failed"
        assert (polls[-1].get("error_code"), polls[-1].get("error_subcode")) == ((-2, 2490547) if reported else (None, None))
        assert api.error(f"{run_id}/insights")["code"] == 2601
    run_id = api.ask(f"act_{BERLIN}/insights", method="POST").json()["report_run_id"]
    assert run_states(api, run_id)[-1] == ("Job Completed", 100)


def test_a_report_can_stay_at_0_percent_for_good(api: Api) -> None:
    api.faults.add("meta_ads", "hang", path=f"report:{BERLIN}", seconds=0)
    run_id = api.ask(f"act_{BERLIN}/insights", method="POST").json()["report_run_id"]
    assert {api.get(run_id)["async_percent_completion"] for _ in range(8)} == {0}
