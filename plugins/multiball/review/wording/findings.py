"""What was found: the headline, the sentences below it, and the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from multiball.review import facts
from multiball.review.numbers import relative
from multiball.review.report import Card, Tone
from multiball.review.wording import returns
from multiball.review.wording.vocabulary import Vocabulary

_BEHIND = ("behind", "missed")
UP, DOWN, LEVEL = "▲", "▼", "●"


def headline(vocabulary: Vocabulary, focus_goals: Sequence[str]) -> list[str]:
    """One or two findings: the best and the worst of the goals, and what advertising brings back where they leave room for it."""
    goals = list(_goals(vocabulary, focus_goals)) or list(_first_movement(vocabulary))
    found = [*goals, *returns.finding(vocabulary)][:2]
    return found or [vocabulary.say("finding.none", month=vocabulary.numbers.month(vocabulary.review.month, year=True))]


def lead(vocabulary: Vocabulary) -> Iterator[str]:
    """The first figure, what advertising brought back, and whether the numbers are certain."""
    review = vocabulary.review
    for figure in review.figures[:1]:
        yield _figure(vocabulary, figure)
        yield _on_days(vocabulary, figure)
    yield from returns.sentences(vocabulary)
    if review.caveats:
        yield vocabulary.count("lead.caveats", len(review.caveats))


def card(vocabulary: Vocabulary, figure: facts.Figure) -> Card:
    """A figure beside its plan; where no goal plans it beside the month before, or on the days that can be compared."""
    numbers, metric = vocabulary.numbers, figure.metric
    month_before = numbers.short_month(before(vocabulary.review))
    base, key = (figure.before, "card.before") if figure.plan is None else (figure.plan, "card.plan")
    number, unit = (vocabulary.say("unknown"), "") if figure.value is None else numbers.split(figure.value, metric.format)
    like = figure.like if figure.plan is None else None
    change = relative(like.value, like.before) if like else relative(figure.value, base)
    note = _note(vocabulary, figure)
    if base is not None and figure.value is not None:
        note = vocabulary.say(key, value=vocabulary.amount(base, metric), month=month_before)
    if figure.net is not None:
        note = vocabulary.say("card.net", note=note, value=vocabulary.amount(figure.net, metric))
    return Card(
        label=vocabulary.label(metric),
        number=number,
        unit=unit,
        change="" if change is None else f"{shape(change)} {numbers.change(change)}",
        tone=tone(change, metric.better),
        note=note,
    )


def _note(vocabulary: Vocabulary, figure: facts.Figure) -> str:
    """What stands below a figure that has neither a plan nor a whole month before."""
    if figure.value is None:
        return vocabulary.say("card.missing")
    if figure.like is None:
        return extent(vocabulary, figure) or vocabulary.say("card.alone")
    return vocabulary.say("card.like", **_like(vocabulary, figure, figure.like))


def extent(vocabulary: Vocabulary, figure: facts.Figure) -> str:
    """For which days of the month a figure is complete; nothing where that is the whole month."""
    if figure.is_whole:
        return ""
    return vocabulary.say("extent.days", days=vocabulary.days(figure.days)) if figure.days else vocabulary.say("extent.none")


def _like(vocabulary: Vocabulary, figure: facts.Figure, like: facts.Like) -> dict[str, str]:
    return {
        "days": vocabulary.days(like.days),
        "days_before": vocabulary.days(like.days_before),
        "value": vocabulary.amount(like.value, figure.metric),
        "before": vocabulary.amount(like.before, figure.metric),
    }


def _on_days(vocabulary: Vocabulary, figure: facts.Figure) -> str:
    """A figure on the days that can be compared; nothing where whole months are, or nothing can be."""
    like = figure.like
    change = relative(like.value, like.before) if like else None
    if like is None or change is None:
        return ""
    words = _like(vocabulary, figure, like)
    against = _against(vocabulary, change, ("lead.more_on", "lead.less_on", "lead.same_on"), words["days_before"])
    return vocabulary.say("lead.on_days", days=words["days"], value=words["value"], change=against)


def shape(change: Decimal) -> str:
    """The shape of a change, as it shows in percent."""
    return LEVEL if abs(change) < Decimal("0.0005") else UP if change > 0 else DOWN


def tone(change: Decimal | None, better: str | None) -> Tone:
    """Whether a change is good, for a metric that should go that way."""
    if not change or better is None or shape(change) == LEVEL:
        return "neutral"
    return "good" if (change > 0) == (better == "up") else "bad"


def before(review: facts.Review) -> date:
    """A day of the month before."""
    return review.month.replace(day=1) - timedelta(days=1)


def _goals(vocabulary: Vocabulary, focus: Sequence[str]) -> Iterator[str]:
    """What is furthest ahead and what is furthest behind; of the goals that the audience looks at, if these tell anything."""
    told = [goal for goal in vocabulary.review.goals if goal.status != "cannot_tell" and relative(goal.actual, goal.expected) is not None]
    told = [goal for goal in told if goal.goal in focus] or told
    ahead = [goal for goal in told if goal.status in ("ahead", "met")]
    on = [goal for goal in told if goal.status == "on"]
    behind = [goal for goal in told if goal.status in _BEHIND]
    best, worst = sorted(ahead or on, key=_gain, reverse=True)[:1], sorted(behind, key=_gain)[:1]
    month = (
        [] if ahead else list(_best_month(vocabulary, focus, [goal.goal for goal in vocabulary.review.goals if goal.status in _BEHIND]))[:1]
    )
    yield from month or [_goal(vocabulary, goal, _since(vocabulary, goal)) for goal in best]
    for goal in worst:
        said = best and not month and best[0].start == goal.start
        yield _goal(vocabulary, goal, "" if said else _since(vocabulary, goal))


def _best_month(vocabulary: Vocabulary, focus: Sequence[str], behind: Sequence[str]) -> Iterator[str]:
    """Figures that did better than planned for the month, of goals that are not behind; the audience's first, then the furthest."""
    numbers = vocabulary.numbers
    changes = [(figure, relative(figure.value, figure.plan)) for figure in vocabulary.review.figures if figure.goal not in behind]
    good = [(figure, change) for figure, change in changes if change is not None and tone(change, figure.metric.better) == "good"]
    for figure, change in sorted(good, key=lambda each: (each[0].goal not in focus, -abs(each[1]))):
        yield vocabulary.say(
            f"finding.month.{figure.metric.better}",
            label=vocabulary.label(figure.metric),
            gap=numbers.change(abs(change), signed=False),
            month=numbers.month(vocabulary.review.month),
        )


def _gain(goal: facts.Standing) -> Decimal:
    gap = relative(goal.actual, goal.expected) or Decimal(0)
    return gap if goal.direction == "up" else -gap


def _since(vocabulary: Vocabulary, goal: facts.Standing) -> str:
    month = vocabulary.review.month
    name = vocabulary.numbers.month(goal.start, year=goal.start.year != month.year)
    return vocabulary.say("finding.since", month=name) if goal.start < month else ""


def _goal(vocabulary: Vocabulary, goal: facts.Standing, since: str) -> str:
    label = vocabulary.label(goal.metric, goal.member_name)
    gain = _gain(goal)
    if goal.status == "on" or not gain:
        return vocabulary.say("finding.on", label=label, since=since)
    side = "ahead" if gain > 0 else "behind"
    return vocabulary.say(f"finding.{side}.{goal.direction}", label=label, gap=_gap(vocabulary, goal), since=since)


def _gap(vocabulary: Vocabulary, goal: facts.Standing) -> str:
    """How far it is from its plan: in percent, unless a level hides behind what was there before, or the percentage would show as 0."""
    share, amount = relative(goal.actual, goal.expected) or Decimal(0), (goal.actual or Decimal(0)) - (goal.expected or Decimal(0))
    if goal.metric.additivity == "last" or shape(share) == LEVEL:
        return vocabulary.amount(abs(amount), goal.metric)
    return vocabulary.numbers.change(abs(share), signed=False)


def _first_movement(vocabulary: Vocabulary) -> Iterator[str]:
    known = [figure for figure in vocabulary.review.figures if figure.value is not None]
    for figure in known[:1]:
        like = figure.like
        change = relative(like.value, like.before) if like else relative(figure.value, figure.before)
        key = "reached" if change is None else "stayed" if shape(change) == LEVEL else "rose" if change > 0 else "fell"
        words = {"value": vocabulary.amount(figure.value, figure.metric)}
        if like and change is not None:
            key, words = f"like.{key}", _like(vocabulary, figure, like)
        elif not figure.is_whole:
            key, words = "reached_in_part", {**words, "extent": extent(vocabulary, figure)}
        yield vocabulary.say(
            f"finding.{key}",
            label=vocabulary.label(figure.metric),
            change="" if change is None else vocabulary.numbers.change(abs(change), signed=False),
            **words,
        )


def _figure(vocabulary: Vocabulary, figure: facts.Figure) -> str:
    say, label = vocabulary.say, vocabulary.label(figure.metric)
    month = vocabulary.numbers.month(vocabulary.review.month)
    if figure.value is None:
        return say("lead.missing", label=label, month=month)
    on_plan, on_before = relative(figure.value, figure.plan), relative(figure.value, figure.before)
    month_before = vocabulary.numbers.month(before(vocabulary.review))
    kind = "_".join(name for name, change in (("plan", on_plan), ("before", on_before)) if change is not None)
    kind = kind or ("alone" if figure.is_whole else "in_part")
    return say(
        f"lead.{kind}",
        label=label,
        value=vocabulary.amount(figure.value, figure.metric),
        month=month,
        before=month_before,
        extent=extent(vocabulary, figure),
        plan_change=_against(vocabulary, on_plan, ("lead.above_plan", "lead.below_plan", "lead.on_plan"), month_before),
        before_change=_against(vocabulary, on_before, ("lead.more", "lead.less", "lead.same"), month_before),
    )


def _against(vocabulary: Vocabulary, change: Decimal | None, keys: tuple[str, str, str], month_before: str) -> str:
    if change is None:
        return ""
    key = keys[2] if shape(change) == LEVEL else keys[0] if change > 0 else keys[1]
    return vocabulary.say(key, change=vocabulary.numbers.change(abs(change), signed=False), before=month_before)
