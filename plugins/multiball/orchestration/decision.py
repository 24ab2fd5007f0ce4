"""A decision of a review as a task: Airflow shows it under "Required Actions", and the task waits for the answer without a worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Context, Param
from airflow.sdk.definitions.param import ParamsDict

from multiball.review.answers import DECISIONS, Action, decide

_SHORTEST_WAIT = timedelta(days=1)


class AskForDecision(HITLOperator):
    """Asks one question of `review.questions` and returns the record of the answer, or of a missing one after the day to decide.

    An invalid answer fails the task with a message; clearing the task asks again.
    """

    template_fields = ("question",)

    def __init__(self, *, question: Mapping[str, Any], **arguments: Any) -> None:
        # without a response_timeout, Airflow would apply the time limit of the task to people
        super().__init__(subject="A decision of the review", options=list(DECISIONS), response_timeout=_SHORTEST_WAIT, **arguments)
        self.question = question

    def execute(self, context: Context) -> None:
        """Ask. If the task was cleared after the day to decide, the question can be answered for one more day, and is due by then."""
        self.subject, self.body = self.question["subject"], self.question["body"]
        fields, now = self.question["fields"], datetime.now(UTC)
        due = max(self.question["action"]["due_on"], (now + _SHORTEST_WAIT).date().isoformat())
        self.params = ParamsDict(
            {
                "note": Param("", type=["null", "string"], title=fields["note"]),
                "due_on": Param(due, type=["null", "string"], format="date", title=fields["due_on"]),
            }
        )
        after = datetime.combine(date.fromisoformat(self.question["decide_by"]) + timedelta(days=1), time(), UTC)
        self.response_timeout = max(after - now, _SHORTEST_WAIT)
        super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Action:
        """Called by Airflow with the answer, which it has not validated, or when the time is over."""
        action: Action = dict(self.question["action"])
        if event.get("error_type") == "timeout":
            return {**action, "decided_at": datetime.now(UTC).isoformat()}
        if "error" in event:
            self.process_trigger_event_error(event)
        [answer] = event["chosen_options"]
        return decide(action, answer, event["params_input"] or {}, event["responded_by_user"]["name"], event["responded_at"])
