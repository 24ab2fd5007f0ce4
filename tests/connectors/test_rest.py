"""Retrying within bounds, against real HTTP on loopback."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest
from connectors.local_server import Reply, Request, counting, failing_first, serve

from multiball.connectors._rest import Refused, Rest, credential, judge, retry_after
from multiball.shapes import InputError, Source, SourceError


def source_at(base_url: str, **options: object) -> Source:
    return Source("shop", "site", base_url, ("1",), {"api_key": "s3cret"}, date(2026, 1, 1), "me@example.com", options=options)


def replies(*answers: Reply) -> tuple[list[Request], object]:
    left, seen = list(answers), []
    return seen, counting(lambda _: left.pop(0) if len(left) > 1 else left[0], seen)


@pytest.mark.parametrize(
    "failure", [Reply(503), Reply(429), Reply(200, b""), Reply(200, b'{"data": [1'), Reply(200, b'{"data": []}', cut=4)]
)
def test_a_passing_failure_is_repeated(failure: Reply) -> None:
    seen, handler = replies(failure, Reply.of({"data": [1]}))
    with serve(handler) as base, Rest(source_at(base, max_wait_seconds=0.01), {}) as api:
        assert api.get("/x", expect=("data",)) == {"data": [1]}
    assert len(seen) == 2


def test_half_an_answer_that_is_valid_json_is_asked_for_again() -> None:
    _, handler = replies(Reply.of({}), Reply.of({"data": [], "next_cursor": None}))
    with serve(handler) as base, Rest(source_at(base, max_wait_seconds=0.01), {}) as api:
        assert "next_cursor" in api.get("/x", expect=("data", "next_cursor"))


def test_waits_as_long_as_the_platform_says_and_no_longer_than_allowed() -> None:
    _, handler = replies(Reply(429, headers={"retry-after": "1"}), Reply.of({}))
    started = time.monotonic()
    with serve(handler) as base, Rest(source_at(base), {}) as api:
        api.get("/x")
    assert 1.0 <= time.monotonic() - started < 3.0
    _, handler = replies(Reply(429, headers={"retry-after": "3600"}), Reply.of({}))
    started = time.monotonic()
    with serve(handler) as base, Rest(source_at(base, max_wait_seconds=0.05), {}) as api:
        api.get("/x")
    assert time.monotonic() - started < 1.0


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert retry_after({"retry-after": "17"}) == 17
    assert 80 < (retry_after({"retry-after": later}) or 0) <= 90
    assert retry_after({"retry-after": "soon"}) is None and retry_after({}) is None


def test_pauses_before_the_next_request_as_the_pace_says() -> None:
    seen, handler = replies(Reply.of({}, **{"x-left": "0"}), Reply.of({}))
    with serve(handler) as base, Rest(source_at(base), {}, judge, lambda headers: 0.4 if "x-left" in headers else 0.0) as api:
        api.get("/x")
        started = time.monotonic()
        api.get("/x")
    assert time.monotonic() - started >= 0.35 and len(seen) == 2


def test_a_refusal_is_not_repeated() -> None:
    for status, words in ((401, "expired or wrong"), (403, "may not read"), (404, "HTTP 404")):
        seen, handler = replies(Reply.of({"message": "no"}, status))
        with serve(handler) as base, Rest(source_at(base), {}) as api, pytest.raises(Refused, match=words):
            api.get("/x")
        assert len(seen) == 1


def test_nobody_listening_is_a_source_error_that_says_so() -> None:
    with serve(lambda _: Reply()) as base:
        closed = base
    with Rest(source_at(closed, max_wait_seconds=0.01, max_attempts=2), {}) as api, pytest.raises(SourceError, match="after 2 attempts"):
        api.get("/x")


def test_a_time_out_is_repeated_and_then_told() -> None:
    with serve(lambda _: time.sleep(0.3) or Reply()) as base:
        slow = source_at(base, timeout_seconds=0.1, max_wait_seconds=0.01, max_attempts=2)
        with Rest(slow, {}) as api, pytest.raises(SourceError, match="ReadTimeout"):
            api.get("/x")


def test_an_answer_of_another_shape_is_a_source_error() -> None:
    expected = pytest.raises(SourceError, match="not as documented")
    with serve(lambda _: Reply.of({"data": "text"})) as base, expected, Rest(source_at(base), {}) as api:
        api.get("/x")["data"]["rows"]


def test_a_missing_credential_says_where_to_put_it() -> None:
    with pytest.raises(InputError, match=r"sources\.shop\.credentials\.token"):
        credential(source_at("http://127.0.0.1:1"), "token")


def test_every_kind_of_failure_of_the_helper_is_survived() -> None:
    handler = failing_first(lambda request: Reply.of({"path": request.path}))
    with serve(handler) as base, Rest(source_at(base, max_wait_seconds=0.01), {}) as api:
        assert [api.get(f"/{number}", expect=("path",))["path"] for number in range(10)] == [f"/{number}" for number in range(10)]
