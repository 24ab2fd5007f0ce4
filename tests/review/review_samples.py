"""Sample facts: a review of the demo's brand, and the same with missing and hostile values."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

from multiball.review.blocks import Section
from multiball.review.facts import Audience, Days, Links, Metric, Review
from multiball.review.report import Report
from multiball.review.sections.channels.facts import Channel, Channels
from multiball.review.sections.cycle.facts import Decisions, PastDecision
from multiball.review.sections.figures.facts import Figure, Figures
from multiball.review.sections.goals.facts import GoalProgress, Goals, Point
from multiball.review.sections.movements.facts import Driver, Movement, Movements
from multiball.review.sections.proposals.facts import Proposal, Proposals
from multiball.review.sections.proposals.rivals import Side
from multiball.review.sections.proposals.rules.catch_up import CatchUp
from multiball.review.sections.proposals.rules.hold_and_test import HoldAndTest
from multiball.review.sections.proposals.rules.move_budget import MoveBudget
from multiball.review.sections.returns.facts import Return, Returns
from multiball.review.sections.trust.caveats.beginning import MonthBeforePartial
from multiball.review.sections.trust.caveats.figures import ComparedInPart, NoData, NotCompared
from multiball.review.sections.trust.caveats.goals import GoalNotAssessed
from multiball.review.sections.trust.caveats.held import DeletionHeld
from multiball.review.sections.trust.caveats.lifetime_value import LifetimeValueUnavailable
from multiball.review.sections.trust.caveats.not_final import NotFinal
from multiball.review.sections.trust.caveats.publication import PublicationBlocked
from multiball.review.sections.trust.caveats.reconciliation import ExchangeRateMissing, OrderStateUnknown, ReconciliationError
from multiball.review.sections.trust.caveats.retired import MetricRetired
from multiball.review.sections.trust.caveats.returns import IntervalWide, ReturnWithheld, ReturnWithoutOrders, ReturnWithoutSpend
from multiball.review.sections.trust.caveats.sources import SourceBegins, SourceGap, SourceLate, SourceMissing
from multiball.review.sections.trust.caveats.traces import Unattributed, UntaggedSessions
from multiball.review.sections.trust.facts import Caveat, Trust

HOSTILE = '<script>alert(1)</script> #set text(red) *b* $x$ =cmd|1 {one} {{ 7*7 }} "q" \u202etxt\u0000 🎁 & [link](x)'
"""Markup of every language that a name passes through."""


def metric(name: str, label: str, kind: str = "integer", additivity: str = "sum", better: str | None = "up") -> Metric:
    return Metric(name=name, label=label, additivity=additivity, format=kind, unit="reporting currency", better=better)  # type: ignore[arg-type]


REVENUE = metric("revenue", "Gross revenue", "currency")
SPEND = metric("spend", "Advertising spend", "currency", better=None)
NEW_CUSTOMERS = metric("new_customers", "New customers")
CAC = metric("customer_acquisition_cost", "Customer acquisition cost", "currency", "ratio", "down")
LEADS = metric("qualified_leads", "Qualified leads")
AMPLIFICATION = metric("amplification", "Amplification", "decimal", "ratio")
FOLLOWERS = metric("followers", "Followers", "integer", "last")
ORDER_RATE = metric("order_rate", "Orders per session", "percent", "ratio")


def goal(name: str, of: Metric, en: str, zh: str, **values: object) -> GoalProgress:
    known: dict[str, object] = {
        "goal": name, "text": {"en": en, "zh": zh}, "owner": "growth", "metric": of, "dimension": "total", "member": "all",
        "baseline": D(0), "direction": "up", "start": date(2026, 7, 1), "due": date(2026, 12, 31), "day": date(2026, 10, 31),
        "pace": None, "reason": None,
    }  # fmt: skip
    return GoalProgress(**{**known, **values})  # type: ignore[arg-type]


def weeks(total: str, planned: str) -> tuple[Point, ...]:
    shares = (
        "0.04",
        "0.11",
        "0.17",
        "0.22",
        "0.29",
        "0.33",
        "0.4",
        "0.47",
        "0.5",
        "0.58",
        "0.63",
        "0.7",
        "0.74",
        "0.82",
        "0.88",
        "0.95",
        "1",
    )
    days = [*(date(2026, 7, 5) + timedelta(7 * week) for week in range(16)), date(2026, 10, 31)]
    return tuple(
        Point(day=day, actual=D(total) * D(share), planned=D(planned) * ((day - date(2026, 6, 30)).days) / 123)
        for day, share in zip(days, shares[: len(days)], strict=True)
    )


REVIEW = Review(
    brand="Halmstein",
    month=date(2026, 10, 1),
    as_of=datetime(2026, 11, 4, 5, 0),
    issued_at=datetime(2026, 11, 4, 6, 0),
    currency="EUR",
    time_zone="Europe/Berlin",
    data_until=date(2026, 10, 31),
    teams={"growth": {"en": "Growth", "zh": "增长团队"}, "social": {"en": "Social media", "zh": "社媒团队"}},
    labels={"revenue": "Gross revenue"},
).having(
    Figures(figures=(
        Figure(metric=REVENUE, value=D("11846.35"), before=D("10402.10"), plan=D("10951.09"), goal="revenue_half"),
        Figure(metric=SPEND, value=D("1204.33"), before=D("1290.84"), plan=None, goal=None),
        Figure(metric=NEW_CUSTOMERS, value=D(34), before=D(39), plan=D("42.12"), goal="new_customers_half"),
        Figure(metric=CAC, value=D("35.42"), before=D("33.10"), plan=D(35), goal="acquisition_cost"),
    )),
    Goals(goals=(
        goal("qualified_leads_half", LEADS, "The business line qualifies 60 leads in the second half of 2026.",
            "2026年下半年企业业务获得60条合格线索。",
             target=D(60), actual=D(38), expected=D("40.11"), projected_end=D("56.85"), status="behind"),
        goal("revenue_half", REVENUE, "The shop takes 65,000 EUR in the second half of 2026.", "2026年下半年商城收入达到65,000欧元。",
             target=D(65000), actual=D("44562.49"), expected=D("43451.09"), projected_end=D("66662.59"), status="ahead",
             weeks=weeks("44562.49", "43451.09")),
        goal("new_customers_half", NEW_CUSTOMERS, "250 people order for the first time in the second half of 2026.",
            "2026年下半年新增250名首次下单客户。",
             target=D(250), actual=D(138), expected=D("167.12"), projected_end=D("206.44"), status="behind"),
        goal("acquisition_cost", CAC, "A new customer costs at most 35 EUR of advertising over the second half of 2026.",
             "2026年下半年每位新客户的广告成本不超过35欧元。", direction="down", target=D(35), actual=D("36.21"), expected=D(35),
             projected_end=D("36.21"), status="on"),
        goal("amplification", AMPLIFICATION, "A post is shared 1.6 times on average in the second half of 2026.",
            "2026年下半年平均每条内容被分享1.6次。",
             owner="social", target=D("1.6"), actual=None, expected=D("1.6"), projected_end=None, status="cannot_tell", reason="no_data"),
        goal("followers_cn", FOLLOWERS, "The Chinese page has 950 followers at the end of 2026.", "2026年底中文主页粉丝达到950人。",
             owner="social", dimension="account", member="facebook:108800000000002", baseline=D(790), target=D(950), actual=D(884),
             expected=D("896.96"), projected_end=D("930.62"), status="behind"),
    )),
    Movements(movements=(
        Movement(
            metric=REVENUE, before=D("10402.10"), value=D("11846.35"), difference=D("1444.25"),
            drivers=(
                Driver(kind="channel", name="Organic Search", before=D(3000), value=D("3912.40"), effect=D("912.40")),
                Driver(kind="channel", name="Email", before=D(2100), value=D("2631.45"), effect=D("531.45")),
                Driver(kind="channel", name="Paid Social", before=D(2500), value=D("2290.40"), effect=D("-209.60")),
                Driver(kind="rest", name="rest", before=D("2802.10"), value=D("3012.10"), effect=D("210.00")),
            ),
        ),
        Movement(
            metric=CAC, before=D("33.10"), value=D("35.42"), difference=D("2.32"),
            drivers=(
                Driver(kind="factor", name="spend", before=D("1290.84"), value=D("1204.33"), effect=D("-2.414"), metric=SPEND),
                Driver(kind="factor", name="new_customers", before=D(39), value=D(34), effect=D("4.734"), metric=NEW_CUSTOMERS),
            ),
        ),
        Movement(
            metric=NEW_CUSTOMERS, before=D(39), value=D(34), difference=D(-5),
            drivers=(
                Driver(kind="channel", name="Paid Social", before=D(20), value=D(14), effect=D(-6)),
                Driver(kind="channel", name="Referral", before=D(4), value=D(6), effect=D(2)),
                Driver(kind="rest", name="rest", before=D(15), value=D(14), effect=D(-1)),
            ),
        ),
    )),
    Returns(returns=(
        Return(kind="channel", name="Paid Social", spend=D("1204.33"), spend_before=D("1290.84"), orders=D(41), revenue=D("2290.40"),
               revenue_per_spend=D("1.9018"), low=D("1.43"), high=D("2.47")),
        Return(kind="campaign", name="Halmstein | Retargeting DE", spend=D("248.10"), spend_before=D("240.00"),
            orders=D(17), revenue=D("912.20"),
               revenue_per_spend=D("3.6767"), low=D("2.35"), high=D("5.46"), key="meta:1"),
        Return(kind="campaign", name="Prospecting DE 秋季新品", spend=D("502.00"), spend_before=D("530.00"), orders=D(16),
            revenue=D("861.00"),
               revenue_per_spend=D("1.7151"), low=D("1.07"), high=D("2.61"), key="meta:2"),
        Return(kind="campaign", name="US Cold Brew Launch", spend=D("310.23"), spend_before=D("320.84"), orders=D(5), revenue=D("191.20"),
               revenue_per_spend=D("0.6163"), low=D("0.24"), high=D("0.97"), key="meta:3"),
        Return(kind="campaign", name="B2B Cafés & Hotels", spend=D("144.00"), spend_before=D("200.00"), orders=D(3), revenue=D("326.00"),
               revenue_per_spend=D("2.2639"), low=D("0.62"), high=D("5.85"), key="meta:4"),
    )),
    Channels(channels=(
        Channel(name="Organic Search", sessions=D(1820), spend=None, orders=D(71), revenue=D("3912.40"), new_customers=D(9),
                acquisition_cost=None, lifetime_value=D("61.20"), lifetime_value_low=D("48.00"), lifetime_value_high=D("77.10"),
                valued_on=date(2026, 10, 31)),
        Channel(name="Email", sessions=D(610), spend=None, orders=D(52), revenue=D("2631.45"), new_customers=D(2),
                acquisition_cost=None, lifetime_value=D("83.90"), lifetime_value_low=D("60.30"), lifetime_value_high=D("110.40"),
                valued_on=date(2026, 10, 31)),
        Channel(name="Paid Social", sessions=D(940), spend=D("1204.33"), orders=D(41), revenue=D("2290.40"), new_customers=D(14),
                acquisition_cost=D("86.02"), lifetime_value=D("44.10"), lifetime_value_low=D("33.00"), lifetime_value_high=D("57.20"),
                valued_on=date(2026, 10, 31)),
        Channel(name="Direct", sessions=D(402), spend=None, orders=D(38), revenue=D("2002.10"), new_customers=D(5),
                acquisition_cost=None, lifetime_value=None, lifetime_value_low=None, lifetime_value_high=None),
        Channel(name="Referral", sessions=D(122), spend=None, orders=D(12), revenue=D("610.00"), new_customers=D(4),
                acquisition_cost=None, lifetime_value=None, lifetime_value_low=None, lifetime_value_high=None),
        Channel(name="unattributed", sessions=None, spend=None, orders=D(8), revenue=D("400.00"), new_customers=D(0),
                acquisition_cost=None, lifetime_value=None, lifetime_value_low=None, lifetime_value_high=None),
    )),
    Trust(caveats=(
        NotFinal(platform="meta", since=date(2026, 10, 8), days=24, spend=D("931.20"),
            share=D("0.773")),
        GoalNotAssessed(goal="amplification", reason="no_data",
            text={"en": "A post is shared 1.6 times on average.", "zh": "平均每条内容被分享1.6次"}),
        Unattributed(orders=8, revenue=D("400.00"), share=D("0.0338")),
        LifetimeValueUnavailable(reason="buying again: 3 customers have, 50 are needed"),
        IntervalWide(name="B2B Cafés & Hotels", orders=3, low=D("0.62"), high=D("5.85")),
    )),
    Proposals(proposals=(
        MoveBudget(
            id="move_budget:meta:3:meta:1",
            worse=Side(name="US Cold Brew Launch", per_spend=D("0.62"), spend=D("310.23"), orders=D(5)),
            better=Side(name="Halmstein | Retargeting DE", per_spend=D("3.68"), spend=D("248.10"), orders=D(17)),
            since=date(2026, 8, 1), until=date(2026, 10, 31), amount=D("62.00"), share=D("0.2"),
            metric=REVENUE, dimension="total", member="all", expected=D("190.10"), expected_low=D("86.00"), expected_high=D("324.00"),
            owner="growth", decide_by=date(2026, 11, 16),
        ),
        CatchUp(
            id="catch_up:new_customers_half", goal="new_customers_half",
            text={"en": "250 people order for the first time in the second half of 2026.", "zh": "2026年下半年新增250名首次下单客户。"},
            actual=D(138), planned=D("167.12"), target=D(250), due=date(2026, 12, 31), days_left=61, pace_so_far=D("33.66"),
            pace_needed=D("55.08"), projected_end=D("206.44"),
            metric=NEW_CUSTOMERS, dimension="total", member="all", expected=None, expected_low=None, expected_high=None,
            owner="growth", decide_by=date(2026, 11, 20),
        ),
        HoldAndTest(
            id="hold_and_test:meta:2:meta:4",
            worse=Side(name="Prospecting DE 秋季新品", per_spend=D("1.72"), spend=D("502.00"), orders=D(16)),
            better=Side(name="B2B Cafés & Hotels", per_spend=D("2.26"), spend=D("144.00"), orders=D(3)),
            since=date(2026, 8, 1), until=date(2026, 10, 31), months=7,
            metric=REVENUE, dimension="total", member="all", expected=D(0), expected_low=None, expected_high=None,
            owner="growth", decide_by=date(2026, 11, 20),
        ),
    )),
    Decisions(decisions=(
        PastDecision(
            id="move_budget:meta:2:meta:1", month=date(2026, 9, 1),
            title={"en": "Move €53 a month from Prospecting DE 秋季新品 to Halmstein | Retargeting DE",
                   "zh": "每月将 53 欧元从Prospecting DE 秋季新品转到Halmstein | Retargeting DE"},
            decision="approved", note="Only until the autumn sale.", decided_by="lead", decided_at=datetime(2026, 10, 6,
                9, 0), owner="growth",
            due=date(2026, 10, 15), metric=REVENUE, expected=D("120.00"), expected_low=D("31.00"), expected_high=D("240.00"),
            measured=D("148.20"), verdict="as_expected", reason=None,
        ),
        PastDecision(
            id="catch_up:followers_cn", month=date(2026, 9, 1),
            title={"en": "Followers: from 23 to 27 per 30 days", "zh": "粉丝数：每 30 天从 23提高到 27"},
                decision="unanswered", note=None,
            decided_by=None, decided_at=None, owner="social", due=date(2026, 10, 16), metric=FOLLOWERS, expected=None, expected_low=None,
            expected_high=None, measured=None, verdict="not_done", reason=None,
        ),
    )),
)  # fmt: skip

EMPTY = Review(
    brand="Halmstein", month=date(2026, 10, 1), as_of=datetime(2026, 11, 4), issued_at=datetime(2026, 11, 4), currency="EUR",
    time_zone="Europe/Berlin", data_until=date(2026, 10, 31),
)  # fmt: skip


CAVEATS: tuple[Caveat, ...] = (
    PublicationBlocked(since=datetime(2026, 11, 2, 4), reason="a check", published_as_of=datetime(2026, 11, 1, 4)),
    SourceMissing(source="hubspot", until=None),
    SourceLate(source="hubspot", until=date(2026, 10, 20), last_loaded=datetime(2026, 10, 21), due=datetime(2026, 10, 22)),
    DeletionHeld(source="hubspot", rows=1280, since=datetime(2026, 11, 2, 6)),
    ExchangeRateMissing(currency="USD", amounts=3),
    ReconciliationError(check="revenue_equals_attributed", level="block", count=2),
    NoData(metric="revenue"),
    NotFinal(platform="meta", since=date(2026, 10, 29), days=3, spend=D("164.36"), share=D("0.1")),
    MetricRetired(platform="meta", metric="revenue", since=date(2026, 10, 5)),
    SourceBegins(source="shop", fact="order", since=date(2026, 10, 15)),
    SourceGap(source="shop", days=(Days(first=date(2026, 10, 3), last=date(2026, 10, 7)),)),
    ComparedInPart(
        fact="order",
        days=(Days(first=date(2026, 10, 1), last=date(2026, 10, 9)),),
        days_before=(Days(first=date(2026, 9, 1), last=date(2026, 9, 9)),),
    ),
    NotCompared(fact="lead"),
    ReturnWithheld(days=(Days(first=date(2026, 10, 1), last=date(2026, 10, 10)),)),
    MonthBeforePartial(first_day=date(2026, 9, 12)),
    GoalNotAssessed(goal="g", text={"en": "Sell more.", "zh": "多卖。"}, reason="no_data"),
    LifetimeValueUnavailable(reason="buying again: 3 customers have, 50 are needed"),
    OrderStateUnknown(source="hubspot", state="已冻结", orders=12),
    Unattributed(orders=27, revenue=D("2470.32"), share=D("0.19")),
    UntaggedSessions(sessions=506, share=D("0.15")),
    ReturnWithoutSpend(name="Paid Search", orders=D(15), revenue=D("1407.37")),
    ReturnWithoutOrders(name="Brand Film", spend=D("201.74")),
    IntervalWide(name="Brand Film", orders=D(1), low=D("0.46"), high=D("4.33")),
)
"""A caveat of each kind."""


def changed(review: Review, **values: Any) -> Review:
    """The review with other fields, or other facts: `changed(REVIEW, goals=())`."""
    sections = {"figures": Figures, "goals": Goals, "movements": Movements, "returns": Returns, "channels": Channels, "caveats": Trust,
                "proposals": Proposals, "decisions": Decisions}  # fmt: skip
    facts = [sections[name](**{name: value}) for name, value in values.items() if name in sections]
    return review.model_copy(update={name: value for name, value in values.items() if name not in sections}).having(*facts)


def renamed(proposal: Proposal, name: str) -> Proposal:
    """The proposal about campaigns of that name."""
    return proposal.model_copy(update={key: value.model_copy(update={"name": name}) for key, value in proposal if isinstance(value, Side)})


def section(report: Report, name: str) -> Section:
    """A section of a report."""
    return next(each for each in report.sections if each.name == name)


def block(report: Report, name: str, kind: str) -> Any:
    """The block of a kind in a section of a report."""
    [found] = [each for each in section(report, name).blocks if each.kind == kind]
    return found


def audience(language: str, **values: object) -> Audience:
    known: dict[str, object] = {"team": "growth", "name": {"en": "Growth", "zh": "增长团队"}, "recipients": ("growth@example.com",)}
    return Audience(**{**known, "language": language, **values})  # type: ignore[arg-type]


LINKS = Links(decide="http://localhost:8080/required_actions", dashboard="http://localhost:8088/superset/dashboard/leadership/")
