"""A proposal as a question to a person: the proposal, its evidence, its expected effect, and the meaning of each answer."""

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
    """A question. `body` is Markdown with all data escaped; `fields` are the labels of the form by field."""

    model_config = ConfigDict(frozen=True)

    subject: str
    body: str
    fields: Mapping[str, str]
    decide_by: date
    action: Action


def questions(review: Review, reports: Mapping[str, Report], version: int) -> list[Question]:
    """A question for each proposal, in the language of its owner's report. `reports` by team; the first is for owners without one."""
    asked = []
    for position, proposal in enumerate(review.of(Proposals).proposals):
        report = reports.get(proposal.owner) or next(iter(reports.values()))
        worded, words = report.decisions[position], catalogue(report.language)
        lines = [escape_markdown(line) for line in worded.lines]
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


def escape_markdown(text: str) -> str:
    """The text with all Markdown escaped: a campaign may be called `[click](javascript:…)`."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~:/@&.-])", r"\\\1", " ".join(text.split()))
