"""What the contract reads from a recorded conversation, so that no test of it depends on a flag."""

from __future__ import annotations

import json

import pytest
from connectors.contract import followed, led_round
from connectors.local_server import Known, Reply


def conversation(*raise_by_rules: tuple[str, Reply]) -> Known:
    return {("GET", target, b""): reply for target, reply in raise_by_rules}


@pytest.mark.parametrize(
    ("body", "led"),
    [
        ({"next_cursor": None}, {"next_cursor": "A"}),
        ({"data": []}, {"data": [], "paging": {"next": "http://elsewhere.test/x?after=A"}}),
        ({"results": [], "paging": {"next": {"after": "7"}}}, {"results": [], "paging": {"next": {"after": "A"}}}),
        ({"name": "An account"}, None),
        ([1], None),
    ],
)
def test_an_answer_that_can_name_a_next_page_is_led_round(body: object, led: object) -> None:
    reply = led_round(Reply.of(body))
    assert (reply and json.loads(reply.body)) == led


def test_an_answer_that_is_not_json_names_no_next_page() -> None:
    assert led_round(Reply(200, b"a,b\n", {"content-type": "text/csv"})) is None


def test_a_page_that_an_answer_led_to_is_found_whatever_its_parameter_is_called() -> None:
    first, second = ("/days?from=1", Reply.of({"more": "XYZ"})), ("/days?from=1&token=XYZ", Reply.of({}))
    assert followed(conversation(first, second)) == ["/days?from=1&token=XYZ"]
    assert followed(conversation(second, first)) == []
    assert followed(conversation(first, ("/days?from=2", Reply.of({})))) == []
    assert followed(conversation(first, ("/weeks?from=1&token=XYZ", Reply.of({})))) == []
