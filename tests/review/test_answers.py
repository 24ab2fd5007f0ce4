"""Answers to a proposal: which are valid, why others are refused, and what is recorded, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from review_samples import REVIEW

from multiball.review.actions import decided, record
from multiball.review.answers import Action, decide, draft
from multiball.review.facts import Metric
from multiball.review.questions import escape_markdown
from multiball.review.sections.proposals.facts import Proposals
from multiball.shapes import InputError
from multiball.warehouse import Warehouse
from multiball.warehouse.records import ACTION, OWN

NOW = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
REVENUE = Metric(name="revenue", label="Revenue", additivity="sum", format="currency", unit="reporting currency", better="up")
PROPOSAL = next(one for one in REVIEW.of(Proposals).proposals if one.kind == "catch_up").model_copy(
    update={
        "id": "2026-10/catch_up/sales",
        "metric": REVENUE,
        "expected": Decimal("21.4234567891"),
        "owner": "growth",
        "decide_by": date(2026, 11, 18),
    }
)


@pytest.fixture
def action() -> Action:
    return draft(PROPOSAL, {"en": "Sell more", "zh": "多卖"}, date(2026, 10, 1), 1)


def kept(warehouse: Warehouse) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = warehouse.read_raw(OWN, f"select * from raw_{OWN}.{ACTION.name} order by _extracted_at").to_pylist()
    return rows


@pytest.mark.parametrize(
    ("answer", "values", "decision", "note", "due"),
    [
        ("Approve", {}, "approved", None, "2026-11-25"),
        ("Approve", {"note": " ", "due_on": None}, "approved", None, "2026-11-25"),
        ("Change", {"note": "half\nof it", "due_on": "2026-12-01"}, "changed", "half of it", "2026-12-01"),
        ("Reject", {"note": "", "due_on": "2020-01-01"}, "rejected", None, "2020-01-01"),
    ],
)
def test_an_answer_becomes_a_record(action: Action, answer: str, values: dict[str, Any], decision: str, note: str | None, due: str) -> None:
    found = decide(action, answer, values, "ada", NOW)
    assert (found["decision"], found["note"], found["due_on"], found["decided_by"]) == (decision, note, due, "ada")


@pytest.mark.parametrize(
    ("answer", "values", "what"),
    [
        ("Maybe", {}, "'Maybe' is not one of Approve, Change, Reject"),
        ("Change", {"note": "  "}, "Change needs a note that says what to do instead"),
        ("Approve", {"due_on": "soon"}, "'soon' is not a valid date like 2026-01-31"),
        ("Approve", {"due_on": {"$gt": 1}}, "is not a valid date like 2026-01-31"),
        ("Approve", {"due_on": "2026-11-04"}, "it would be due on 2026-11-04, before it was decided"),
        ("Approve", {"note": 7}, "the note is not text"),
        ("Approve", {"budget": "1"}, "'budget' is not a field of the answer; note and due_on are"),
    ],
)
def test_an_invalid_answer_is_refused_with_reason_and_remedy(action: Action, answer: str, values: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError) as refused:
        decide(action, answer, values, "ada", NOW)
    assert what in refused.value.what
    assert refused.value.where == 'the answer to "Sell more"'
    assert "Clear the failed task in Airflow: it asks again." in refused.value.remedy


def test_a_decision_is_recorded_with_its_types_and_a_timeout_does_not_replace_it(warehouse: Warehouse, action: Action) -> None:
    assert decided(warehouse) == set()
    assert record(warehouse, {**action, "decided_at": NOW.isoformat()})
    assert decided(warehouse) == set()
    assert record(warehouse, decide(action, "Approve", {"note": "go"}, "ada", NOW))
    assert not record(warehouse, {**action, "decided_at": NOW.isoformat()})
    assert [row["decision"] for row in kept(warehouse)] == ["unanswered", "approved"]
    [_, row] = kept(warehouse)
    assert (row["month"], row["due_on"], row["decided_at"]) == (date(2026, 10, 1), date(2026, 11, 25), NOW.replace(tzinfo=None))
    assert (row["expected"], row["expected_low"]) == (Decimal("21.423457"), None)
    assert decided(warehouse) == {"2026-10/catch_up/sales"}


@pytest.mark.parametrize("name", ["[click](javascript:alert(1))", "<img src=x onerror=alert(1)>", "# heading", "**bold** `code` | table"])
def test_markdown_in_a_campaign_name_is_escaped(name: str) -> None:
    shown = escape_markdown(name)
    assert shown.replace("\\", "") == name
    for position, character in enumerate(shown):
        if character in "[]()<>*`#|":
            assert shown[position - 1] == "\\"
