"""The texts of unusual months: every sentence must still be true."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from review_samples import CAC, EMPTY, FOLLOWERS, LINKS, ORDER_RATE, REVENUE, REVIEW, audience, block, changed, goal, section

from multiball.review import facts
from multiball.review.report import Report
from multiball.review.sections.channels.facts import Channels
from multiball.review.sections.cycle.facts import Decisions
from multiball.review.sections.goals.facts import GoalProgress
from multiball.review.sections.proposals.facts import Proposal, Proposals
from multiball.review.sections.trust.caveats.goals import GoalNotAssessed
from multiball.review.wording import build_report, titles

D = Decimal


def worded(language: str, review: facts.Review, **values: Any) -> Report:
    return build_report(changed(review, **values), audience(language), LINKS)


def goal_progress(of: facts.Metric = REVENUE, **values: Any) -> GoalProgress:
    return goal("g", of, "Sell more.", "多卖。", **{"target": D(1000), "projected_end": D(900), "status": "behind", **values})


def catch_up(of: facts.Metric, **values: Any) -> Proposal:
    sample = next(each for each in REVIEW.of(Proposals).proposals if each.kind == "catch_up")
    return sample.model_copy(update={"metric": of, **values})


@pytest.mark.parametrize(
    ("language", "headline"),
    [("en", "Gross revenue (Paid Social) fell 20% behind plan since July."), ("zh", "7月以来退款前收入（付费社交）落后计划 20%。")],
)
def test_a_goal_on_a_member_is_not_reported_for_the_total(language: str, headline: str) -> None:
    one = goal_progress(actual=D(80), expected=D(100), dimension="channel", member="Paid Social", member_name="Paid Social")
    assert worded(language, EMPTY, goals=(one,)).headline == headline


def test_a_proposal_and_its_outcome_name_their_member() -> None:
    fans = catch_up(FOLLOWERS, member_name="Halmstein 中国", expected=D(4))
    past = REVIEW.of(Decisions).decisions[0].model_copy(update={"member_name": "Paid Social"})
    report = worded("en", REVIEW, proposals=(fans,), decisions=(past,))
    assert report.decisions[0].title == "Followers (Halmstein 中国): from 34 to 55 per 30 days"
    # the change is needed, not expected
    assert report.decisions[0].expected.line == "Needed: Followers (Halmstein 中国) +4 a month"
    assert titles(fans, REVIEW)["zh"].startswith("粉丝数（Halmstein 中国）：")
    [outcome] = block(report, "cycle", "outcomes").outcomes
    assert "Measured: Gross revenue (Paid Social) +€148" in outcome.lines


def test_a_level_is_behind_by_an_amount_whatever_its_baseline() -> None:
    """Of 100 new followers by the due date, 10 came and 50 were planned; the 900,000 of the baseline do not count as progress."""
    fans = goal_progress(FOLLOWERS, baseline=D(900_000), target=D(900_100), actual=D(900_010), expected=D(900_050))
    assert worded("en", EMPTY, goals=(fans,)).headline == "Followers fell 40 behind plan since July."


def test_a_goal_missed_by_a_tiny_amount_is_not_on_plan() -> None:
    missed = goal_progress(status="missed", target=D(100_000), actual=D(99_990), expected=D(100_000))
    assert worded("en", EMPTY, goals=(missed,)).headline == "Gross revenue fell €10 behind plan since July."


def test_a_goal_that_began_in_another_year_names_the_year() -> None:
    begun = goal_progress(actual=D(80), expected=D(100), start=date(2025, 11, 1))
    assert worded("en", EMPTY, goals=(begun,)).headline == "Gross revenue fell 20% behind plan since November 2025."
    assert worded("zh", EMPTY, goals=(begun,)).headline.startswith("2025年11月以来")


def test_an_unreachable_target_is_not_proposed_as_a_pace() -> None:
    beyond = catch_up(CAC, pace_needed=None)
    assert worded("en", REVIEW, proposals=(beyond,)).decisions[0].title == (
        "Customer acquisition cost: no pace can reach the target any more; set a new target"
    )
    assert "–" not in worded("zh", REVIEW, proposals=(beyond,)).decisions[0].title


def test_the_full_stop_of_a_goal_is_removed_within_a_sentence() -> None:
    proposed = (catch_up(ORDER_RATE),)
    unknown = GoalNotAssessed(goal="g", text={"en": "Sell more.", "zh": "多卖。"}, reason="no_data")
    english, chinese = (worded(language, REVIEW, proposals=proposed, caveats=(unknown,)) for language in ("en", "zh"))
    assert english.decisions[0].evidence.startswith("250 people order for the first time in the second half of 2026: ")
    assert block(english, "trust", "notes").sentences == ("The goal 'Sell more' cannot be assessed: no data.",)
    assert block(chinese, "trust", "notes").sentences == ("目标“多卖”无法评估：没有数据。",)


def test_a_month_without_planned_figures_still_counts_its_goals() -> None:
    plan, do, *_ = block(worded("en", EMPTY, goals=(goal_progress(FOLLOWERS, actual=D(1), expected=D(2)),)), "cycle", "steps").steps
    assert plan.lines == ("1 goal in progress",)
    plan, do, *_ = block(worded("en", EMPTY), "cycle", "steps").steps
    assert (plan.lines, do.lines) == (("No goal covers the month.",), ("No decisions to carry out.",))


def test_rejected_decisions_leave_nothing_to_carry_out() -> None:
    refused = REVIEW.of(Decisions).decisions[0].model_copy(update={"decision": "rejected", "verdict": "not_done"})
    _, do, *_ = block(worded("en", EMPTY, decisions=(refused,)), "cycle", "steps").steps
    assert do.lines == ("No decisions to carry out.",)


def test_chinese_counts_one_proposal_and_spaces_its_numbers() -> None:
    report = worded("zh", REVIEW, proposals=(catch_up(FOLLOWERS),))
    assert report.decisions[0].title == "粉丝数：每 30 天从 34 提高到 55"
    assert section(report, "proposals").intro == "1 项建议，附依据。"
    assert block(report, "cycle", "steps").steps[3].lines == ("1 项待决定，最早截止11月20日",)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "in the 12 months after Jun 30, 2027, with"), ("zh", "在2027年6月30日之后 12 个月的预期毛利")]
)
def test_a_lifetime_value_names_the_day_that_its_horizon_starts_from(language: str, said: str) -> None:
    """The horizon starts from the last purchase, even in the review of an old month."""
    channels = tuple(channel.model_copy(update={"valued_on": date(2027, 6, 30)}) for channel in REVIEW.of(Channels).channels)
    assert said in section(worded(language, REVIEW, channels=channels), "channels").intro
