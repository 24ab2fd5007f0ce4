"""What every connector promises. A test module of a connector subclasses `ConnectorContract` and says where its API is served."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from connectors.local_server import Handler, Known, Reply, Request, always, counting, dying, forward, recording, replaying, with_new_fields
from connectors.wrong_values import sample, with_wrong_value

from multiball.connectors import connector
from multiball.shapes import AccessRefused, Connector, Entity, Source, SourceError, Window

Records = dict[str, list[dict[str, Any]]]


def moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


CASTS: dict[str, Callable[[Any], Any]] = {
    "string": lambda value: value if isinstance(value, str) else pytest.fail(f"{value!r} is no text"),
    "bigint": int,
    "decimal(18,6)": lambda value: round(Decimal(str(value)), 6),
    "double": float,
    "boolean": lambda value: value if isinstance(value, bool) else pytest.fail(f"{value!r} is no boolean"),
    "date": lambda value: value if isinstance(value, date) else date.fromisoformat(value),
    "timestamp": moment,
}


def extract(source: Source, account: str, window: Window) -> Records:
    """All records by entity."""
    records: Records = {}
    for entity, page in connector(source.connector).extract(source, account, window):
        records.setdefault(entity, []).extend(page)
    return records


def declared(entity: Entity, record: dict[str, Any]) -> tuple[Any, ...]:
    """The declared fields of a record, cast to their declared types."""
    values = ((field, record.get(field.name)) for field in entity.fields)
    return tuple(None if value is None else CASTS[field.type](value) for field, value in values)


def comparable(connector: Connector, records: Records) -> dict[str, list[str]]:
    return {name: sorted(map(repr, (declared(connector.entity(name), record) for record in page))) for name, page in records.items()}


def quick(source: Source, base_url: str) -> Source:
    """The source at another address, in no mood to wait."""
    return replace(source, base_url=base_url, options={"max_wait_seconds": 0.01, "max_attempts": 3, **source.options})


def led_round(reply: Reply) -> Reply | None:
    """An answer that can name a next page, made to lead to the page `A`, in each of the forms that APIs use; None for any other answer."""
    if "json" not in reply.headers.get("content-type", ""):
        return None
    body = json.loads(reply.body)
    if not isinstance(body, dict) or not {"next_cursor", "data", "results"} & body.keys():
        return None
    if "next_cursor" in body:
        body["next_cursor"] = "A"
    if {"data", "results"} & body.keys():
        body["paging"] = {"next": "http://elsewhere.test/x?after=A" if "data" in body else {"after": "A"}}
    return Reply(reply.status, json.dumps(body).encode(), reply.headers)


def round_and_round(handler: Handler) -> Handler:
    """Every page leads to the page `A`."""

    def handle(request: Request) -> Reply:
        whole = handler(replace(request, target=re.sub(r"[?&](after|cursor)=A", "", request.target)))
        return led_round(whole) or whole

    return handle


def followed(known: Known) -> list[str]:
    """The addresses that an earlier answer from the same path led to: what they ask for beyond its question is written in it."""
    asked = [(urlsplit(target), reply.body.decode(errors="replace")) for (_, target, _), reply in known.items()]
    return [
        later.geturl()
        for number, (later, _) in enumerate(asked)
        for earlier, body in asked[:number]
        if earlier.path == later.path
        and (new := set(parse_qsl(later.query)) - set(parse_qsl(earlier.query)))
        and all(value in body for _, value in new)
    ]


class ConnectorContract:
    """The test module's fixture `source` leads to a served API; its `window` holds rows of all entities but those in `empty`."""

    empty: ClassVar[frozenset[str]] = frozenset()

    def test_declares_what_a_reader_and_a_loader_need(self, it: Connector, source: Source) -> None:
        assert it.documentation.startswith(("https://", "docs/")) and it.title and it.platform
        assert it.entities and len({entity.name for entity in it.entities}) == len(it.entities)
        assert 0 <= it.restatement_days <= 90 and len(it.schedule.split()) == 5
        assert set(it.credentials) == set(source.credentials)
        for entity in it.entities:
            names = [field.name for field in entity.fields]
            assert entity.grain.endswith(".") and len(set(names)) == len(names)
            assert entity.key and set(entity.key) <= {field.name for field in entity.fields if field.required}
            assert (entity.kind == "daily") == (entity.report_date is not None)
            assert entity.report_date is None or it.entity(entity.name).fields[names.index(entity.report_date)].type == "date"
            assert all(field.description.endswith(".") for field in entity.fields)

    def test_brings_every_entity_and_each_row_once(self, it: Connector, records: Records) -> None:
        assert {name for name, page in records.items() if page} == {entity.name for entity in it.entities} - self.empty
        for name, page in records.items():
            keys = [tuple(record[key] for key in it.entity(name).key) for record in page]
            assert len(set(keys)) == len(keys), f"{name} holds a row twice"

    def test_values_have_their_declared_types_and_required_ones_are_there(self, it: Connector, records: Records) -> None:
        for name, page in records.items():
            required = [field.name for field in it.entity(name).fields if field.required]
            for record in page:
                declared(it.entity(name), record)
                assert all(record.get(field) is not None for field in required), record

    def test_sends_no_field_that_it_does_not_declare(self, it: Connector, records: Records) -> None:
        for name, page in records.items():
            assert {key for record in page for key in record} <= {field.name for field in it.entity(name).fields}, name

    def test_daily_rows_lie_within_the_window(self, it: Connector, records: Records, window: Window) -> None:
        for entity in it.entities:
            days = {CASTS["date"](record[entity.report_date]) for record in records.get(entity.name, []) if entity.report_date}
            assert all(window.start <= day <= window.end for day in days), entity.name

    def test_a_past_window_brings_no_snapshots(self, it: Connector, source: Source, account: str, window: Window) -> None:
        past = extract(quick(source, source.base_url), account, replace(window, current=False))
        assert {it.entity(name).kind for name in past} <= {"daily", "changes"}

    def test_the_same_window_brings_the_same_records(
        self, it: Connector, source: Source, account: str, window: Window, records: Records
    ) -> None:
        assert comparable(it, extract(quick(source, source.base_url), account, window)) == comparable(it, records)

    def test_requests_that_fail_once_are_repeated_and_nothing_doubles(
        self, it: Connector, records: Records, troubled: tuple[Records, list[Request]]
    ) -> None:
        assert comparable(it, troubled[0]) == comparable(it, records)

    def test_no_secret_travels_in_an_address(self, source: Source, troubled: tuple[Records, list[Request]]) -> None:
        queries = [urlsplit(request.target).query for request in troubled[1]]
        assert queries and not any(secret in query for query in queries for secret in source.credentials.values())

    def test_a_new_field_of_the_platform_changes_nothing_declared(
        self, it: Connector, source: Source, account: str, window: Window, records: Records, at: Callable[[Handler], Source]
    ) -> None:
        grown = extract(at(with_new_fields(forward(source.base_url))), account, window)
        assert comparable(it, grown) == comparable(it, records)

    @pytest.mark.parametrize("status", [429, 500, 200])
    def test_gives_up_after_bounded_attempts_and_says_what_to_do(
        self, account: str, window: Window, at: Callable[[Handler], Source], status: int
    ) -> None:
        seen: list[Request] = []
        with pytest.raises(SourceError, match=r"gave up on .* after 3 attempts") as failure:
            extract(at(counting(always(status, "not an object"), seen)), account, window)
        assert "again" in failure.value.remedy and len(seen) == 3

    def test_a_refused_token_names_the_credential_and_shows_none(
        self,
        it: Connector,
        source: Source,
        account: str,
        window: Window,
        at: Callable[[Handler], Source],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        wrong = replace(quick(source, source.base_url), credentials=dict.fromkeys(source.credentials, "wrong-secret"))
        seen: list[Request] = []
        if not it.credentials:  # then the API lets everybody in, and nothing that could be a secret is sent
            extract(at(counting(forward(source.base_url), seen)), account, window)
            assert seen and not any({"authorization", "cookie"} & request.headers.keys() for request in seen)
            return
        with caplog.at_level(logging.DEBUG), pytest.raises(AccessRefused, match="expired or wrong") as failure:
            extract(replace(wrong, base_url=at(counting(forward(source.base_url), seen)).base_url), account, window)
        assert len(seen) == 1
        assert any(f"sources.{source.name}.credentials.{name}" in failure.value.remedy for name in it.credentials)
        assert "wrong-secret" not in caplog.text + str(failure.value)

    @pytest.mark.parametrize("status", [401, 403])
    def test_access_that_ends_in_the_middle_is_refused_once(
        self, account: str, window: Window, source: Source, at: Callable[[Handler], Source], status: int
    ) -> None:
        day = Window(window.end, window.end, current=False)
        seen: list[Request] = []
        extract(at(counting(forward(source.base_url), seen)), account, day)
        half = len(seen) // 2
        seen.clear()
        with pytest.raises(AccessRefused):
            extract(at(counting(dying(forward(source.base_url), half, Reply.of({"message": "no more"}, status)), seen)), account, day)
        assert len(seen) == half + 1

    def test_pages_that_lead_round_end_with_a_message(
        self, account: str, window: Window, source: Source, at: Callable[[Handler], Source]
    ) -> None:
        known: Known = {}
        extract(at(recording(forward(source.base_url), known)), account, window)
        if not any(map(led_round, known.values())):
            assert known and followed(known) == [], "an answer names a next page in a form that led_round does not know"
            return
        seen: list[Request] = []
        with pytest.raises(SourceError, match=r"returns to a page|gave up on"):
            extract(at(counting(round_and_round(forward(source.base_url)), seen)), account, window)
        assert len(seen) < 500

    @pytest.mark.parametrize("body", [b"<html>maintenance</html>", b"5", b"[]", b"null", b'"text"', b"[" * 200_000, b"\xff\xfe"])
    def test_an_answer_that_is_something_else_is_a_message(
        self, account: str, window: Window, at: Callable[[Handler], Source], body: bytes
    ) -> None:
        with pytest.raises(SourceError, match="after 3 attempts"):
            extract(at(lambda _: Reply(200, body)), account, window)

    def test_a_value_of_another_type_is_a_message_and_no_traceback(
        self, it: Connector, account: str, window: Window, source: Source, at: Callable[[Handler], Source]
    ) -> None:
        known: Known = {}
        upstream = forward(source.base_url)
        day = Window(window.end, window.end)
        extract(at(recording(upstream, known)), account, day)
        replayed = replaying(known, upstream)
        for place, value in sample(known, most=40):
            print(place, value)  # shown where anything but a SourceError comes out
            wrong = at(with_wrong_value(replayed, place, value))
            try:
                extract(replace(wrong, options={**wrong.options, "max_attempts": 1, "report_seconds": 0.2}), account, day)
            except SourceError as error:
                assert f"source {source.name}: " in str(error) and "\n" not in error.what, (place, value)

    def test_check_names_the_account(self, it: Connector, source: Source, account: str) -> None:
        assert it.check(quick(source, source.base_url), account)
