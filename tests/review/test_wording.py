"""The texts of a review in both languages: every kind has a text, every number is from the facts, nothing unknown becomes a zero."""

import re
from collections.abc import Iterator
from decimal import Decimal
from inspect import isabstract, isclass
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_samples import CAC, CAVEATS, EMPTY, HOSTILE, LINKS, NEW_CUSTOMERS, ORDER_RATE, REVENUE, REVIEW, audience, block, changed

from multiball.review import facts
from multiball.review.blocks import Bars
from multiball.review.report import Report
from multiball.review.sections import modules
from multiball.review.sections.cycle.facts import PastDecision
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.goals.facts import GoalProgress, Goals
from multiball.review.sections.movements.facts import Driver, Movement
from multiball.review.sections.proposals.facts import Proposal, Proposals
from multiball.review.sections.returns.facts import Return, Returns
from multiball.review.sections.trust.facts import Caveat
from multiball.review.wording import build_report, titles
from multiball.settings import REPOSITORY
from multiball.words.catalogue import catalogue

LANGUAGES = ("en", "zh")


def worded(language: str, review: facts.Review = REVIEW, **values: Any) -> Report:
    return build_report(review, audience(language, **values), LINKS)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key not in ("id", "kind", "name", "tone", "language", "tag", "links", "issued_at", "day"):
                yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def defined(base: type, package: str) -> set[type]:
    """The kinds that the modules of a package define."""
    classes = [kind for module in modules(f"multiball.review.sections.{package}") for kind in vars(module).values() if isclass(kind)]
    return {kind for kind in classes if issubclass(kind, base) and not isabstract(kind)}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_caveat_has_a_sentence(language: str) -> None:
    assert {type(caveat) for caveat in CAVEATS} == defined(Caveat, "trust.caveats")
    sentences = block(worded(language, changed(REVIEW, caveats=CAVEATS)), "trust", "notes").sentences
    assert len(sentences) == len(set(sentences)) == len(CAVEATS)
    assert all(sentence.endswith("。" if language == "zh" else ".") and "{" not in sentence for sentence in sentences)
    if language == "en":
        assert "27 orders worth €2,470 (19% of gross revenue) cannot be traced to a channel." in sentences
        held = "Since Nov 2, hubspot no longer returns 1,280 rows that it sent before. They count until their deletion is confirmed."
        assert held in [plain(sentence) for sentence in sentences]
        assert "The data of shop (orders) begin on Oct 15." in sentences
        assert "shop has no data for Oct 3–7." in sentences
        assert "The return of Brand Film is based on only 1 order: it may be anywhere from €0.46 to €4.33 for each €1." in sentences


@pytest.mark.parametrize("language", LANGUAGES)
def test_gross_revenue_is_labelled_gross_and_shown_with_net(language: str) -> None:
    figure = REVIEW.of(Figures).figures[0].model_copy(update={"net": Decimal("9876.54")})
    cards = worded(language, changed(REVIEW, figures=(figure,))).cards
    assert ("net of refunds" if language == "en" else "扣除退款后") in cards[0].note and "9" in cards[0].note
    texts_of = catalogue(language).texts
    keys = [("metric", "revenue"), *(("review", key) for key in ("intervals.title", "intervals.line", "lead.advertising"))]
    named = [texts_of[key][0] for key in keys]
    assert all(("gross" if language == "en" else "退款前收入") in text.lower() for text in named)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_a_fact_has_a_text(language: str) -> None:
    values_of = {
        "status": get_args(GoalProgress.model_fields["status"].annotation),
        "decision": get_args(PastDecision.model_fields["decision"].annotation),
        "verdict": get_args(PastDecision.model_fields["verdict"].annotation),
    }
    assert {kind: set(values) - catalogue(language).words(kind).keys() for kind, values in values_of.items()} == {
        key: set() for key in values_of
    }
    assert {type(proposal) for proposal in REVIEW.of(Proposals).proposals} == defined(Proposal, "proposals.rules")


@pytest.mark.parametrize(("mart", "first"), [("goal_progress", "not_begun"), ("action_log", "unknown_metric")])
def test_the_reasons_of_goals_and_decisions_have_a_text(mart: str, first: str) -> None:
    described = (REPOSITORY / f"dbt_project/models/marts/plan/{mart}.yml").read_text()
    reasons = re.search(rf"values: \[({first}[^\]]*)\]", described)
    assert reasons
    assert {reason.strip() for reason in reasons[1].split(",")} <= catalogue("en").words("reason").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_those_of_the_facts(language: str) -> None:
    cards = worded(language).cards
    for figure, card in zip(REVIEW.of(Figures).figures, cards, strict=True):
        assert figure.value is not None
        base = figure.plan if figure.plan is not None else figure.before
        assert base is not None
        change = float((figure.value - base) / base * 100)
        shown = f"{change:+.1f}%" if abs(change) < 10 else f"{change:+.0f}%"
        assert card.change.split(" ")[1].replace("−", "-") == shown
    number = plain(cards[0].number)
    assert number == (
        f"€{float(REVIEW.of(Figures).figures[0].value or 0):,.0f}"
        if language == "en"
        else f"{float(REVIEW.of(Figures).figures[0].value or 0) / 1e4:.2f} 万"
    )
    assert cards[0].unit == ("" if language == "en" else "欧元")


def test_the_headline_names_the_best_and_the_worst() -> None:
    focus = ("revenue_half", "new_customers_half")
    assert (
        worded("en", focus_goals=focus).headline == "Gross revenue ran 2.6% ahead of plan since July. New customers fell 17% behind plan."
    )
    assert worded("zh", focus_goals=focus).headline == "7月以来退款前收入超出计划 2.6%。新客户数落后计划 17%。"


def test_without_goals_the_headline_names_the_first_figure_and_a_losing_campaign() -> None:
    review = changed(REVIEW, goals=(), figures=tuple(figure.model_copy(update={"plan": None}) for figure in REVIEW.of(Figures).figures))
    assert worded("en", review).headline == "Gross revenue rose 14% to €11,846. US Cold Brew Launch returns only €0.62 for each €1."


def test_a_goal_to_lower_something_is_good_when_it_is_below() -> None:
    cost = next(goal for goal in REVIEW.of(Goals).goals if goal.metric == CAC)
    lower = cost.model_copy(update={"actual": Decimal("31.5"), "status": "ahead"})
    assert worded("en", changed(REVIEW, goals=(lower,))).headline.startswith("Customer acquisition cost came in 10% under plan")


@pytest.mark.parametrize("language", LANGUAGES)
def test_missing_data_is_stated_and_never_a_zero(language: str) -> None:
    report = worded(language, EMPTY)
    assert [one.name for one in report.sections] == ["proposals", "cycle", "movements", "goals", "trust"]
    assert all(one.intro or one.name == "cycle" for one in report.sections)
    shown = report.model_dump(mode="json", exclude={"footer", "kind_of_document", "subject", "headline"})
    assert not [text for text in texts(shown) if re.search(r"\d", text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_figure_is_a_dash_with_a_reason(language: str) -> None:
    unknown = REVIEW.of(Figures).figures[0].model_copy(update={"value": None})
    report = worded(language, changed(REVIEW, figures=(unknown,)))
    assert (report.cards[0].number, report.cards[0].change) == ("–", "")
    assert report.cards[0].note == ("no data" if language == "en" else "无数据")
    assert ("There is no number for Gross revenue" if language == "en" else "没有退款前收入的数据") in report.lead


def test_focus_goals_and_sections_come_first() -> None:
    report = worded("en", focus_goals=("acquisition_cost", "new_customers_half"), focus_sections=("trust", "movements"))
    assert [one.name for one in report.sections] == ["charts", "trust", "movements", "proposals", "cycle", "goals", "channels"]
    assert [row[2].text for row in block(report, "goals", "table").rows][:2] == ["€35", "167"]
    assert [bars.title.split(":")[0] for bars in block(report, "movements", "differences").differences][:2] == [
        "Customer acquisition cost",
        "New customers",
    ]
    assert report.cards[0].label == "Customer acquisition cost"


def test_the_chinese_review_has_no_english_but_names() -> None:
    report = worded("zh", changed(REVIEW, caveats=CAVEATS))
    names = {
        "Halmstein", "Retargeting DE", "Prospecting DE", "US Cold Brew Launch", "B2B Cafés", "Hotels", "Meta", "Brand Film", "PDF", "USD",
        "plan/teams.yml", "lead", "Only until the autumn sale.", "hubspot", "shop",
    }  # fmt: skip
    for text in texts(report.model_dump(mode="json")):
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        assert not re.search(r"[A-Za-z]{2}", text), text


def test_names_are_never_templates_and_cannot_change_the_text_direction() -> None:
    returns = tuple(each.model_copy(update={"name": HOSTILE}) for each in REVIEW.of(Returns).returns)
    shown = list(texts(worded("en", changed(REVIEW, brand=HOSTILE, returns=returns)).model_dump(mode="json")))
    assert any("{one}" in text and "{{ 7*7 }}" in text for text in shown)
    assert not any(re.search("[\x00-\x1f\u202e]", text) for text in shown)


def test_past_decisions_show_the_expected_and_measured_change() -> None:
    first, second = block(worded("en"), "cycle", "outcomes").outcomes
    assert first.tag.word == "as expected"
    assert first.lines == (
        "September 2026: approved by lead on Oct 6",
        "Owner: Growth, due Oct 15",
        "Note: Only until the autumn sale.",
        "Expected: Gross revenue +€120 a month (90% range: +€31 to +€240)",
        "Measured: Gross revenue +€148",
    )
    assert (second.tag.word, second.lines) == ("not done", ("September 2026: not answered",))


def test_a_chart_of_many_campaigns_states_how_many_it_leaves_out() -> None:
    many = tuple(
        Return(kind="campaign", name=f"Campaign {index} {'long ' * 20}", spend=Decimal(1000 - index), spend_before=Decimal(0),
                     orders=Decimal(9), revenue=Decimal(900), revenue_per_spend=Decimal(index) / 10, low=Decimal("0.1"), high=Decimal(90))
        for index in range(30)
    )  # fmt: skip
    chart = block(worded("en", changed(REVIEW, returns=many)), "charts", "charts").charts[1]
    assert len(chart.rows) == 8
    others = sum(1000 - index for index in range(8, 30))
    assert f"The 8 of 30 with the highest spend; the others spent €{others:,} in total." in chart.caption
    assert all(len(row.label) <= 29 and row.high <= chart.ticks[-1].at for row in chart.rows)
    assert "Clearly more gross revenue than cost: 0 of 30; clearly less: 0." in chart.alt


def test_a_flat_series_and_a_loss_have_an_axis() -> None:
    weeks = tuple(each.model_copy(update={"actual": Decimal(5), "planned": Decimal(5)}) for each in REVIEW.of(Goals).goals[1].weeks)
    flat = REVIEW.of(Goals).goals[1].model_copy(update={"weeks": weeks})
    refunded = (
        REVIEW.of(Returns)
        .returns[1]
        .model_copy(update={"revenue_per_spend": Decimal("-0.4"), "low": Decimal("-0.9"), "high": Decimal("0.2")})
    )
    lines, intervals = block(worded("en", changed(REVIEW, goals=(flat,), returns=(refunded,))), "charts", "charts").charts
    assert lines.ticks[0].at < lines.ticks[-1].at
    assert intervals.ticks[0].at <= -0.9 and intervals.ticks[-1].at >= 1
    assert intervals.rows[0].text == "−€0.40"


@pytest.mark.parametrize(
    ("language", "points"), [("en", ["+4.1 pp", "−1.1 pp", "+3.0 pp"]), ("zh", ["+4.1 个百分点", "−1.1 个百分点", "+3.0 个百分点"])]
)
def test_percentages_move_in_points(language: str, points: list[str]) -> None:
    effects = {"Email": Decimal("0.0412"), "Direct": Decimal("-0.0112")}
    drivers = [Driver(kind="channel", name=name, before=None, value=None, effect=effect) for name, effect in effects.items()]
    movement = Movement(
        metric=ORDER_RATE, before=Decimal("0.02"), value=Decimal("0.05"), difference=Decimal("0.03"), drivers=tuple(drivers)
    )
    bars = block(worded(language, changed(REVIEW, movements=(movement,))), "movements", "differences").differences[0]
    assert [plain(bar.text) for bar in (*bars.bars, bars.total)] == points


def test_titles_exist_in_every_language() -> None:
    assert titles(REVIEW.of(Proposals).proposals[0], REVIEW) == {
        "en": "Move €62 a month from US Cold Brew Launch to Halmstein | Retargeting DE",
        "zh": "每月将 62\u00a0欧元从 US Cold Brew Launch 转到 Halmstein | Retargeting DE",
    }


def test_a_difference_that_time_cannot_show_is_not_waited_for() -> None:
    hold = next(each for each in REVIEW.of(Proposals).proposals if each.kind == "hold_and_test")
    never = hold.model_copy(update={"months": None})
    waiting, settled = worded("en", changed(REVIEW, proposals=(hold, never))).decisions
    assert waiting.title.endswith("and continue measuring") and waiting.evidence.endswith(
        "At this spend, the difference shows after 7 more months."
    )
    assert settled.title.endswith("as they are") and settled.evidence.endswith("More months at this spend would not show a difference.")


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.lists(st.decimals(-(10**8), 10**8, places=6), min_size=1, max_size=9), st.sampled_from([REVENUE, NEW_CUSTOMERS, CAC]))
def test_drivers_as_shown_add_up_to_the_total_as_shown(language: str, effects: list[Decimal], metric: facts.Metric) -> None:
    drivers = tuple(Driver(kind="channel", name=str(index), before=None, value=None, effect=effect) for index, effect in enumerate(effects))
    movement = Movement(
        metric=metric, before=Decimal(1), value=Decimal(1) + sum(effects), difference=sum(effects, Decimal(0)), drivers=drivers
    )
    bars: Bars = block(worded(language, changed(REVIEW, movements=(movement,))), "movements", "differences").differences[0]
    assert sum(_read(bar.text) for bar in bars.bars) == _read(bars.total.text)
    assert all(-1 <= bar.share <= 1 for bar in bars.bars)


def _read(shown: str) -> Decimal:
    """The number that a reader sees."""
    units = {"K": 10**3, "M": 10**6, "B": 10**9, "万": 10**4, "亿": 10**8}
    digits, unit = re.fullmatch(r"([−+]?€?[\d,.]+)(.*)", plain(shown)).groups()  # type: ignore[union-attr]
    factor = next((size for name, size in units.items() if unit.strip().startswith(name)), 1)
    return Decimal(digits.replace("−", "-").replace("€", "").replace(",", "")) * factor
