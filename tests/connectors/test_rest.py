"""Retrying within bounds, against real HTTP on loopback."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest
from connectors.local_server import Reply, Request, counting, failing_first, serve

from multiball.connectors._rest import Refused, Rest, bearer, credential, raise_for_error, retry_after
from multiball.shapes import AccessRefused, InputError, Source, SourceError


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


@pytest.mark.parametrize(
    "value", ["soon", "-5", "²", "1e9", "nan", "inf", "5, 5", "2026-12-01T00:00:00Z", "Mon, 99 Xyz 99999 25:61:00 GMT"]
)
def test_a_retry_after_that_cannot_be_read_is_ignored_with_a_line_in_the_log(value: str, caplog: pytest.LogCaptureFixture) -> None:
    assert retry_after({"retry-after": value}) is None
    assert "Retry-After is" in caplog.text and "ignored" in caplog.text


def test_a_retry_after_of_a_date_without_zone_or_in_the_past_or_of_ages_is_read() -> None:
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 -0000"}) == 0
    assert (retry_after({"retry-after": "Fri, 21 Oct 9999 07:28:00 GMT"}) or 0) > 1e9
    assert (retry_after({"retry-after": "9" * 400}) or 0) > 1e9


@pytest.mark.parametrize("value", ["-5", "soon", "0", "9" * 400, "Wed, 21 Oct 2015 07:28:00 -0000", "Fri, 21 Oct 9999 07:28:00 GMT"])
def test_a_wait_is_bounded_whatever_the_platform_asks_for(value: str) -> None:
    _, handler = replies(Reply(429, headers={"retry-after": value}), Reply.of({"data": 1}))
    started = time.monotonic()
    with serve(handler) as base, Rest(source_at(base, max_wait_seconds=0.05), {}) as api:
        assert api.get("/x") == {"data": 1}
    assert 0.05 <= time.monotonic() - started < 2.0


def test_a_limit_in_the_headers_that_cannot_be_read_is_ignored(caplog: pytest.LogCaptureFixture) -> None:
    _, handler = replies(Reply.of({"data": 1}, **{"x-left": "many"}))
    with serve(handler) as base, Rest(source_at(base), {}, raise_for_error, lambda headers: float(headers["x-left"])) as api:
        assert api.get("/x") == {"data": 1}
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize("status", [200, 400])
def test_a_token_that_is_refused_in_words_is_refused_at_once(status: int) -> None:
    seen, handler = replies(Reply.of({"error": "invalid_token", "error_description": "expired"}, status))
    with serve(handler) as base, pytest.raises(AccessRefused, match="expired or wrong"), Rest(source_at(base), {}) as api:
        api.get("/x", expect=("data",))
    assert len(seen) == 1


def test_an_error_with_a_status_of_success_is_asked_for_again() -> None:
    seen, handler = replies(Reply.of({"error": {"message": "busy"}}), Reply.of({"data": 1}))
    with serve(handler) as base, Rest(source_at(base, max_wait_seconds=0.01), {}) as api:
        assert api.get("/x") == {"data": 1}
    assert len(seen) == 2


ORDER = {"id": "7", "lines": [{"amount": "1"}, {"amount": "2"}], "customer": {"email": "anna@shop.example"}}


@pytest.mark.parametrize(
    ("row", "convert", "words"),
    [
        (ORDER | {"id": "abc"}, lambda row: int(row["id"]), "orders, row 2, is not as documented: field id is a text, 'abc'"),
        (ORDER | {"id": None}, lambda row: row["id"] + 1, "field id is null"),
        (ORDER | {"lines": 5}, lambda row: [line["amount"] for line in row["lines"]], "field lines is a number, 5"),
        (ORDER | {"lines": [{}]}, lambda row: [line["amount"] for line in row["lines"]], r"field lines\[0\].amount is missing"),
        (ORDER | {"lines": [[]]}, lambda row: [line["amount"] for line in row["lines"]], r"field lines\[0\] is a list"),
        (ORDER | {"at": "2026-13-45"}, lambda row: date.fromisoformat(row["at"]), "field at is a text, '2026-13-45'"),
        (ORDER | {"at": "x"}, lambda row: Decimal(row["at"]), "field at is a text, 'x'"),
        (ORDER | {}, lambda row: int(row["customer"]["email"]), "field customer.email is a text$"),
        ("text", lambda row: row["id"], "the row is a text"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_field(row: object, convert: Callable[[Any], object], words: str) -> None:
    with pytest.raises(SourceError) as failure, Rest(source_at("http://127.0.0.1:1"), {}) as api:
        api.each("orders", [ORDER, row], lambda given: None if given is ORDER else convert(given))
    assert re.search(words, failure.value.what) and "anna" not in str(failure.value)


def test_no_message_repeats_a_secret_that_the_platform_says_back(caplog: pytest.LogCaptureFixture) -> None:
    for status in (400, 401, 403, 500, 200):
        _, handler = replies(Reply.of({"message": "Malformed token s3cret", "s3cret": {}}, status))
        source = source_at("", max_wait_seconds=0.01, max_attempts=2)
        with serve(handler) as base, Rest(replace(source, base_url=base), bearer("s3cret")) as api, pytest.raises(SourceError) as failure:
            api.get("/x", expect=("data",))
        assert "s3cret" not in str(failure.value) + caplog.text


@pytest.mark.parametrize("option", [{"max_attempts": "many"}, {"max_attempts": 0}, {"timeout_seconds": None}, {"max_wait_seconds": True}])
def test_an_option_that_is_not_a_number_is_wrong_input(option: dict[str, object]) -> None:
    with pytest.raises(InputError, match=rf"sources\.shop\.options\.{next(iter(option))}: is .*Give a number"):
        Rest(source_at("http://127.0.0.1:1", **option), {})


@pytest.mark.parametrize("token", ["tok en", "token\n", "жетон", "\ufefftoken"])
def test_a_credential_that_no_header_can_carry_is_wrong_input(token: str) -> None:
    source = replace(source_at("http://127.0.0.1:1"), credentials={"api_key": token})
    with pytest.raises(InputError, match="Copy the token again") as failure:
        credential(source, "api_key")
    assert token not in str(failure.value)


def test_an_address_that_is_none_is_wrong_input() -> None:
    with pytest.raises(InputError, match=r"sources\.shop\.base_url"):
        Rest(source_at("http://[::1"), {})


def test_pauses_before_the_next_request_as_the_pace_says() -> None:
    seen, handler = replies(Reply.of({}, **{"x-left": "0"}), Reply.of({}))
    with serve(handler) as base, Rest(source_at(base), {}, raise_for_error, lambda headers: 0.4 if "x-left" in headers else 0.0) as api:
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


def test_a_time_out_is_repeated_and_then_reported() -> None:
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
