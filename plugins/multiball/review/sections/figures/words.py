"""The figures in words: cards, the sentences of the lead, and a finding for the headline."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from multiball.review.changes import LEVEL, shape, tone
from multiball.review.numbers import relative
from multiball.review.report import Card
from multiball.review.sections.figures.facts import Figure, Figures, LikeForLike
from multiball.review.vocabulary import Vocabulary


def cards(vocabulary: Vocabulary) -> Iterator[Card]:
    """The figures at the top of the report."""
    for figure in vocabulary.review.of(Figures).figures:
        yield _card(vocabulary, figure)


def sentences(vocabulary: Vocabulary) -> Iterator[str]:
    """The first figure."""
    for figure in vocabulary.review.of(Figures).figures[:1]:
        yield _figure(vocabulary, figure)
        yield _on_days(vocabulary, figure)


def finding(vocabulary: Vocabulary) -> Iterator[str]:
    """The movement of the first known figure."""
    known = [figure for figure in vocabulary.review.of(Figures).figures if figure.value is not None]
    for figure in known[:1]:
        like = figure.like_for_like
        change = relative(like.value, like.before) if like else relative(figure.value, figure.before)
        key = "reached" if change is None else "stayed" if shape(change) == LEVEL else "rose" if change > 0 else "fell"
        words = {"value": vocabulary.amount(figure.value, figure.metric)}
        if like and change is not None:
            key, words = f"like.{key}", _like_for_like(vocabulary, figure, like)
        elif not figure.is_whole:
            key, words = "reached_in_part", {**words, "extent": extent(vocabulary, figure)}
        yield vocabulary.say(
            f"finding.{key}",
            label=vocabulary.label(figure.metric),
            change="" if change is None else vocabulary.numbers.change(abs(change), signed=False),
            **words,
        )


def extent(vocabulary: Vocabulary, figure: Figure) -> str:
    """The days for which a figure is complete; empty for the whole month."""
    if figure.is_whole:
        return ""
    return vocabulary.say("extent.days", days=vocabulary.days(figure.days)) if figure.days else vocabulary.say("extent.none")


def _card(vocabulary: Vocabulary, figure: Figure) -> Card:
    """A figure compared with its plan, else with the month before, else on the comparable days."""
    numbers, metric = vocabulary.numbers, figure.metric
    month_before = numbers.short_month(vocabulary.month_before)
    base, key = (figure.before, "card.before") if figure.plan is None else (figure.plan, "card.plan")
    number, unit = (vocabulary.say("unknown"), "") if figure.value is None else numbers.split(figure.value, metric.format)
    like = figure.like_for_like if figure.plan is None else None
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


def _note(vocabulary: Vocabulary, figure: Figure) -> str:
    """The note on a figure without a plan and without a comparable whole month before."""
    if figure.value is None:
        return vocabulary.say("card.missing")
    if figure.like_for_like is None:
        return extent(vocabulary, figure) or vocabulary.say("card.alone")
    return vocabulary.say("card.like", **_like_for_like(vocabulary, figure, figure.like_for_like))


def _like_for_like(vocabulary: Vocabulary, figure: Figure, like: LikeForLike) -> dict[str, str]:
    return {
        "days": vocabulary.days(like.days),
        "days_before": vocabulary.days(like.days_before),
        "value": vocabulary.amount(like.value, figure.metric),
        "before": vocabulary.amount(like.before, figure.metric),
    }


def _on_days(vocabulary: Vocabulary, figure: Figure) -> str:
    """A figure on the comparable days; empty where whole months are compared, or nothing is."""
    like = figure.like_for_like
    change = relative(like.value, like.before) if like else None
    if like is None or change is None:
        return ""
    words = _like_for_like(vocabulary, figure, like)
    against = _against(vocabulary, change, ("lead.more_on", "lead.less_on", "lead.same_on"), words["days_before"])
    return vocabulary.say("lead.on_days", days=words["days"], value=words["value"], change=against)


def _figure(vocabulary: Vocabulary, figure: Figure) -> str:
    say, label = vocabulary.say, vocabulary.label(figure.metric)
    month = vocabulary.numbers.month(vocabulary.review.month)
    if figure.value is None:
        return say("lead.missing", label=label, month=month)
    on_plan, on_before = relative(figure.value, figure.plan), relative(figure.value, figure.before)
    month_before = vocabulary.numbers.month(vocabulary.month_before)
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
