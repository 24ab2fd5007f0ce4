"""Writes the report of a review for one audience. All texts are in `locale/`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from zoneinfo import ZoneInfo

from multiball.review import facts
from multiball.review.blocks import Section
from multiball.review.report import Report
from multiball.review.sections import FIRST, writers
from multiball.review.sections.figures import words as figures
from multiball.review.sections.goals import words as goals
from multiball.review.sections.goals.facts import Goals
from multiball.review.sections.proposals.facts import Proposal
from multiball.review.sections.returns import words as returns
from multiball.review.sections.trust import words as trust
from multiball.review.vocabulary import Vocabulary
from multiball.words import languages


def build_report(review: facts.Review, audience: facts.Audience, links: facts.Links) -> Report:
    """The review in the audience's language, with its goals and sections first."""
    vocabulary = Vocabulary(_focused(review, audience), audience.language)
    say, day, team = vocabulary.say, vocabulary.day, vocabulary.text(audience.name)
    month = vocabulary.numbers.month(review.month, year=True)
    zone = ZoneInfo(review.time_zone)
    issued, as_of = (moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(zone) for moment in (review.issued_at, review.as_of))
    headline = _headline(vocabulary, audience.focus_goals)
    return Report(
        language=audience.language,
        tag=vocabulary.catalogue.tag,
        is_ideographic=vocabulary.catalogue.style.is_ideographic,
        brand=review.brand,
        kind_of_document=say("kind_of_document", month=month),
        subject=say("subject", brand=review.brand, month=month, finding=headline[0]),
        headline=vocabulary.sentences(headline),
        lead=vocabulary.sentences(list(_lead(vocabulary))),
        cards=tuple(figures.cards(vocabulary)),
        sections=tuple(_sections(vocabulary, audience.focus_sections)),
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


def titles(proposal: Proposal, review: facts.Review) -> facts.Words:
    """The title of a proposal in every language."""
    return {language: proposal.title(Vocabulary(review, language)) for language in languages()}


def _headline(vocabulary: Vocabulary, focus: Sequence[str]) -> list[str]:
    """One or two findings: about the best and the worst goal, then about the return of advertising."""
    found = [*(list(goals.findings(vocabulary, focus)) or figures.finding(vocabulary)), *returns.finding(vocabulary)][:2]
    return found or [vocabulary.say("finding.none", month=vocabulary.numbers.month(vocabulary.review.month, year=True))]


def _lead(vocabulary: Vocabulary) -> Iterator[str]:
    """The first figure, the return of advertising, and the number of caveats."""
    yield from figures.sentences(vocabulary)
    yield from returns.sentences(vocabulary)
    yield trust.count(vocabulary)


def _sections(vocabulary: Vocabulary, focus: Sequence[str]) -> Iterator[Section]:
    """Sections with content: those that lead every report, those that the audience asks for, then the others."""
    found = writers()
    leading = [name for name, section in found.items() if section.PLACE == FIRST]
    asked = [name for name in focus if name in found]
    for name in dict.fromkeys([*leading, *asked, *found]):
        if section := found[name].words(vocabulary):
            yield section


def _until(vocabulary: Vocabulary) -> str:
    """The last day with data from all sources, and from any where that is later."""
    review = vocabulary.review
    until = vocabulary.day(review.data_until)
    last = review.data_in_part_until
    return vocabulary.say("footer.in_part", until=until, last=vocabulary.day(last)) if last else until


def _focused(review: facts.Review, audience: facts.Audience) -> facts.Review:
    """The review with the facts about the audience's goals first."""
    focus = audience.focus_goals
    metrics = [goal.metric.name for name in focus for goal in review.of(Goals).goals if goal.goal == name]
    return review.having(*(each.focused(focus, metrics) for each in review.sections.values()))
