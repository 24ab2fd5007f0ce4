"""The PDF: accessible, complete in both languages, inert, and the same bytes on a machine without fonts."""

import io
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from review_samples import EMPTY, HOSTILE, LINKS, REVIEW, audience, block, changed, renamed

from multiball.review import facts
from multiball.review.pdf import render_pdf
from multiball.review.report import Report
from multiball.review.sections.channels.facts import Channels
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.goals.facts import Goals
from multiball.review.sections.proposals.facts import Proposals
from multiball.review.sections.returns.facts import Returns
from multiball.review.wording import build_report
from multiball.settings import REPOSITORY

LANGUAGES = ("en", "zh")


def worded(language: str, review: facts.Review = REVIEW) -> Report:
    return build_report(review, audience(language, focus_goals=("revenue_half",)), LINKS)


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """The text without spaces, line breaks and break opportunities."""
    return "".join(text.replace("\u200b", "").split())


def text_of(report: Report) -> str:
    return squeezed("".join(pages(render_pdf(report))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_all_texts_of_the_report(language: str) -> None:
    report = worded(language)
    text = text_of(report)
    decided = [each for decision in report.decisions for each in (decision.title, decision.evidence, decision.expected.text)]
    shown = [*(card.number for card in report.cards), *(section.title for section in report.sections)]
    for expected in [report.headline, report.lead, *decided, *shown]:
        assert squeezed(expected) in text
    for name in ("goals", "channels"):
        rows = block(report, name, "table").rows
        assert rows and all(squeezed(cell.text) in text for row in rows for cell in row)
    assert all(squeezed(sentence) in text for sentence in block(report, "trust", "notes").sentences)


@pytest.mark.parametrize(
    ("language", "figures"), [("en", ["€11,846", "€10,951", "+€1,444"]), ("zh", ["1.18万欧元", "1.1万欧元", "+1,444欧元"])]
)
def test_the_figures_are_those_of_the_facts(language: str, figures: list[str]) -> None:
    text = text_of(worded(language))
    assert all(figure in text for figure in figures)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_two_pages_and_is_accessible(language: str) -> None:
    report = worded(language)
    reader = PdfReader(io.BytesIO(render_pdf(report)))
    assert len(reader.pages) == 2
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == language
    assert reader.metadata and reader.metadata.title == report.headline
    structure: Any = root["/StructTreeRoot"].get_object()
    roles = list(_roles(structure))
    assert next(role for role, _ in roles if role in ("/H1", "/H2")) == "/H1"
    assert {alt for role, alt in roles if role == "/Figure"} == {chart.alt for chart in report.charts}


def _roles(node: Any) -> Any:
    node = node.get_object()
    if isinstance(node, list):
        for kid in node:
            yield from _roles(kid)
    elif hasattr(node, "get"):
        if "/S" in node:
            yield node["/S"], node.get("/Alt")
        if "/K" in node and not isinstance(node["/K"], int):
            yield from _roles(node["/K"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_review_can_be_printed(language: str) -> None:
    assert len(pages(render_pdf(worded(language, EMPTY)))) == 1


def test_hostile_names_are_printed_as_they_are() -> None:
    names = {"brand": HOSTILE, "returns": tuple(each.model_copy(update={"name": HOSTILE}) for each in REVIEW.of(Returns).returns)}
    names["proposals"] = tuple(renamed(each, HOSTILE) for each in REVIEW.of(Proposals).proposals)
    names["channels"] = tuple(each.model_copy(update={"name": HOSTILE}) for each in REVIEW.of(Channels).channels)
    text = text_of(worded("en", changed(REVIEW, **names)))
    assert squeezed('<script>alert(1)</script> #set text(red) *b* $x$ =cmd|1 {one} {{ 7*7 }} "q" txt □ & [link](x)') in text


def test_long_names_and_many_rows_continue_on_further_pages() -> None:
    name = "W" * 300
    channel = REVIEW.of(Channels).channels[0]
    many = changed(
        REVIEW,
        channels=tuple(channel.model_copy(update={"name": f"{index} {name}"}) for index in range(40)),
        goals=REVIEW.of(Goals).goals * 6,
        proposals=REVIEW.of(Proposals).proposals * 6,
        figures=tuple(each.model_copy(update={"value": Decimal("98765432109876543210.5")}) for each in REVIEW.of(Figures).figures),
    )
    reader = PdfReader(io.BytesIO(render_pdf(worded("en", many))))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    assert len(reader.pages) > 4
    assert text.count(name) == 40
    width = float(reader.pages[0].mediabox.width)
    for page in reader.pages:
        page.extract_text(visitor_text=lambda text, _, matrix, *__: None if not text.strip() else _inside(matrix[4], width))


def _inside(x: float, width: float) -> None:
    assert 0 <= x <= width


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_report_gives_the_same_bytes_without_system_fonts(language: str, tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>')
    program = f"""
import hashlib, sys
from review_samples import LINKS, REVIEW, audience, block, changed, renamed
from multiball.review.mail import render_mail
from multiball.review.pdf import render_pdf
from multiball.review.wording import build_report
report = build_report(REVIEW, audience({language!r}, focus_goals=("revenue_half",)), LINKS)
mail = render_mail(report)
for part in (render_pdf(report), mail.html.encode(), mail.text.encode(), *mail.images.values()):
    print(hashlib.sha256(part).hexdigest())
assert "matplotlib" not in sys.modules
"""
    paths = os.pathsep.join([str(REPOSITORY / "plugins"), str(REPOSITORY / "tests" / "review")])
    bare = {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "HOME": str(tmp_path), "PYTHONHASHSEED": "1"}
    found = [
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": paths, **own}, capture_output=True, text=True, check=True
        ).stdout
        for own in ({"PYTHONHASHSEED": "2"}, bare)
    ]
    assert found[0] == found[1]
    assert len(found[0].split()) == 5
