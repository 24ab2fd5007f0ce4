"""docs/how-to/add-a-language.md, followed in a copy of locale/: one more file translates mail, PDF, questions and dashboards."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from babel import Locale
from catalogues import CLOSE, OPEN, copied, pseudo
from jsonschema import Draft202012Validator
from pypdf import PdfReader
from review.review_samples import CAVEATS, LINKS, REVIEW, audience, changed

from multiball.dashboards.bundle import write_bundle
from multiball.plan.files.goals import FILE as GOALS
from multiball.plan.files.teams import FILE as TEAMS
from multiball.plan.schema import schema
from multiball.review.facts import Audience, Review
from multiball.review.mail import render_mail
from multiball.review.pdf import render_pdf
from multiball.review.questions import questions
from multiball.review.report import Report
from multiball.review.sections.cycle.facts import Decisions
from multiball.review.sections.goals.facts import Goals
from multiball.review.sections.proposals.facts import Proposals
from multiball.review.sections.returns.facts import Returns
from multiball.review.wording import build_report
from multiball.settings import REPOSITORY
from multiball.words import languages
from multiball.words.by_language import to_json
from multiball.words.catalogue import faults

PAGE = (REPOSITORY / "docs" / "how-to" / "add-a-language.md").read_text(encoding="utf-8")
DATA = {"en": "Qqq."}
"""Replaces the texts of goals and titles, without any word of a catalogue text."""


@pytest.fixture(scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The guide's language, added by the steps of the guide alone."""
    named = re.search(r"as `locale/(\w+)\.po`", PAGE)
    header = re.search(r"```po\n(   msgid \"\"\n.*?) *```", PAGE, re.DOTALL)
    assert named and header
    with pytest.MonkeyPatch.context() as patch:
        folder = copied(tmp_path_factory.mktemp("third"), patch)
        pseudo(folder, named[1], textwrap.dedent(header[1]))
        assert list(faults(folder)) == []
        assert languages() == ("en", named[1], "zh")
        yield named[1]


def review() -> Review:
    """The sample, with data that shares no word with the catalogue texts."""

    def with_data(facts: Any) -> Any:
        return facts.model_copy(update={"text": DATA} if "text" in type(facts).model_fields else {})

    return changed(
        REVIEW,
        goals=tuple(goal.model_copy(update={"text": DATA}) for goal in REVIEW.of(Goals).goals),
        decisions=tuple(
            one.model_copy(update={"title": DATA, "note": "Qqq", "decided_by": "Qqq"}) for one in REVIEW.of(Decisions).decisions
        ),
        proposals=tuple(with_data(one) for one in REVIEW.of(Proposals).proposals),
        caveats=tuple(with_data(caveat) for caveat in CAVEATS),
        teams={"growth": DATA, "social": DATA},
    )


@pytest.fixture(scope="module")
def report(language: str) -> Report:
    return build_report(review(), audience(language, name=DATA), LINKS)


class Visible(HTMLParser):
    """The texts of a page that are seen or read aloud."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("style", "script")
        self.texts += [value or "" for name, value in attrs if name in ("alt", "title")]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        self.texts += [] if self.hidden else [data]


def untranslated(texts: Iterable[str], language: str) -> set[str]:
    """The words in Latin letters that are neither data nor Babel's names for months and units."""
    locale = Locale.parse(language)
    names = [
        "Halmstein",
        "Qqq",
        "hubspot",
        "shop",
        "USD",
        "Brand Film",
        *(each.name for each in REVIEW.of(Returns).returns if each.kind == "campaign"),
    ]
    months = [
        name for width in ("wide", "abbreviated") for form in ("format", "stand-alone") for name in locale.months[form][width].values()
    ]
    known = {found for name in [*names, *months] for found in re.findall(r"[A-Za-zäöüß]+", name)}
    said = {found for text in texts for found in re.findall(r"[A-Za-zäöüß]{2,}", re.sub(r"https?://\S+", "", text))}
    return said - known


def test_a_team_may_have_the_language(language: str) -> None:
    assert schema(TEAMS)["$defs"]["Team"]["properties"]["language"]["enum"] == list(languages())
    assert Audience(team="t", name=DATA, recipients=(), language=language).language == language


def test_every_word_of_the_mail_is_in_the_language(report: Report, language: str) -> None:
    mail = render_mail(report)
    visible = Visible(mail.html).texts
    assert sum(OPEN in text and CLOSE in text for text in visible) > 60
    assert untranslated(visible, language) == set()
    assert untranslated([mail.text, mail.subject], language) == set()
    assert mail.text.count(OPEN) == mail.text.count(CLOSE) > 100
    assert f'lang="{language}"' in mail.html


def test_every_word_of_the_pdf_is_in_the_language(report: Report, language: str) -> None:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(report))).pages)
    assert text.count(OPEN) > 100
    assert untranslated([text], language) == set()


def test_every_word_of_a_question_is_in_the_language(report: Report, language: str) -> None:
    found = questions(review(), {"growth": report}, 1)
    texts = [text.replace("\\", "") for each in found for text in (each.subject, each.body, *each.fields.values())]
    assert len(texts) > 8 and all(OPEN in text for text in texts)
    assert untranslated(texts, language) == set()


def test_a_goal_s_text_in_it_needs_no_column(language: str, tmp_path: Path) -> None:
    """The plan accepts it, and the dashboard of the language shows it; a goal without it shows its first text."""
    texts = schema(GOALS)["$defs"]["Goal"]["properties"]["text"]
    assert list(Draft202012Validator(texts).iter_errors({language: "Mehr verkaufen."})) == []
    assert list(Draft202012Validator(texts).iter_errors({"fr": "Vendre plus."})) != []
    write_bundle(tmp_path, currency="EUR")
    [file] = tmp_path.rglob(f"goal_progress_{language}.yaml")
    [shown] = re.findall(r"^  (COALESCE\(.*\)) AS text,?$", yaml.safe_load(file.read_text(encoding="utf-8"))["sql"], re.MULTILINE)
    rows = [{language: "Mehr verkaufen.", "en": "Sell more."}, {"zh": "多卖。", "en": "Sell more."}, {"zh": "多卖。"}]
    with duckdb.connect() as connection:
        connection.execute("create table goal_progress (place int, text varchar)")
        connection.executemany("insert into goal_progress values (?, ?)", [(place, to_json(row)) for place, row in enumerate(rows)])
        found = connection.execute(f"select {shown} from goal_progress order by place").fetchall()
    assert [text for (text,) in found] == ["Mehr verkaufen.", "Sell more.", "多卖。"]


def test_every_text_of_the_dashboards_is_in_the_language(language: str, tmp_path: Path) -> None:
    write_bundle(tmp_path, currency="EUR")
    files = {
        file.relative_to(tmp_path).as_posix(): yaml.safe_load(file.read_text(encoding="utf-8"))
        for file in tmp_path.rglob(f"*_{language}.yaml")
    }
    texts = [text for content in files.values() for text in shown(content)]
    assert len(texts) > 500
    assert [text for text in texts if not (text.startswith(OPEN) and text.endswith(CLOSE))] == []
    assert {content["slug"] for path, content in files.items() if path.startswith("dashboards/")} == {f"leadership-{language}"}


def shown(content: dict[str, Any]) -> Iterator[str]:
    """The visible texts of a chart, dashboard or dataset; descriptions of columns and metrics are documentation, in English."""
    if "slice_name" in content:
        yield content["slice_name"]
        yield content["description"]
        yield from [content["params"]["compare_suffix"]] if "compare_suffix" in content["params"] else []
    elif "dashboard_title" in content:
        yield content["dashboard_title"]
        nodes = [node for node in content["position"].values() if isinstance(node, dict)]
        yield from (node["meta"]["text"] for node in nodes if node["type"] in ("HEADER", "TAB"))
        yield from (one["name"] for one in content["metadata"]["native_filter_configuration"])
    else:
        yield from (part["verbose_name"] for part in (*content["columns"], *content["metrics"]))
        yield from re.findall(r"THEN '((?:[^']|'')*)'", content["sql"])
