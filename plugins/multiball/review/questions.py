"""A proposal as a question to a person: what is proposed, the evidence, what is expected of it, and what each answer means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from multiball.review.answers import Action, draft
from multiball.review.facts import Review
from multiball.review.report import Report
from multiball.review.wording import titles

_MEANING = {
    "en": "**Approve** takes it as it stands. **Change** takes it as your note says. **Reject** drops it; your note may say why. "
    "What nobody answers by that day is recorded as unanswered. The next review tells what came of it.",
    "zh": "**Approve（同意）**：按原样执行。**Change（修改）**：按备注执行，备注必填。**Reject（否决）**：不执行，可在备注中说明原因。"
    "到期无人回答，则记为“未答复”。下一期复盘会报告结果。",
}
_FIELDS = {
    "en": {"note": "Note: what to do instead, or why", "due_on": "To be done by"},
    "zh": {"note": "备注：改成什么，或为什么", "due_on": "完成期限"},
}


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
    for position, proposal in enumerate(review.proposals):
        report = reports.get(proposal.owner) or next(iter(reports.values()))
        worded = report.decisions[position]
        lines = [as_markdown(line) for line in worded.lines]
        asked.append(
            Question(
                subject=worded.title,
                body="\n\n".join([*lines, _MEANING[report.language]]),
                fields=_FIELDS[report.language],
                decide_by=proposal.decide_by,
                action=draft(proposal, titles(proposal, review), review.month, version),
            )
        )
    return asked


def as_markdown(text: str) -> str:
    """A text that Markdown shows as it stands: a campaign may be called `[click](javascript:…)`."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~:/@&.-])", r"\\\1", " ".join(text.split()))
