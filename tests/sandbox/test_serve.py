from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
import psutil
import pytest

from sandbox.platforms.site import API_KEY
from sandbox.serve import PLATFORMS, Sandbox, serve
from tests.sandbox.conftest import NOW

ROOT = Path(__file__).parents[2]
EVENTS = "/v1/sites/halmstein/events"
WINDOW = {"since": "2025-12-01T00:00:00Z", "until": "2025-12-02T00:00:00Z", "limit": 40}


def events(sandbox: Sandbox, timeout: float = 10) -> httpx.Response:
    return httpx.get(sandbox["site"] + EVENTS, params=WINDOW, headers={"Authorization": f"Bearer {API_KEY}"}, timeout=timeout)


def test_every_platform_answers_at_an_address_of_its_own_on_loopback(sandbox):
    assert set(sandbox.urls) == set(PLATFORMS) and len(set(sandbox.urls.values())) == len(PLATFORMS)
    assert all(url.startswith("http://127.0.0.1:") for url in sandbox.urls.values())
    assert all(httpx.get(f"{url}/_control/clock").json()["stands_still"] for url in sandbox.urls.values())


def test_a_fault_fires_exactly_as_often_as_asked_and_only_there(sandbox):
    sandbox.faults.add("site", "rate_limited", path="*/events", times=2, retry_after=3)
    assert httpx.get(f"{sandbox['ecb']}/service/data/EXR/D..EUR.SP00.A", params={"format": "csvdata"}).status_code == 200
    assert httpx.get(sandbox["site"] + EVENTS.replace("events", "orders")).status_code == 401, "the real answer to no key"
    answers = [events(sandbox) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 429, 200, 200]
    assert answers[0].headers["retry-after"] == "3"
    assert sandbox.faults.list()[0].fired == 2


def test_a_fault_may_begin_later_and_last_until_it_is_cleared(sandbox):
    sandbox.faults.add("site", "server_error", times=None, after=1, status=503)
    assert [events(sandbox).status_code for _ in range(3)] == [200, 503, 503]
    sandbox.faults.clear()
    assert events(sandbox).status_code == 200


def test_rate_limits_come_without_a_hint_too(sandbox):
    sandbox.faults.add("hubspot", "rate_limited")
    answer = httpx.get(f"{sandbox['hubspot']}/crm/v3/objects/contacts")
    assert answer.status_code == 429 and "retry-after" not in answer.headers and answer.json()["policyName"] == "TEN_SECONDLY_ROLLING"


@pytest.mark.parametrize("platform", ["meta_ads", "facebook_pages"])
def test_graph_refuses_with_its_own_codes_and_minutes_to_wait(sandbox, platform):
    sandbox.faults.add(platform, "rate_limited", retry_after=120)
    answer = httpx.get(f"{sandbox[platform]}/v26.0/me")
    assert answer.status_code == 400 and answer.json()["error"]["code"] in (80000, 80001)
    usage = json.loads(answer.headers["x-business-use-case-usage"])
    assert [one["estimated_time_to_regain_access"] for ones in usage.values() for one in ones] == [2]


def test_an_expired_token_is_reported_in_each_platform_s_words(sandbox):
    for platform in ("meta_ads", "facebook_pages", "hubspot", "site"):
        sandbox.faults.add(platform, "expired_token")
    assert httpx.get(f"{sandbox['meta_ads']}/v26.0/me").json()["error"]["code"] == 190
    assert httpx.get(f"{sandbox['facebook_pages']}/v26.0/me").json()["error"]["error_subcode"] == 463
    assert httpx.get(f"{sandbox['hubspot']}/crm/v3/owners").json()["category"] == "EXPIRED_AUTHENTICATION"
    assert events(sandbox).status_code == 401


def test_a_retired_metric_refuses_only_the_calls_that_ask_for_it(sandbox):
    sandbox.faults.add("facebook_pages", "retired_metric", times=None, metric="page_views_total")
    ask = f"{sandbox['facebook_pages']}/v26.0/1/insights?metric="
    assert "valid insights metric" in httpx.get(f"{ask}page_follows,page_views_total").text
    assert "valid insights metric" not in httpx.get(f"{ask}page_follows").text


def test_bodies_are_spoilt_as_named(sandbox):
    true = events(sandbox)
    assert len(true.json()["data"]) == 40
    spoilt = {}
    for kind, options in (
        ("empty", {}),
        ("broken_json", {}),
        ("half_page", {}),
        ("additive_field", {}),
        ("type_flip", {"field": "messageId"}),
    ):
        sandbox.faults.add("site", kind, **options)
        spoilt[kind] = events(sandbox)
        assert spoilt[kind].status_code == 200
    assert spoilt["empty"].content == b""
    with pytest.raises(json.JSONDecodeError):
        spoilt["broken_json"].json()
    assert spoilt["half_page"].json() == {**true.json(), "data": true.json()["data"][:20]}
    added = spoilt["additive_field"].json()
    assert {row.pop("sandbox_new_field") for row in added["data"]} == {"new"} and added == true.json()
    assert all(isinstance(row["messageId"], dict) for row in spoilt["type_flip"].json()["data"])
    assert events(sandbox).json() == true.json()


def test_numbers_flip_to_text_in_json_and_csv(sandbox):
    sandbox.faults.add("ecb", "type_flip", field="OBS_VALUE")
    text = httpx.get(f"{sandbox['ecb']}/service/data/EXR/D.USD.EUR.SP00.A?format=csvdata&lastNObservations=2").text
    assert text.count("n/a") == 2


def test_a_truncated_body_and_a_hanging_call_break_the_connection(sandbox):
    sandbox.faults.add("site", "truncated")
    with pytest.raises(httpx.RemoteProtocolError):
        events(sandbox)
    sandbox.faults.add("site", "hang", seconds=0.2)
    with pytest.raises(httpx.RemoteProtocolError):
        events(sandbox)
    assert events(sandbox).status_code == 200


def test_a_slow_call_runs_into_the_time_out_of_its_caller(sandbox):
    sandbox.faults.add("site", "slow", times=2, seconds=1.5)
    with pytest.raises(httpx.ReadTimeout):
        events(sandbox, timeout=0.3)
    begun = time.monotonic()
    assert events(sandbox).status_code == 200 and time.monotonic() - begun >= 1.5


@pytest.mark.parametrize(
    "fault",
    [
        {"platform": "site", "kind": "earthquake"},
        {"platform": "site", "kind": "retired_metric", "metric": "x"},
        {"platform": "site", "kind": "slow"},
        {"platform": "nobody", "kind": "server_error"},
    ],
)
def test_a_fault_that_cannot_be_is_refused(sandbox, fault):
    answer = httpx.post(f"{sandbox['ecb']}/_control/faults", json=fault)
    assert answer.status_code == 400 and "ValueError" in answer.json()["error"]
    assert sandbox.faults.list() == []


def test_faults_clock_and_truth_are_reached_by_http(sandbox):
    control = f"{sandbox['meta_ads']}/_control"
    assert httpx.post(f"{control}/faults", json={"platform": "site", "kind": "server_error", "times": 1}).json()[0]["fired"] == 0
    assert events(sandbox).status_code == 500
    assert httpx.get(f"{control}/faults").json()[0]["fired"] == 1
    assert httpx.delete(f"{control}/faults").json() == []
    later = NOW - timedelta(days=20)
    orders = httpx.get(f"{control}/truth/order").json()
    assert httpx.post(f"{control}/clock", json={"now": f"{later.isoformat()}Z"}).json()["now"].startswith(later.isoformat())
    assert 0 < len(httpx.get(f"{control}/truth/order").json()) < len(orders)
    assert "ad_reach" in httpx.get(f"{control}/truth").json()
    assert httpx.get(f"{control}/truth/nothing").status_code == 404
    assert httpx.post(f"{control}/clock", json={"now": None}).json()["stands_still"] is False
    assert httpx.post(f"{control}/clock", json={"now": "soon"}).status_code == 400


def start(tmp_path: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox.serve", "--ports-file", str(tmp_path / "ports.json"), "--seed", "4", "--scale", "0.1"]
    window = ["--start", "2026-01-01", "--end", "2026-01-20", "--now", "2026-01-15T08:00:00"]
    environment = {**os.environ, "PYTHONPATH": f"plugins{os.pathsep}."}
    return subprocess.Popen(
        [*command, *window, *more], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_the_command_serves_until_it_is_stopped(tmp_path):
    process = start(tmp_path, "--truth", str(tmp_path / "truth"), "--platforms", "site", "ecb")
    try:
        deadline = time.monotonic() + 90
        while not (tmp_path / "ports.json").exists():
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline, "the sandbox did not start"
            time.sleep(0.1)
        urls = json.loads((tmp_path / "ports.json").read_text())
        assert set(urls) == {"site", "ecb"}
        assert httpx.get(f"{urls['ecb']}/_control/clock").json()["now"].startswith("2026-01-15T08:00:00")
        assert (tmp_path / "truth" / "order.parquet").exists()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.communicate()
    with pytest.raises(httpx.ConnectError):
        httpx.get(urls["ecb"])


def test_one_process_serves_all_platforms(tmp_path):
    process = start(tmp_path)
    try:
        deadline = time.monotonic() + 90
        while not (tmp_path / "ports.json").exists():
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline, "the sandbox did not start"
            time.sleep(0.1)
        urls = json.loads((tmp_path / "ports.json").read_text())
        served = psutil.Process(process.pid)
        listening = {one.laddr.port for one in served.net_connections("tcp") if one.status == psutil.CONN_LISTEN}
        assert {httpx.URL(url).port for url in urls.values()} == listening and len(listening) == len(PLATFORMS) == len(urls)
        assert served.children(recursive=True) == []
    finally:
        process.kill()
        process.communicate()


def test_a_taken_port_and_a_wrong_world_are_reported_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(tmp_path, "--port", str(port), "--platforms", "ecb")
        _, reported = process.communicate(timeout=90)
    assert process.returncode != 0 and f"port {port} is taken" in reported and "Traceback" not in reported
    process = start(tmp_path, "--end", "2025-01-01")
    _, reported = process.communicate(timeout=90)
    assert process.returncode == 2 and "would end" in reported and "Traceback" not in reported


def test_two_sandboxes_do_not_meet(world, sandbox):
    with serve(world, NOW - timedelta(days=1), ["ecb"]) as other:
        other.faults.add("ecb", "server_error", times=None)
        ask = "/service/data/EXR/D.USD.EUR.SP00.A?format=csvdata"
        assert httpx.get(other["ecb"] + ask).status_code == 500
        assert httpx.get(sandbox["ecb"] + ask).status_code == 200
        assert other.clock.now() < sandbox.clock.now()


@pytest.mark.parametrize("headers", [{"host": "rebound.example"}, {"origin": "http://other.example"}, {"origin": "null"}])
def test_a_page_of_another_address_cannot_use_the_switches(sandbox: Sandbox, headers: dict[str, str]) -> None:
    control = f"{sandbox['meta_ads']}/_control"
    assert httpx.get(f"{control}/clock", headers=headers).status_code in (400, 403)
    assert httpx.post(f"{control}/clock", json={"now": None}, headers=headers).status_code in (400, 403)
    own = sandbox["meta_ads"].removesuffix("/")
    assert httpx.get(f"{control}/clock", headers={"origin": own}).status_code == 200
