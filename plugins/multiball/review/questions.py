"""A proposal as a question to a person: what is proposed, the evidence, what is expected of it, and what each answer means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from multiball.review.answers import Action, draft
from multiball.review.facts import Review
from multiball.review.report import Report
from multiball.review.sections.proposals.facts import Proposals
from multiball.review.wording import titles
from multiball.words.catalogue import catalogue


class Question(BaseModel):
    """What is put to a person. `body` is Markdown, in which nothing from data has a meaning; `fields` name what can be filled in."""

    model_config = ConfigDict(frozen=True)

    subject: str
    body: str
    fields: Mapping[str, str]
    decide_by: date
    action: Action


def questions(review: Review, reports: Mapping[str, Report], version: int) -> list[Question]:
    """A question for each proposal, in the language that its owner's report is in. `reports`: by team; the first serves those without."""
    asked = []
    for position, proposal in enumerate(review.of(Proposals).proposals):
        report = reports.get(proposal.owner) or next(iter(reports.values()))
        worded, words = report.decisions[position], catalogue(report.language)
        lines = [as_markdown(line) for line in worded.lines]
        asked.append(
            Question(
                subject=worded.title,
                body="\n\n".join([*lines, words.say("review", "question.meaning")]),
                fields={name: words.say("review", f"question.{name}") for name in ("note", "due_on")},
                decide_by=proposal.decide_by,
                action=draft(proposal, titles(proposal, review), review.month, version),
            )
        )
    return asked


def as_markdown(text: str) -> str:
    """A text that Markdown shows as it stands: a campaign may be called `[click](javascript:…)`."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~:/@&.-])", r"\\\1", " ".join(text.split()))
