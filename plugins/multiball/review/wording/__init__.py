"""Puts a review into words for one audience: facts in, a report out. All words are in `locale/`."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

from multiball.review import facts
from multiball.review.report import Part, Report
from multiball.review.wording import channels, charts, cycle, decisions, findings, goals, movements, trust
from multiball.review.wording.vocabulary import Vocabulary
from multiball.words import languages

_ORDER = ("charts", "decisions", "cycle", "movements", "goals", "channels", "trust")


def word(review: facts.Review, audience: facts.Audience, links: facts.Links) -> Report:
    """The review in the audience's language, with its goals and parts first."""
    focused = _focused(review, audience)
    vocabulary = Vocabulary(focused, audience.language)
    say, day, team = vocabulary.say, vocabulary.day, vocabulary.of(audience.name)
    month = vocabulary.numbers.month(review.month, year=True)
    zone = ZoneInfo(review.time_zone)
    issued, as_of = (moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(zone) for moment in (review.issued_at, review.as_of))
    headline = findings.headline(vocabulary, audience.focus_goals)
    return Report(
        language=audience.language,
        tag=vocabulary.catalogue.tag,
        is_ideographic=vocabulary.catalogue.style.is_ideographic,
        brand=review.brand,
        kind_of_document=say("kind_of_document", month=month),
        subject=say("subject", brand=review.brand, month=month, finding=headline[0]),
        headline=vocabulary.sentences(headline),
        lead=vocabulary.sentences(list(findings.lead(vocabulary))),
        cards=tuple(findings.card(vocabulary, figure) for figure in focused.figures),
        parts=tuple(_parts(vocabulary, audience)),
        footer=say(
            "footer",
            brand=review.brand,
            team=team,
            issued=day(issued.date()),
            until=_until(vocabulary),
            as_of=f"{day(as_of.date())} {as_of:%H:%M}",
        ),
        mail_footer=(say("mail.attached"), *([say("mail.why", team=team)] if audience.recipients else [])),
        colon=say("colon"),
        decide_label=say("button.decide"),
        dashboard_label=say("button.dashboard"),
        links=links,
        issued_at=issued,
    )


def titles(proposal: facts.Proposal, review: facts.Review) -> facts.Words:
    """What a proposal is called, in every language."""
    return {language: decisions.title(Vocabulary(review, language), proposal) for language in languages()}


def _until(vocabulary: Vocabulary) -> str:
    """How far the data reach: all sources, and beyond it a part of them."""
    review = vocabulary.review
    until = vocabulary.day(review.data_until)
    last = review.data_in_part_until
    return vocabulary.say("footer.in_part", until=until, last=vocabulary.day(last)) if last else until


def _parts(vocabulary: Vocabulary, audience: facts.Audience) -> list[Part]:
    made: list[Part | None] = [
        charts.part(vocabulary),
        decisions.part(vocabulary),
        cycle.part(vocabulary),
        movements.part(vocabulary),
        goals.part(vocabulary),
        channels.part(vocabulary),
        trust.part(vocabulary),
    ]
    first = ("charts", *audience.focus_parts)
    order = [*first, *(kind for kind in _ORDER if kind not in first)]
    return sorted((part for part in made if part), key=lambda part: order.index(part.kind))


def _focused(review: facts.Review, audience: facts.Audience) -> facts.Review:
    """The review with what belongs to the audience's goals first."""
    focus = audience.focus_goals
    metrics = [goal.metric.name for name in focus for goal in review.goals if goal.goal == name]
    return review.model_copy(
        update={
            "goals": tuple(sorted(review.goals, key=lambda goal: _place(focus, goal.goal))),
            "figures": tuple(sorted(review.figures, key=lambda figure: _place(metrics, figure.metric.name))),
            "movements": tuple(sorted(review.movements, key=lambda movement: _place(metrics, movement.metric.name))),
        }
    )


def _place(wanted: tuple[str, ...] | list[str], name: str) -> int:
    return wanted.index(name) if name in wanted else len(wanted)
