"""Platforms declared with the kit answer as their declarations say; what is expected is counted from the world's rows in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from sandbox.kit import ROW, ROWS, Accounts, Auth, Paging, Platform, Throttle, Window, minor, restated, serving, settling
from sandbox.serve import Sandbox, serve
from sandbox.world import World
from tests.sandbox.invented import EVENTS, PLATFORM, SPEND_DAYS, TOKEN, in_each_paging, tiny, with_route
from tests.sandbox.tiny_world import BERLIN, NEW_YORK, advertising, tiny_world

NOW = datetime(2026, 10, 20, 12)
BEARER = {"Authorization": f"Bearer {TOKEN}"}
WHOLE = {"from": "2026-09-01", "to": "2026-10-31"}


@contextmanager
def served(platform: Platform, world: World | None = None) -> Iterator[tuple[httpx.Client, Sandbox]]:
    with serve(world or tiny(), NOW, [platform]) as sandbox, httpx.Client(base_url=sandbox[platform.name], headers=BEARER) as http:
        yield http, sandbox


def spent(account: str, first: date = date.min, last: date = date.max) -> list[dict[str, Any]]:
    """What the platform has to show of an account: by day, then by ad."""
    tables = advertising()
    mine = {ad["ad_id"] for ad in tables["ads"] if ad["account_id"] == account}
    rows = [row for row in tables["ad_spend"] if row["ad_id"] in mine and first <= row["date"] <= last]
    ordered = sorted(rows, key=lambda row: (row["date"], row["ad_id"]))
    return [{"ad_id": row["ad_id"], "date": f"{row['date']}", "money": {"spend": f"{row['spend']}"}} for row in ordered]


def by_cursor(answer: httpx.Response) -> dict[str, Any] | None:
    after = answer.json().get("paging", {}).get("next", {}).get("after")
    return {"place": after} if after else None


def by_offset(answer: httpx.Response) -> dict[str, Any] | None:
    body, start = answer.json()["response"], int(answer.request.url.params.get("place", 0))
    return {"place": start + len(body["items"])} if start + len(body["items"]) < body["total"] else None


def by_number(answer: httpx.Response) -> dict[str, Any] | None:
    info = answer.json()["info"]
    assert info["more"] == (info["page"] < info["pages"]) and info["count"] == len(answer.json()["items"])
    return {"place": info["page"] + 1} if info["more"] else None


def by_link(answer: httpx.Response) -> dict[str, Any] | None:
    return dict(parse_qsl(urlsplit(answer.json()["next"]).query)) if answer.json()["next"] else None


def by_header(answer: httpx.Response) -> dict[str, Any] | None:
    return dict(parse_qsl(urlsplit(answer.links["next"]["url"]).query)) if "next" in answer.links else None


FOLLOWED: dict[str, tuple[Callable[[httpx.Response], dict[str, Any] | None], Callable[[Any], list[Any]]]] = {
    "cursor": (by_cursor, lambda body: body["items"]),
    "offset": (by_offset, lambda body: body["response"]["items"]),
    "page_number": (by_number, lambda body: body["items"]),
    "json_link": (by_link, lambda body: body["items"]),
    "header_link": (by_header, lambda body: body),
}


@pytest.mark.parametrize("platform", list(in_each_paging()), ids=lambda platform: platform.name)
def test_every_row_comes_once_in_each_way_of_paging_and_for_each_size(platform: Platform) -> None:
    following, rows_of = FOLLOWED[platform.name]
    with served(platform) as (http, _):
        for size in (None, 1, 7, 20):
            found, more, pages = [], {}, 0
            while more is not None:
                answer = http.get(f"/{BERLIN}/days", params={**WHOLE, **({"limit": size} if size else {}), **more}).raise_for_status()
                found += rows_of(answer.json())
                more, pages = following(answer), pages + 1
            assert found == spent(BERLIN) and len(found) == 105
            assert pages == -(-len(found) // (size or 5))
        wrong = http.get(f"/{BERLIN}/days", params={**WHOLE, "place": "soon"})
        assert (wrong.status_code, wrong.json()) == (400, {"fault": {"code": 0, "text": "place is soon"}})


def test_a_page_above_its_most_is_refused_or_cut_as_declared() -> None:
    with served(PLATFORM) as (http, _):
        for size in ("21", "0", "-1", "x"):
            answer = http.get(f"/{BERLIN}/days", params={**WHOLE, "limit": size})
            assert (answer.status_code, answer.json()["fault"]["text"]) == (400, f"limit is {size}, at most 20")
    with served(replace(PLATFORM, paging=replace(PLATFORM.paging, above="cap"))) as (http, _):
        assert len(http.get(f"/{BERLIN}/days", params={**WHOLE, "limit": "500"}).json()["items"]) == 20


@pytest.mark.parametrize(
    ("auth", "right", "wrong"),
    [
        (Auth("bearer", TOKEN), {"headers": BEARER}, {"headers": {"Authorization": f"Basic {TOKEN}"}}),
        (Auth("api_key", TOKEN, "X-Key"), {"headers": {"x-key": TOKEN}}, {"headers": BEARER}),
        (Auth("api_key", TOKEN, "key", "query"), {"params": {"key": TOKEN}}, {"params": {"key": "other"}}),
        (Auth("http_basic", TOKEN), {"auth": (TOKEN, "")}, {"auth": ("", "other")}),
        (Auth("http_basic", TOKEN), {"auth": ("", TOKEN)}, {"headers": {"Authorization": "Basic !"}}),
    ],
)
def test_the_right_secret_lets_in_and_any_other_is_refused_in_the_platforms_envelope(
    auth: Auth, right: dict[str, Any], wrong: dict[str, Any]
) -> None:
    with serve(tiny(), NOW, [replace(PLATFORM, auth=auth)]) as sandbox:
        path = f"{sandbox['invented']}/{BERLIN}/days"
        for asked in ({}, wrong):
            answer = httpx.get(path, **{**asked, "params": {**WHOLE, **asked.get("params", {})}})
            assert (answer.status_code, answer.json()) == (403, {"fault": {"code": 7, "text": "who are you?"}})
        assert httpx.get(path, **{**right, "params": {**WHOLE, **right.get("params", {})}}).status_code == 200


@pytest.mark.parametrize(
    ("written", "start", "end", "last"),
    [
        ("day", "2026-09-05", "2026-09-09", 9),
        ("compact_day", "20260905", "20260909", 9),
        ("moment", "2026-09-05T02:00:00+02:00", "2026-09-10", 9),
        ("unix", "1788566400", "1788998400", 9),
        ("unix_ms", "1788566400000", "1788998400000", 9),
    ],
)
def test_a_window_holds_its_days_however_it_is_written(written: str, start: str, end: str, last: int) -> None:
    with served(with_route(window=Window("from", "to", "date", written))) as (http, _):
        items = http.get(f"/{BERLIN}/days", params={"from": start, "to": end, "limit": 20}).json()["items"]
    assert items == spent(BERLIN, date(2026, 9, 5), date(2026, 9, last)) and len(items) > 15


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"from": "2026-09-01"}, "from and to: to is missing"),
        ({"from": "2026-09-01", "to": "soon"}, "Invalid isoformat"),
        ({"from": "2026-09-01", "to": "2026-09-12"}, "more than 10 days"),
    ],
)
def test_a_window_that_is_missing_wrong_or_too_long_is_refused(asked: dict[str, str], said: str) -> None:
    with served(with_route(window=Window("from", "to", "date", most_days=10))) as (http, _):
        answer = http.get(f"/{BERLIN}/days", params=asked)
        assert answer.status_code == 422 and said in answer.json()["fault"]["text"]
        assert http.get(f"/{BERLIN}/days", params={"from": "2026-09-01", "to": "2026-09-11"}).status_code == 200


def test_an_account_sees_its_own_rows_and_an_unknown_one_is_refused() -> None:
    in_query = replace(
        PLATFORM, accounts=Accounts("ad_accounts", "account_id", parameter="account"), routes=[replace(SPEND_DAYS, path="/days")]
    )
    for platform, path, asked in ((PLATFORM, "/{}/days", {}), (in_query, "/days", {"account": "{}"})):
        with served(platform) as (http, _):
            for account, expected in ((BERLIN, spent(BERLIN)), (NEW_YORK, spent(NEW_YORK))):
                params = {**WHOLE, "limit": 20, **{name: value.format(account) for name, value in asked.items()}}
                assert http.get(path.format(account), params=params).json()["items"] == expected[:20] != []
            answer = http.get(path.format("none"), params={**WHOLE, **{name: "none" for name in asked}})
            assert (answer.status_code, answer.json()["fault"]["text"]) == (404, "no account none")


def test_a_day_appears_when_it_has_ended_where_the_account_is() -> None:
    newest = {}
    with served(PLATFORM) as (http, sandbox):
        for hour in (3, 21, 23):  # 21:59 UTC is before midnight in Berlin, 03:59 UTC in New York
            sandbox.clock.set(datetime(2026, 9, 10, hour, 59))
            for account in (BERLIN, NEW_YORK):
                days = http.get(f"/{account}/days", params={"from": "2026-09-07", "to": "2026-09-30", "limit": 20}).json()["items"]
                newest[account, hour] = max(day["date"] for day in days)
    assert [newest[BERLIN, hour] for hour in (3, 21, 23)] == ["2026-09-09", "2026-09-09", "2026-09-10"]
    assert [newest[NEW_YORK, hour] for hour in (3, 21, 23)] == ["2026-09-08", "2026-09-09", "2026-09-09"]


def test_amounts_are_restated_and_counts_settle() -> None:
    fields = [
        ("spend", restated("spend", "first_reported_spend", "settled_at")),
        ("minor", minor("spend")),
        ("cents", settling("cents", "date", days=4, share=0.5)),
    ]
    row = advertising()["ad_spend"][0]
    seen = []
    with served(with_route(fields=fields)) as (http, sandbox):
        for after in (timedelta(0), timedelta(days=2), timedelta(days=4)):
            sandbox.clock.set(datetime.combine(row["date"], datetime.min.time()) + timedelta(days=1) + after)
            seen.append(http.get(f"/{BERLIN}/days", params={"from": f"{row['date']}", "to": f"{row['date']}"}).json()["items"][0])
    assert [Decimal(item["spend"]) for item in seen] == [row["first_reported_spend"], row["spend"], row["spend"]]
    assert [item["cents"] for item in seen] == [500, 750, 1000] and {item["minor"] for item in seen} == {1000}


def test_calls_above_the_limit_are_refused_until_the_interval_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    monkeypatch.setattr(serving, "monotonic", lambda: seconds[0])
    throttle = Throttle(3, 10, lambda usage: {"x-left": str(usage.left), "x-total": str(usage.total), "x-wait": f"{usage.wait:g}"})
    with served(replace(PLATFORM, throttle=throttle)) as (http, _):
        answers = []
        for at in (100, 101, 102, 103, 110, 110):
            seconds[0] = at
            answers.append(http.get(f"/{BERLIN}/days", params=WHOLE))
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 200, 429]
    assert [answer.headers["x-left"] for answer in answers] == ["2", "1", "0", "0", "0", "0"]
    assert [answer.headers["x-wait"] for answer in answers] == ["0", "0", "0", "7", "0", "1"]
    assert answers[3].json()["fault"]["text"] == "slower" and answers[-1].headers["x-total"] == "6"


def test_an_object_stands_alone_or_is_refused() -> None:
    platform = with_route(envelope={"item": ROW}, none="account", window=Window("from", "to", "date"))
    with served(platform) as (http, _):
        assert http.get(f"/{BERLIN}/days", params=WHOLE).json() == {"item": spent(BERLIN)[0]}
        assert http.get(f"/{BERLIN}/days", params={"from": "2020-01-01", "to": "2020-01-02"}).status_code == 404


def test_a_cursor_of_a_key_goes_on_where_it_stood_when_rows_appear() -> None:
    at = datetime(2026, 9, 1, 10)
    events = [
        {"event_id": name, "occurred_at": at + timedelta(minutes=minute), "received_at": at + timedelta(hours=later)}
        for name, minute, later in (("a", 1, 1), ("late", 2, 9), ("b", 3, 1), ("c", 4, 1), ("d", 5, 1))
    ]
    window = {"from": "2026-09-01", "to": "2026-09-02"}
    with served(EVENTS, tiny_world(events=events, **advertising())) as (http, sandbox):
        sandbox.clock.set(at + timedelta(hours=2))
        first = http.get(f"/{BERLIN}/events", params=window).json()
        sandbox.clock.set(NOW)
        second = http.get(f"/{BERLIN}/events", params={**window, "cursor": first["more"]["cursor"]}).json()
        assert len(http.get(f"/{BERLIN}/events", params=window).json()["items"]) == 2
    assert [[item["event_id"] for item in page["items"]] for page in (first, second)] == [["a", "b"], ["c", "d"]]
    assert second["more"] == {"cursor": None} and first["items"][0]["at"] == "2026-09-01T10:01:00.000Z"


@pytest.mark.parametrize("envelope", [ROWS, {"data": {"list": ROWS}}, {"items": ROWS}], ids=str)
def test_faults_speak_the_declared_words_and_halve_pages_in_any_envelope(envelope: Any) -> None:
    platform = replace(PLATFORM, envelope=envelope, paging=Paging("offset", "offset", size="limit", usual=6, most=20))
    with served(platform) as (http, sandbox):
        for kind, options, status, said in (
            ("rate_limited", {"retry_after": 3}, 429, "slower"),
            ("server_error", {"status": 503}, 503, "down"),
            ("expired_token", {}, 403, "the token is old"),
        ):
            sandbox.faults.add("invented", kind, **options)
            answer = http.get(f"/{BERLIN}/days", params=WHOLE)
            assert (answer.status_code, answer.json()["fault"]["text"]) == (status, said)
        with pytest.raises(ValueError, match="no answer for the fault retired_metric"):
            sandbox.faults.add("invented", "retired_metric", metric="x")
        whole = http.get(f"/{BERLIN}/days", params=WHOLE).json()
        sandbox.faults.add("invented", "half_page")
        half = http.get(f"/{BERLIN}/days", params=WHOLE).json()
    for _ in range(2):
        whole, half = (next(iter(body.values())) if isinstance(body, dict) else body for body in (whole, half))
    assert half == whole[:3] and len(whole) == 6
