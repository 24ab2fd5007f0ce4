"""The mail: complete as HTML and as text, inert, without external resources, readable on a phone and in dark mode."""

import base64
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser
from pydantic import ValidationError
from review_samples import EMPTY, HOSTILE, LINKS, REVIEW, audience, block, changed, renamed

from multiball.review import facts
from multiball.review.blocks import Section
from multiball.review.mail import Mail, render_mail
from multiball.review.report import Report
from multiball.review.sections.cycle.facts import Decisions
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.goals.facts import Goals
from multiball.review.sections.proposals.facts import Proposals
from multiball.review.sections.returns.facts import Returns
from multiball.review.wording import build_report

LANGUAGES = ("en", "zh")


class Elements(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(attribute))]


def worded(language: str, review: facts.Review = REVIEW, links: facts.Links = LINKS) -> Report:
    return build_report(review, audience(language, focus_goals=("revenue_half",)), links)


def squeezed(text: str) -> str:
    return "".join(text.split())


def sentences(report: Report) -> Iterator[str]:
    yield from (report.headline, report.lead, report.footer, *report.mail_footer)
    for card in report.cards:
        yield from (card.label, card.number, card.change, card.note)
    for decision in report.decisions:
        yield from (decision.title, decision.evidence, decision.expected.text, *(fact.text for fact in decision.facts))
    for shown in (shown for section in report.sections for shown in section.mail_blocks):
        if shown.kind == "notes":
            yield from shown.sentences
        if shown.kind == "table":
            yield from (cell.text for row in shown.rows for cell in row)
            yield from (cell.tag.word for row in shown.rows for cell in row if cell.tag)
        if shown.kind == "differences":
            yield from (text for each in shown.differences for bar in (*each.bars, each.total) for text in (bar.label, bar.text))
        if shown.kind == "outcomes":
            yield from (text for each in shown.outcomes for text in (each.title, *each.lines, each.tag.word))


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_and_text_have_all_texts_of_the_report(language: str) -> None:
    report = worded(language)
    mail = render_mail(report)
    shown, plain = squeezed(Elements(mail.html).text), squeezed(mail.text).lower()
    for sentence in sentences(report):
        assert squeezed(sentence) in shown
        assert squeezed(sentence).lower() in plain
    assert all(squeezed(section.title).lower() in plain for section in report.sections)
    wide = block(report, "channels", "table")
    assert wide.rows and all(squeezed(cell.text).lower() in plain for row in wide.rows for cell in row)


def test_a_section_of_several_blocks_shows_each_of_them_in_order() -> None:
    report = worded("en")
    kinds = [("trust", "notes"), ("movements", "differences"), ("goals", "table"), ("cycle", "outcomes")]
    blocks = tuple(block(report, name, kind) for name, kind in kinds)
    mail = render_mail(report.model_copy(update={"sections": (Section(name="all", title="All of it", blocks=blocks),)}))
    firsts = [blocks[0].sentences[0], blocks[1].differences[0].title, blocks[2].rows[0][0].text, blocks[3].outcomes[0].title]
    for shown in (squeezed(mail.text), squeezed(Elements(mail.html).text)):
        places = [shown.index(squeezed(first)) for first in ["All of it", *firsts]]
        assert places == sorted(places)


def test_two_charts_cannot_have_the_same_name() -> None:
    charts = worded("en").sections[0]
    with pytest.raises(ValidationError, match="two charts have the same name: chart-0, chart-1, chart-0, chart-1"):
        Report(**{**dict(worded("en")), "sections": (charts, charts)})


def test_the_text_part_writes_chinese_money_as_its_sentences_do() -> None:
    figures = (REVIEW.of(Figures).figures[0].model_copy(update={"value": Decimal(1_000_000), "net": None}),)
    text = render_mail(worded("zh", changed(REVIEW, figures=figures))).text.replace("\u00a0", " ")
    assert "：100 万欧元 " in text and "万 欧元" not in text
    figures = (REVIEW.of(Figures).figures[0].model_copy(update={"value": Decimal(5591), "net": None}),)
    assert "：5,591 欧元 " in render_mail(worded("zh", changed(REVIEW, figures=figures))).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fetched_and_every_picture_is_attached_with_its_alt_text(language: str) -> None:
    report = worded(language)
    mail = render_mail(report)
    page = Elements(mail.html)
    assert page.values("src") == [f"cid:{name}" for name in mail.images] == ["cid:chart-0", "cid:chart-1"]
    assert set(page.values("href")) == {LINKS.decide, LINKS.dashboard}
    assert not re.search(r"@import|url\(|<link|<script", mail.html)
    assert [attributes["alt"] for tag, attributes in page.tags if tag == "img"] == [chart.alt for chart in report.charts]
    assert all(png.startswith(b"\x89PNG") for png in mail.images.values())
    assert len(mail.html.encode()) < 100_000
    assert mail.subject == report.subject


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_screen_readers_get_its_language_and_outline(language: str, tag: str) -> None:
    page = Elements(render_mail(worded(language)).html)
    assert page.tags[0] == ("html", page.tags[0][1]) and page.tags[0][1]["lang"] == tag
    levels = [int(name[1]) for name, _ in page.tags if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(attributes.get("role") == "presentation" for name, attributes in page.tags if name == "table")


def test_buttons_without_a_link_are_left_out() -> None:
    page = Elements(render_mail(worded("en", links=facts.Links())).html)
    assert not page.values("href")
    assert "Decide" not in re.findall(r"^Decide$", page.text, re.MULTILINE)
    assert not Elements(render_mail(worded("en", EMPTY, facts.Links(decide="http://localhost/decide"))).html).values("href")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_review_can_be_mailed(language: str) -> None:
    mail = render_mail(worded(language, EMPTY))
    assert not mail.images
    assert ("There is nothing to decide" if language == "en" else "没有需要决定的事项") in mail.text


def test_hostile_names_are_text_and_add_no_element() -> None:
    def named(name: str) -> Mail:
        values: dict[str, Any] = {
            "brand": name,
            "returns": tuple(each.model_copy(update={"name": name}) for each in REVIEW.of(Returns).returns),
            "goals": tuple(each.model_copy(update={"text": {"en": name}}) for each in REVIEW.of(Goals).goals),
            "decisions": tuple(each.model_copy(update={"title": {"en": name}, "note": name}) for each in REVIEW.of(Decisions).decisions),
            "proposals": tuple(renamed(each, name) for each in REVIEW.of(Proposals).proposals),
        }
        return render_mail(worded("en", changed(REVIEW, **values)))

    hostile, harmless = named(HOSTILE + "--><mj-raw>"), named("Tea")
    page, plain = Elements(hostile.html), Elements(harmless.html)
    assert Counter(name for name, _ in page.tags) == Counter(name for name, _ in plain.tags)
    literal = '<script>alert(1)</script> #set text(red) *b* $x$ =cmd|1 {one} {{ 7*7 }} "q" txt 🎁 & [link](x)--><mj-raw>'
    assert literal in page.text and literal in hostile.text
    assert set(page.values("href")) == {LINKS.decide, LINKS.dashboard}
    assert "\n" not in hostile.subject and "\u202e" not in hostile.html + hostile.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_the_screen_and_every_text_has_enough_contrast(browser: Browser, language: str, width: int, scheme: Any) -> None:
    mail = render_mail(worded(language))
    html = mail.html
    for name, png in mail.images.items():
        html = html.replace(f"cid:{name}", f"data:image/png;base64,{base64.b64encode(png).decode()}")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url) if request.url.startswith("http") else None)
    page.set_content(html)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = page.evaluate(_CONTRASTS)
    page.close()
    assert len(found) > 60
    assert not [each for each in found if each["ratio"] < 4.5]
    dark = [each for each in found if max(each["background"]) < 100]
    assert len(dark) / len(found) > 0.9 if scheme == "dark" else len(dark) <= 1  # the button is dark in both modes
    assert not requested


_CONTRASTS = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = rgb => {
    const [r, g, b] = rgb.map(value => value / 255).map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || element.closest('[style*="display:none"], [style*="display: none"]')) continue;
    const background = behind(element);
    const [a, b] = [light(parts(getComputedStyle(element).color).slice(0, 3)), light(background)];
    found.push({text: texts.currentNode.data.trim(), background, ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)});
  }
  return found;
}"""
"""For every text on the page, its contrast with its background by WCAG."""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_review_without_recipients_does_not_mention_the_teams_file(language: str) -> None:
    mail = render_mail(build_report(REVIEW, audience(language, recipients=()), LINKS))
    assert "teams.yml" not in mail.html + mail.text and "teams.yml" in render_mail(worded(language)).text
