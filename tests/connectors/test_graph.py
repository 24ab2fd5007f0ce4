"""Meta's errors, usage headers and paging."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from connectors.local_server import Reply, Request, serve
from connectors.sessions import session_of

from multiball.connectors._answers import Again, Answer, Refused, TooMuch
from multiball.connectors._graph import pace, raise_for_error
from multiball.shapes import AccessRefused, Source, SourceError

SOURCE = Source("ads", "meta_ads", "http://127.0.0.1:1", ("1",), {"access_token": "t0ken"}, date(2026, 1, 1), "me@example.com")


def error(code: int, subcode: int | None = None, message: str = "m", status: int = 400, **more: object) -> Answer:
    body = {"error": {"code": code, "error_subcode": subcode, "message": message, **more}}
    usage = {"1": [{"type": "ads_insights", "call_count": 100, "estimated_time_to_regain_access": 7}]}
    return Answer(SOURCE, status, {"x-business-use-case-usage": json.dumps(usage)}, json.dumps(body))


@pytest.mark.parametrize(
    "answer",
    [error(1), error(2), error(2, 1504043), error(2601, 1815107, is_transient=True), error(100, 99), error(9, status=503)],
)
def test_temporary_errors_are_asked_again(answer: Answer) -> None:
    with pytest.raises(Again):
        raise_for_error(answer)


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80000, 80004, 80014])
def test_a_limit_waits_until_access_is_regained(code: int) -> None:
    with pytest.raises(Again) as again:
        raise_for_error(error(code))
    assert again.value.wait == 7 * 60


@pytest.mark.parametrize("answer", [error(2, 1504041), error(2, 1504042), error(100), error(3018), error(2635)])
def test_lasting_errors_are_refused(answer: Answer) -> None:
    with pytest.raises(Refused):
        raise_for_error(answer)


@pytest.mark.parametrize(
    "answer",
    [
        error(100, 1487534),
        error(100, 1504018),
        error(1, message="Please reduce the amount of data", status=500),
        error(10, message="(#10) Please reduce the amount of data you're asking for, then retry your request"),
        error(200, message="Please Reduce The Amount Of Data you’re asking for", status=403),
    ],
)
def test_too_much_data_is_distinguished(answer: Answer) -> None:
    with pytest.raises(TooMuch):
        raise_for_error(answer)


def test_a_dead_token_and_a_missing_permission_are_distinguished() -> None:
    with pytest.raises(Refused, match="expired or wrong") as dead:
        raise_for_error(error(190, 463))
    assert "sources.ads.credentials.access_token" in dead.value.remedy
    for code in (102, 104, "190"):
        with pytest.raises(AccessRefused, match="expired or wrong"):
            raise_for_error(error(code))  # type: ignore[arg-type]
    for code in (10, 200, 299):
        with pytest.raises(Refused, match="may not read"):
            raise_for_error(error(code))


def test_an_error_that_is_not_json_is_classified_by_its_status() -> None:
    with pytest.raises(Again):
        raise_for_error(Answer(SOURCE, 502, {}, "<html>"))


def test_slows_down_from_85_percent_of_any_limit() -> None:
    def usage(percent: float) -> dict[str, str]:
        return {"x-fb-ads-insights-throttle": json.dumps({"app_id_util_pct": 1, "acc_id_util_pct": percent}), "x-app-usage": "no json"}

    assert [pace(usage(percent)) for percent in (0, 84.9, 85, 96)] == [0, 0, 120, 600]
    assert pace({"x-ad-account-usage": json.dumps({"acc_id_util_pct": 99, "reset_time_duration": 42})}) == 42
    assert pace({}) == 0


def test_pages_are_followed_without_their_address_and_halved_when_too_large() -> None:
    asked = []

    def handle(request):  # type: ignore[no-untyped-def]
        asked.append(dict(request.query))
        start, limit = int(request.query.get("after", 0)), int(request.query["limit"])
        if start == 4 and limit > 2:
            return Reply.of({"error": {"code": 1, "message": "Please reduce the amount of data you're asking for"}}, 500)
        rows = list(range(start, min(start + limit, 10)))
        paging = {"next": f"http://elsewhere.test/x?access_token=t0ken&fields=id&after={rows[-1] + 1}"} if rows[-1] < 9 else {"cursors": {}}
        return Reply.of({"data": rows, "paging": paging})

    with serve(handle) as base:
        source = Source("ads", "meta_ads", base, ("1",), {"access_token": "t0ken"}, date(2026, 1, 1), "me@example.com")
        with session_of(source, limit=4) as api:
            pages = list(api.pages("/act_1/ads", {"fields": "id"}))
    assert [row for page in pages for row in page] == list(range(10))
    assert [len(page) for page in pages] == [4, 2, 4]
    assert not any("access_token" in query for query in asked)


@pytest.mark.parametrize("nexts", ["AA", "ABAB"])
def test_an_edge_that_leads_round_ends_with_a_message(nexts: str) -> None:
    seen: list[Request] = []

    def handle(request: Request) -> Reply:
        seen.append(request)
        after = nexts[(len(seen) - 1) % len(nexts)]
        return Reply.of({"data": [len(seen)], "paging": {"next": f"http://elsewhere.test/x?after={after}"}})

    with (
        serve(handle) as base,
        pytest.raises(SourceError, match="returns to a page"),
        session_of(replace(SOURCE, base_url=base), limit=4) as api,
    ):
        list(api.pages("/act_1/ads", {}))
    assert len(seen) <= 3


def test_an_edge_of_empty_pages_without_end_ends_with_a_message() -> None:
    seen: list[Request] = []

    def handle(request: Request) -> Reply:
        seen.append(request)
        return Reply.of({"data": [], "paging": {"next": f"http://elsewhere.test/x?after={len(seen)}"}})

    with (
        serve(handle) as base,
        pytest.raises(SourceError, match="without a new row"),
        session_of(replace(SOURCE, base_url=base), limit=4) as api,
    ):
        list(api.pages("/act_1/ads", {}))
    assert len(seen) <= 101


def test_a_limit_that_asks_for_a_negative_wait_is_waited_for_as_usual() -> None:
    answers = [
        Reply.of({"error": {"code": 17, "message": "m"}}, 400, **{"x-app-usage": '{"estimated_time_to_regain_access": -7}'}),
        Reply.of({"data": []}),
    ]
    with serve(lambda _: answers.pop(0)) as base, session_of(replace(SOURCE, base_url=base, options={"max_wait_seconds": 0.01}), 4) as api:
        assert list(api.pages("/act_1/ads", {})) == [[]]
