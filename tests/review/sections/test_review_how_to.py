"""docs/how-to/add-a-review-section.md and add-a-proposal-rule.md, followed step by step: a section is one folder, a rule is one file."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from catalogues import add, copied
from marts_by_hand import CATALOGUE, credit, review, two_months
from review_samples import LINKS, audience, block, section

from multiball.plan.files.teams import FILE as TEAMS
from multiball.plan.schema import schema
from multiball.review import sections
from multiball.review.mail import render_mail
from multiball.review.questions import questions
from multiball.review.sections import choices, gatherers, writers
from multiball.review.sections.proposals import rules
from multiball.review.wording import build_report
from multiball.settings import REPOSITORY
from multiball.warehouse import Warehouse
from multiball.words.catalogue import faults

GUIDES = REPOSITORY / "docs" / "how-to"
LANGUAGES = ("en", "zh")
DATA: dict[str, Any] = {
    "dim_metric": CATALOGUE,
    "metric_daily": two_months(revenue=(100, 300), orders=(8, 9)),
    "conversion_daily": [
        {"date_day": f"2026-{day}", "channel": channel, "orders": 1, "revenue": revenue}
        for day, channel, revenue in [("09-30", "Email", 900), ("10-04", "Email", 60), ("10-09", "Email", 50), ("10-09", "Direct", 40)]
    ],
    "attribution_daily": [
        credit("2026-10-31", campaign, orders, 25 * orders, spend)
        for campaign, orders, spend in [("meta:1", 4, 60), ("meta:2", 0, 30), ("meta:3", 0, 9)]
    ],
    "dim_campaign": [{"campaign_key": "meta:2", "campaign_name": "Tea"}],
}  # fmt: skip


def blocks(page: str, language: str) -> list[str]:
    """The code of a how-to in a language."""
    text = (GUIDES / page).read_text(encoding="utf-8")
    return [textwrap.dedent(found) for found in re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)]


def say(page: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Add the texts of a how-to to a copy of the catalogues."""
    copy = copied(folder, patch)
    for language, texts in zip(LANGUAGES, blocks(page, "po"), strict=True):
        add(copy, language, texts)
    assert list(faults(copy)) == []


@pytest.fixture
def without_caches() -> Iterator[None]:
    """Clear the caches of discovered modules before and after."""
    known = set(sys.modules)
    for found in (gatherers, writers):
        found.cache_clear()
    yield
    for found in (gatherers, writers):
        found.cache_clear()
    for name in set(sys.modules) - known:
        if name.startswith("multiball.review.sections."):
            del sys.modules[name]


def test_a_section_is_one_folder(embedded: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_caches: None) -> None:
    page = "add-a-review-section.md"
    say(page, tmp_path / "locale", monkeypatch)
    monkeypatch.setattr(sections, "__path__", [*sections.__path__, str(tmp_path / "sections")])
    folder = tmp_path / "sections" / "best_day"
    folder.mkdir(parents=True)
    files = ("__init__.py", "facts.py", "gather.py", "words.py")
    for name, code in zip(files, blocks(page, "python"), strict=True):
        (folder / name).write_text(code, encoding="utf-8")
    found = review(embedded, DATA)
    assert dict(found.sections["best_day"]) == {"day": date(2026, 10, 9), "revenue": Decimal(90)}
    for language, sentence in zip(LANGUAGES, ("Most was sold on Oct 9: €90 gross.", "10月9日销售最多：退款前收入 90 欧元。"), strict=True):
        report = build_report(found, audience(language, focus_sections=("best_day",)), LINKS)
        assert plain(*block(report, "best_day", "notes").sentences) == sentence
        mail = render_mail(report)
        assert f"== {section(report, 'best_day').title} ==\n- {sentence}\n" in plain(mail.text)
        assert sentence in plain(mail.html)
        assert [each.name for each in report.sections][:2] == ["charts", "best_day"]
    assert "best_day" in choices()
    assert "best_day" in schema(TEAMS)["$defs"]["Focus"]["properties"]["sections"]["items"]["enum"]


def test_a_rule_is_one_file(embedded: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_caches: None) -> None:
    page = "add-a-proposal-rule.md"
    say(page, tmp_path / "locale", monkeypatch)
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path / "rules")])
    (tmp_path / "rules").mkdir()
    [code] = blocks(page, "python")
    (tmp_path / "rules" / "pause_campaign.py").write_text(code, encoding="utf-8")
    found = review(embedded, DATA)
    titles = {"en": "Pause Tea", "zh": "暂停 Tea"}
    reports = {language: build_report(found, audience(language), LINKS) for language in LANGUAGES}
    for language, report in reports.items():
        [decision] = report.decisions
        assert (decision.id, plain(decision.title)) == ("2026-10/pause_campaign/meta:2", titles[language])
        assert "30" in decision.evidence and "Tea" in decision.evidence
        assert f"1. {titles[language]}\n   {plain(decision.evidence)}\n" in plain(render_mail(report).text)
    [question] = questions(found, reports, 1)
    assert (question.subject, question.action["kind"], question.action["member"]) == ("Pause Tea", "pause_campaign", "meta:2")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")
