"""The answers to a proposal, and the record of each. Reads and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from multiball.review.facts import Words
from multiball.review.sections.proposals.facts import Proposal
from multiball.shapes import InputError
from multiball.words.by_language import text_in, to_json

DECISIONS = {"Approve": "approved", "Change": "changed", "Reject": "rejected"}
"""Each answer, and the decision that it is recorded as."""

UNANSWERED = "unanswered"
_TIME_TO_ACT = timedelta(days=7)

Action = dict[str, Any]
"""A row of `raw_multiball.action`; dates and numbers as text, so that tasks can pass it on."""


def draft(proposal: Proposal, title: Words, month: date, version: int) -> Action:
    """The record of an undecided proposal; due a week after the last day to decide, unless the answer changes that."""
    return {
        "action_id": proposal.id,
        "month": month.isoformat(),
        "version": version,
        "kind": proposal.kind,
        "title": to_json(title),
        "decision": UNANSWERED,
        "note": None,
        "decided_by": None,
        "decided_at": None,
        "owner": proposal.owner,
        "due_on": (proposal.decide_by + _TIME_TO_ACT).isoformat(),
        "metric": proposal.metric.name,
        "dimension": proposal.dimension,
        "member": proposal.member,
        **{name: _number(getattr(proposal, name)) for name in ("expected", "expected_low", "expected_high")},
    }


def title_of(action: Action) -> str:
    """The title in English, for messages. A question from an earlier release has only its id."""
    return text_in(action["title"]) if "title" in action else str(action["action_id"])


def decide(action: Action, answer: str, values: Mapping[str, Any], by: str, at: datetime) -> Action:
    """The record with a person's answer; `values` may have `note` and `due_on`. InputError for an invalid answer."""
    if answer not in DECISIONS:
        raise _refused(action, f"{answer!r} is not one of {', '.join(DECISIONS)}")
    if unknown := sorted(set(values) - {"note", "due_on"}):
        raise _refused(action, f"{unknown[0]!r} is not a field of the answer; note and due_on are")
    if not isinstance(values.get("note") or "", str):
        raise _refused(action, "the note is not text")
    note = " ".join((values.get("note") or "").split()) or None
    if answer == "Change" and not note:
        raise _refused(action, "Change needs a note that says what to do instead")
    due = str(values.get("due_on") or action["due_on"])
    try:
        late = date.fromisoformat(due) < at.date()
    except ValueError as error:
        raise _refused(action, f"{due!r} is not a valid date like 2026-01-31") from error
    if late and answer != "Reject":
        raise _refused(action, f"it would be due on {due}, before it was decided")
    return {**action, "decision": DECISIONS[answer], "note": note, "due_on": due, "decided_by": by, "decided_at": at.isoformat()}


def _refused(action: Action, what: str) -> InputError:
    return InputError(
        what,
        where=f'the answer to "{title_of(action)}"',
        remedy="Nothing is recorded. Clear the failed task in Airflow: it asks again.",
    )


def _number(value: object) -> str | None:
    return None if value is None else str(value)
