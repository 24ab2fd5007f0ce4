"""Why the figures moved: each difference with its parts, which add up to it as shown."""

from __future__ import annotations

from decimal import Decimal

from multiball.review.blocks import Bar, Bars, Differences, Section
from multiball.review.changes import tone
from multiball.review.exact import apportion
from multiball.review.facts import Metric
from multiball.review.numbers import Scale
from multiball.review.sections.movements.facts import Driver, Movement, Movements
from multiball.review.vocabulary import Vocabulary

PLACE = 40


def words(vocabulary: Vocabulary) -> Section:
    """Every movement of the review."""
    movements, numbers = vocabulary.review.of(Movements).movements, vocabulary.numbers
    key = "movements.caption_on_days" if any(movement.days for movement in movements) else "movements.caption"
    caption = vocabulary.say(key, from_month=numbers.month(vocabulary.month_before), to_month=numbers.month(vocabulary.review.month))
    return Section(
        name="movements",
        title=vocabulary.say("movements.title"),
        intro=caption if movements else vocabulary.say("movements.none"),
        blocks=(Differences(differences=tuple(_bars(vocabulary, movement) for movement in movements)),),
    )


def _bars(vocabulary: Vocabulary, movement: Movement) -> Bars:
    numbers, metric = vocabulary.numbers, movement.metric
    largest = max(abs(movement.difference), *(abs(driver.effect) for driver in movement.drivers), Decimal(0))
    scale = numbers.scale(largest, metric.format)
    total = scale.rounded(movement.difference)
    parts = apportion([driver.effect for driver in movement.drivers], total, scale.step)
    return Bars(
        title=vocabulary.say(
            "movements.item_on_days" if movement.days else "movements.item",
            label=vocabulary.label(metric),
            days=vocabulary.days(movement.days),
            days_before=vocabulary.days(movement.days_before),
            before=vocabulary.amount(movement.before, metric),
            value=vocabulary.amount(movement.value, metric),
        ),
        bars=tuple(
            _bar(vocabulary, metric, _name(vocabulary, driver), effect, scale, largest)
            for driver, effect in zip(movement.drivers, parts, strict=True)
        ),
        total=_bar(vocabulary, metric, vocabulary.say("movements.total"), total, scale, largest),
    )


def _bar(vocabulary: Vocabulary, metric: Metric, label: str, effect: Decimal, scale: Scale, largest: Decimal) -> Bar:
    share = float(effect / largest) if largest else 0.0
    return Bar(
        label=label,
        text=vocabulary.difference(effect, metric, scale),
        share=min(1.0, max(-1.0, share)),
        tone="neutral" if metric.better is None or not effect else tone(Decimal(1).copy_sign(effect), metric.better),
    )


def _name(vocabulary: Vocabulary, driver: Driver) -> str:
    if driver.kind == "rest":
        return vocabulary.say("movements.rest")
    if driver.kind == "factor":
        return vocabulary.metric(driver.name, driver.metric.label if driver.metric else None)
    return vocabulary.member(driver.name)
