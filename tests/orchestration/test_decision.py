"""The task that asks: what becomes of an answer, of silence, and of an error, as Airflow hands them over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from multiball.shapes import InputError

pytestmark = pytest.mark.airflow

QUESTION = {
    "subject": "Sell more {{ 6 * 7 }}",
    "body": "Evidence {{ 6 * 7 }}",
    "fields": {"note": "Note", "due_on": "To be done by"},
    "decide_by": "2026-11-18",
    "action": {"action_id": "a", "title": '{"en": "Sell more"}', "decision": "unanswered", "due_on": "2099-11-25"},
}
ANSWER = {"responded_by_user": {"id": "1", "name": "ada"}, "responded_at": datetime(2026, 11, 5, tzinfo=UTC), "timedout": False}


@pytest.fixture
def ask() -> Any:
    from multiball.orchestration.decision import AskForDecision

    return AskForDecision(task_id="ask", question=QUESTION)


def test_an_answer_is_handed_on_as_a_record(ask: Any) -> None:
    found = ask.execute_complete({}, {**ANSWER, "chosen_options": ["Approve"], "params_input": {"note": "go", "due_on": "2099-01-31"}})
    assert (found["decision"], found["decided_by"], found["due_on"]) == ("approved", "ada", "2099-01-31")


def test_silence_until_the_day_is_recorded_and_fails_nothing(ask: Any) -> None:
    found = ask.execute_complete({}, {"error": "no response", "error_type": "timeout"})
    assert (found["decision"], found.get("decided_by")) == ("unanswered", None)
    assert datetime.fromisoformat(found["decided_at"]).tzinfo is not None


def test_what_cannot_be_taken_is_wrong_input_so_that_no_retry_asks_behind_ones_back(ask: Any) -> None:
    from multiball.orchestration.failures import RETRIES

    with pytest.raises(InputError, match="is not a valid date"):
        ask.execute_complete({}, {**ANSWER, "chosen_options": ["Approve"], "params_input": {"note": "", "due_on": "soon"}})
    assert RETRIES["retry_policy"].rules[0].exception == "multiball.shapes.InputError"


def test_the_question_waits_until_its_day_is_over_and_a_day_at_least(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.providers.standard.operators.hitl import HITLOperator

    monkeypatch.setattr(HITLOperator, "execute", lambda self, context: None)
    ask.question = {**QUESTION, "decide_by": "2020-11-18", "action": {**QUESTION["action"], "due_on": "2020-11-25"}}
    ask.execute({})
    assert ask.response_timeout.total_seconds() >= 86400
    # what is offered as the day to be done by must be a day that an answer can be given with
    assert ask.params["due_on"] >= (datetime.now(UTC) + timedelta(hours=23)).date().isoformat()
    ask.question = {**QUESTION, "decide_by": "2099-11-18"}
    ask.execute({})
    assert ask.params["due_on"] == "2099-11-25"
    assert abs(datetime.now(UTC) + ask.response_timeout - datetime(2099, 11, 19, tzinfo=UTC)).total_seconds() < 60


def test_nothing_in_a_question_is_a_template(ask: Any) -> None:
    """`question` is the only template field, and Airflow does not render what came from another task."""
    assert ask.template_fields == ("question",)
