"""Decisions against the facts that they were to move, on the build of the hand-made rows; its unit test has the rules one by one."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Ask


@pytest.fixture
def logged(ask: Ask) -> dict[str, dict[str, Any]]:
    return {row["action_id"]: row for row in ask("select * from action_log")}


def test_the_last_answer_counts(logged: dict[str, dict[str, Any]]) -> None:
    assert (logged["twice"]["decision"], logged["twice"]["note"]) == ("approved", "now")


def test_every_proposal_that_was_put_to_somebody_has_its_row_and_verdict(logged: dict[str, dict[str, Any]]) -> None:
    reported = {name: (row["verdict"], row["reason"], row["measured"]) for name, row in logged.items() if name != "twice"}
    assert reported == {
        "early": ("too_early", None, None),
        "people": ("cannot_tell", "not_additive", None),
        "silent": ("not_done", None, None),
        "renamed": ("cannot_tell", "unknown_metric", None),
    }


def test_a_proposal_has_its_title_by_language_whichever_release_kept_it(logged: dict[str, dict[str, Any]]) -> None:
    for name in ("twice", "early"):
        assert logged[name]["title"] == f'{{"en": "Do {name}.", "zh": "做{name}。"}}'


def test_a_month_that_the_data_does_not_reach_is_not_measured(ask: Ask, logged: dict[str, dict[str, Any]]) -> None:
    """Decided in November, so December is the month after; the hand-made spend is covered before it only."""
    [last] = ask("select max(date_day) as day from metric_coverage where fact = 'ad' and is_covered")
    assert last["day"].isoformat() < "2026-12-31"
    assert (logged["twice"]["verdict"], logged["twice"]["reason"]) == ("cannot_tell", "days_missing")
