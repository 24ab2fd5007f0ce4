"""Findings about a plan have file, line and remedy; goals are assessed by SMART; a plan of vanity metrics alone is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from multiball.cli.main import run
from multiball.dbt_files import PROJECT
from multiball.marts import metric_catalogue
from multiball.plan import Assessment, Goal, Team, check, read_plan
from multiball.settings import REPOSITORY, Workspace
from multiball.shapes import InputError

TODAY = date(2026, 11, 1)
GOAL = """goals:
  - id: sales
    metric: revenue
    unit: EUR
    baseline: 100
    target: 200.5
    direction: up
    start: 2026-10-01
    due: 2026-12-31
    owner: growth
    text: {en: Sell more., zh: 卖得更多。}
    objective: {en: Grow., zh: 增长。}
"""
SECOND = GOAL.removeprefix("goals:\n").replace("id: sales", "id: second")
TEAM = "teams:\n  - id: growth\n    name: {en: Growth, zh: 增长}\n    recipients: [growth@example.com]\n    language: en\n"
Assess = Callable[..., Assessment]


@pytest.fixture
def assess(tmp_path: Path) -> Assess:
    def assessed(goals: str = GOAL, teams: str = TEAM, today: date | None = TODAY) -> Assessment:
        (tmp_path / "plan").mkdir(exist_ok=True)
        (tmp_path / "plan" / "goals.yml").write_text(goals, encoding="utf-8")
        (tmp_path / "plan" / "teams.yml").write_text(teams, encoding="utf-8")
        return check(read_plan(Workspace(tmp_path)), currency="EUR", today=today)

    return assessed


def lines(assessment: Assessment) -> list[str]:
    return [str(finding) for finding in assessment.findings]


def test_a_good_plan_has_no_findings_and_is_smart_as_far_as_is_known(assess: Assess) -> None:
    assessment = assess()
    assert assessment.findings == ()
    assert assessment.smart["sales"] == {"specific": True, "measurable": True, "attainable": None, "relevant": True, "time-bound": True}


REACH = GOAL.replace("metric: revenue", "metric: reach").replace("unit: EUR", "unit: people\n    dimension: account\n    member: x:1")
FAULTS = {
    "missing metric": (GOAL.replace("    metric: revenue\n", ""), r"goals.yml:2: the key 'metric' is missing in goals. Add it: A metric"),
    "missing unit": (GOAL.replace("    unit: EUR\n", ""), r"goals.yml:2: the key 'unit' is missing in goals. Add it: The metric's unit"),
    "unknown key": (GOAL.replace("owner:", "ownr:"), r"goals.yml:10: the key 'ownr' is unknown in goals. Did you mean 'owner'\?"),
    "text without Chinese": (GOAL.replace("zh: 卖得更多。", "zh: More."), r"goals.yml:11: goals.text.zh is wrong: .* A sentence in"),
    "empty objective": (GOAL.replace("en: Grow.", "en: ' '"), r"goals.yml:12: goals.objective.en is wrong"),
    "nonexistent date": (GOAL.replace("2026-12-31", "2026-13-31"), r"goals.yml:9: goals.due is wrong: '2026-13-31' is not a 'date'. The"),
    "time instead of a date": (GOAL.replace("2026-12-31", "2026-12-31T08:00:00"), r"goals.yml:9: goals.due is wrong: .* is not a 'date'"),
    "target without number": (GOAL.replace("200.5", "much"), r"goals.yml:6: goals.target is 'much'. Give a number"),
    "infinite target": (GOAL.replace("200.5", ".inf"), r"goals.yml:6: goals.target is wrong: inf is greater than the maximum"),
    "target that is not a number": (GOAL.replace("200.5", ".nan"), r"goals.yml:6: the target is NaN. Give a number"),
    "too many decimals": (GOAL.replace("200.5", "200.1234567"), r"goals.yml:6: the target is 200.1234567. Give a number with at most 6"),
    "percent as a number": (
        GOAL.replace("metric: revenue", "metric: ctr").replace("unit: EUR", "unit: clicks per impression"),
        r"goals.yml:6: the target is 200.5, and ctr is a share. Write 0.03 for 3 %",
    ),
    "duplicate id": (GOAL + SECOND.replace("second", "sales"), r"goals.yml:13: the goal 'sales' appears twice. Give each its own id"),
    "supports a goal that does not exist": (GOAL + "    supports: sale\n", r"goals.yml:13: there is no other goal 'sale'"),
    "closed too early": (GOAL + "    closed: true\n", r"goals.yml:13: the goal is closed before its deadline 2026-12-31"),
    "dimension that the mart does not have": (
        GOAL.replace("unit: EUR", "unit: EUR\n    dimension: platform\n    member: x"),
        r"goals.yml:5: revenue is not counted by platform. Known: 'total', 'channel', 'campaign', 'origin'",
    ),
    "dimension without member": (GOAL + "    dimension: channel\n", r"goals.yml:13: the goal is about a channel and names none. Add"),
    "member without dimension": (GOAL + "    member: Email\n", r"goals.yml:13: the member 'Email' has no dimension"),
    "metric without days": (
        GOAL.replace("revenue", "content_impressions").replace("EUR", "impressions"),
        r"goals.yml:3: content_impressions has no days",
    ),
    "reach over another span": (
        REACH,
        r"goals.yml:11: reach is counted for single days, ISO weeks and calendar months only, and 2026-10-01 to \S+ is another span. Give",
    ),
    "rate against a level over many days": (
        GOAL.replace("metric: revenue", "metric: engagement_rate_by_followers")
        .replace("unit: EUR", "unit: engagements per follower")
        .replace("200.5", "0.5")
        .replace("baseline: 100", "baseline: 0.1"),
        r"goals.yml:9: engagement_rate_by_followers is counted for single days only, and 2026-10-01 to 2026-12-31 is another span",
    ),
    "rate against people by total": (
        GOAL.replace("metric: revenue", "metric: frequency").replace("unit: EUR", "unit: impressions per person"),
        r"goals.yml:2: frequency is not counted by total: different people are never added up. Known: 'account'",
    ),
    "vanity metrics alone": (
        GOAL.replace("revenue", "likes").replace("EUR", "likes"),
        r"goals.yml:1: the whole plan rests on vanity metrics \(likes\). Add a goal on an outcome",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("goals", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_goal_is_reported_with_line_and_remedy(assess: Assess, goals: str, message: str) -> None:
    assessment = assess(goals)
    assert [line for line in lines(assessment) if re.match(f"plan/{message}", line)], lines(assessment)
    assert assessment.faults and not any("\n" in line for line in lines(assessment))


@pytest.mark.parametrize(("start", "due"), [("2026-11-02", "2026-11-08"), ("2026-11-01", "2026-11-30")])
def test_reach_may_be_planned_for_the_spans_that_are_fetched(assess: Assess, start: str, due: str) -> None:
    assert assess(REACH.replace("2026-10-01", start).replace("2026-12-31", due)).findings == ()


def test_reach_may_be_planned_for_one_day_of_an_account(assess: Assess) -> None:
    assert assess(REACH.replace("2026-10-01", "2026-12-31")).findings == ()


TEAM_FAULTS = {
    "no recipients": (TEAM.replace("[growth@example.com]", "[]"), r"teams.yml:4: teams.recipients is wrong: .* Give at least one e-mail"),
    "recipients missing": (TEAM.replace("    recipients: [growth@example.com]\n", ""), r"teams.yml:2: the key 'recipients' is missing"),
    "invalid address": (TEAM.replace("growth@", "growth"), r"teams.yml:4: .* Give an e-mail address"),
    "address with two dots": (TEAM.replace("growth@", "growth..team@"), r"teams.yml:4: .* Give an e-mail address"),
    "injected header": (TEAM.replace("growth@", '"a@b.c\\nBcc: x@'). replace("com]", 'com"]'), r"teams.yml:4: .* Give an e-mail address"),
    "unknown focus": (TEAM + "    focus: {goals: [sale]}\n", r"teams.yml:6: plan/goals.yml has no goal 'sale'. Did you mean 'sales'\?"),
    "unknown section": (TEAM + "    focus: {sections: [goal]}\n", r"teams.yml:6: teams.focus.sections is 'goal'. Did you mean 'goals'\?"),
    "section that leads every report": (
        TEAM + "    focus: {sections: [charts]}\n",
        r"teams.yml:6: teams.focus.sections is 'charts'. ",
    ),
    "key of an earlier release": (
        TEAM + "    focus: {parts: [decisions]}\n",
        r"teams.yml:6: the key 'parts' is no longer a key of teams.focus. Write sections; the section decisions is called proposals now.",
    ),
    "not a mapping": ("- growth\n", r"teams.yml:1: is not a mapping. Begin with teams:"),
}  # fmt: skip


@pytest.mark.parametrize(("teams", "message"), TEAM_FAULTS.values(), ids=TEAM_FAULTS)
def test_a_fault_of_a_team_is_reported_with_line_and_remedy(assess: Assess, teams: str, message: str) -> None:
    assessment = assess(teams=teams)
    assert [line for line in lines(assessment) if re.match(f"plan/{message}", line)], lines(assessment)


def test_all_faults_are_reported_at_once_in_the_order_of_the_lines(assess: Assess) -> None:
    goals = GOAL.replace("revenue", "revenu").replace("owner: growth", "owner: grwth") + SECOND.replace("    unit: EUR\n", "")
    assert [finding.line for finding in assess(goals).findings] == [3, 10, 13]


def test_a_goal_on_a_vanity_metric_is_warned_of_unless_it_supports_an_outcome(assess: Assess) -> None:
    likes = SECOND.replace("revenue", "likes").replace("EUR", "likes")
    alone, leading = assess(GOAL + likes), assess(GOAL + likes + "    supports: sales\n")
    assert [(finding.level, finding.line, finding.criterion) for finding in alone.findings] == [("warning", 14, "relevant")]
    assert alone.faults == () and alone.smart["second"]["relevant"] is False
    assert leading.findings == () and leading.smart["second"]["relevant"] is True


def test_a_past_deadline_is_a_fault_unless_the_goal_is_closed_or_no_day_is_given(assess: Assess) -> None:
    past = GOAL.replace("2026-12-31", "2026-10-31")
    assert lines(assess(past))[0].startswith("plan/goals.yml:9: the deadline 2026-10-31 is past. Give a later deadline, or keep")
    assert assess(past).smart["sales"]["time-bound"] is False
    assert assess(past + "    closed: true\n").findings == ()
    assert assess(past, today=None).findings == ()


def test_invalid_yaml_and_a_missing_file_are_reported(assess: Assess, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"goals.yml, line \d+: is not valid YAML"):
        assess(GOAL + "  - [")
    with pytest.raises(InputError, match=r"goals.yml: is missing. Write it as docs/how-to/plan-goals.md shows"):
        read_plan(Workspace(tmp_path / "nowhere"))


def test_the_catalogue_is_that_of_the_marts() -> None:
    names = re.findall(
        r"^          - \{?name: (\w+),?\s+label:", "".join(f.read_text() for f in PROJECT.glob("models/marts/**/*.yml")), re.M
    )
    assert sorted(names) == list(metric_catalogue()) and len(names) > 20
    assert {"likes", "followers", "ad_impressions"} <= {metric.name for metric in metric_catalogue().values() if metric.vanity}
    assert not metric_catalogue()["revenue"].vanity


def test_the_demo_plan_is_good() -> None:
    home = Workspace(REPOSITORY / "examples" / "demo")
    plan = read_plan(home)
    assert check(plan, currency=home.reporting_currency, today=TODAY).findings == ()
    assert {team.language for team in plan.of(Team)} == {"en", "zh"}
    sources = yaml.safe_load(home.sources_file.read_text())["sources"]
    accounts = {f"facebook:{account}" for account in sources["facebook_pages"]["accounts"]}
    assert {goal.member for goal in plan.of(Goal) if goal.dimension == "account"} <= accounts


def test_the_command_gives_json_and_exit_code_two_for_faults(
    assess: Assess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assess(GOAL.replace("revenue", "revenu"))
    (tmp_path / "sources.yml").write_text("reporting: {currency: EUR}\n")
    monkeypatch.setenv("MULTIBALL_HOME", str(tmp_path))
    assert run(["plan", "check", "--today", "2026-11-01", "--json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert [(found["file"], found["line"], found["level"], found["goal"]) for found in answer["findings"]] == [
        ("plan/goals.yml", 3, "fault", "sales")
    ]
    assert answer["smart"]["sales"]["measurable"] is False
    assert run(["plan", "check", "--today", "soon"]) == 2
    assert "--today: 'soon' is not a valid date. Give one like 2026-01-31." in capsys.readouterr().err


def test_a_text_must_have_each_language_that_a_team_reads_and_no_other(assess: Assess) -> None:
    chinese = TEAM + TEAM.removeprefix("teams:\n").replace("id: growth", "id: social").replace("language: en", "language: zh")
    only_english = GOAL.replace(", zh: 卖得更多。", "").replace(", zh: 增长。", "")
    assert assess(only_english).findings == ()
    missing = "Add it: the team social reads Chinese."
    assert lines(assess(only_english, chinese)) == [
        f"plan/goals.yml:11: the key 'zh' is missing in goals.text. {missing}",
        f"plan/goals.yml:12: the key 'zh' is missing in goals.objective. {missing}",
    ]
