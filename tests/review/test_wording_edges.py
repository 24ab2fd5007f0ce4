"""What a review says where the month is out of the ordinary: no sentence may be false there."""

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
from multiball.review.sections.goals.facts import Standing
from multiball.review.sections.proposals.facts import Proposal, Proposals
from multiball.review.sections.trust.caveats.goals import GoalCannotTell
from multiball.review.wording import titles, word

D = Decimal


def worded(language: str, review: facts.Review, **values: Any) -> Report:
    return word(changed(review, **values), audience(language), LINKS)


def standing(of: facts.Metric = REVENUE, **values: Any) -> Standing:
    return goal("g", of, "Sell more.", "多卖。", **{"target": D(1000), "projected_end": D(900), "status": "behind", **values})


def catch_up(of: facts.Metric, **values: Any) -> Proposal:
    sample = next(each for each in REVIEW.of(Proposals).proposals if each.kind == "catch_up")
    return sample.model_copy(update={"metric": of, **values})


@pytest.mark.parametrize(
    ("language", "headline"),
    [("en", "Gross revenue (Paid Social) fell 20% behind plan since July."), ("zh", "7月以来退款前收入（付费社交）落后计划 20%。")],
)
def test_a_goal_on_a_part_is_not_told_of_the_whole(language: str, headline: str) -> None:
    one = standing(actual=D(80), expected=D(100), dimension="channel", member="Paid Social", member_name="Paid Social")
    assert worded(language, EMPTY, goals=(one,)).headline == headline


def test_a_proposal_and_its_outcome_name_the_part_that_they_are_about() -> None:
    fans = catch_up(FOLLOWERS, member_name="Halmstein 中国", expected=D(4))
    past = REVIEW.of(Decisions).decisions[0].model_copy(update={"member_name": "Paid Social"})
    report = worded("en", REVIEW, proposals=(fans,), decisions=(past,))
    assert report.decisions[0].title == "Followers (Halmstein 中国): from 34 to 55 per 30 days"
    # what is needed is not what will come
    assert report.decisions[0].expected.line == "Needed: Followers (Halmstein 中国) +4 a month"
    assert titles(fans, REVIEW)["zh"].startswith("粉丝数（Halmstein 中国）：")
    [outcome] = block(report, "cycle", "outcomes").outcomes
    assert "Measured: Gross revenue (Paid Social) +€148" in outcome.lines


def test_a_level_is_behind_by_an_amount_however_much_was_there_before() -> None:
    """Of 100 followers to win since July, 10 came where 50 were planned: that the 900,000 from before are still there is no success."""
    fans = standing(FOLLOWERS, baseline=D(900_000), target=D(900_100), actual=D(900_010), expected=D(900_050))
    assert worded("en", EMPTY, goals=(fans,)).headline == "Followers fell 40 behind plan since July."


def test_a_goal_that_is_missed_by_next_to_nothing_was_not_held_to_plan() -> None:
    missed = standing(status="missed", target=D(100_000), actual=D(99_990), expected=D(100_000))
    assert worded("en", EMPTY, goals=(missed,)).headline == "Gross revenue fell €10 behind plan since July."


def test_a_goal_that_began_in_another_year_says_which() -> None:
    begun = standing(actual=D(80), expected=D(100), start=date(2025, 11, 1))
    assert worded("en", EMPTY, goals=(begun,)).headline == "Gross revenue fell 20% behind plan since November 2025."
    assert worded("zh", EMPTY, goals=(begun,)).headline.startswith("2025年11月以来")


def test_a_target_that_no_pace_reaches_is_not_proposed_as_a_pace() -> None:
    beyond = catch_up(CAC, pace_needed=None)
    assert worded("en", REVIEW, proposals=(beyond,)).decisions[0].title == (
        "Customer acquisition cost: no pace reaches the target any more, so plan it anew"
    )
    assert "–" not in worded("zh", REVIEW, proposals=(beyond,)).decisions[0].title


def test_the_goals_own_full_stop_does_not_stand_within_a_sentence() -> None:
    proposed = (catch_up(ORDER_RATE),)
    unknown = GoalCannotTell(goal="g", text={"en": "Sell more.", "zh": "多卖。"}, reason="no_data")
    english, chinese = (worded(language, REVIEW, proposals=proposed, caveats=(unknown,)) for language in ("en", "zh"))
    assert english.decisions[0].evidence.startswith("250 people order for the first time in the second half of 2026: ")
    assert block(english, "trust", "notes").sentences == ("The goal 'Sell more' cannot be assessed: no data.",)
    assert block(chinese, "trust", "notes").sentences == ("目标“多卖”无法评估：没有数据。",)


def test_a_month_whose_goals_have_no_plan_for_it_is_not_without_goals() -> None:
    plan, do, *_ = block(worded("en", EMPTY, goals=(standing(FOLLOWERS, actual=D(1), expected=D(2)),)), "cycle", "steps").steps
    assert plan.lines == ("1 goal runs",)
    plan, do, *_ = block(worded("en", EMPTY), "cycle", "steps").steps
    assert (plan.lines, do.lines) == (("No goal runs in the month.",), ("No decision to carry out.",))


def test_decisions_that_were_all_refused_leave_nothing_to_carry_out() -> None:
    refused = REVIEW.of(Decisions).decisions[0].model_copy(update={"decision": "rejected", "verdict": "not_done"})
    _, do, *_ = block(worded("en", EMPTY, decisions=(refused,)), "cycle", "steps").steps
    assert do.lines == ("No decision to carry out.",)


def test_one_proposal_is_not_counted_as_several_in_chinese_and_numbers_stand_apart() -> None:
    report = worded("zh", REVIEW, proposals=(catch_up(FOLLOWERS),))
    assert report.decisions[0].title == "粉丝数：每 30 天从 34 提高到 55"
    assert section(report, "proposals").intro == "1 项建议，附依据。"
    assert block(report, "cycle", "steps").steps[3].lines == ("1 项待决定，最早截止11月20日",)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "in the 12 months after Jun 30, 2027, with"), ("zh", "在2027年6月30日之后 12 个月的预期毛利")]
)
def test_a_lifetime_value_names_the_day_that_it_looks_ahead_from(language: str, said: str) -> None:
    """The review of an old month shows what is expected from the last purchase on, not from that month on."""
    channels = tuple(channel.model_copy(update={"valued_on": date(2027, 6, 30)}) for channel in REVIEW.of(Channels).channels)
    assert said in section(worded(language, REVIEW, channels=channels), "channels").intro
