"""One term for one thing: mail, PDF and dashboards use the same texts of channels, platforms, statuses, reasons, checks and metrics."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from catalogues import copied
from pypdf import PdfReader
from review.review_samples import LINKS, REVIEW, audience, changed

from multiball.dashboards.bundle import write_bundle
from multiball.review.mail import Mail, render_mail
from multiball.review.pdf import render_pdf
from multiball.review.report import Report
from multiball.review.sections.trust.caveats.reconciliation import ReconciliationError
from multiball.review.sections.trust.facts import Trust
from multiball.review.wording import build_report

MARKED = {
    ("channel", "Email"): "Zqchannel",
    ("platform", "meta"): "Zqplatform",
    ("status", "behind"): "Zqstatus",
    ("reason", "no_data"): "Zqreason",
    ("check_name", "revenue_equals_attributed"): "Zqcheck",
    ("metric", "sessions"): "Zqmetric",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """The sample, with one text of each kind changed in the catalogue and nowhere else."""
    with pytest.MonkeyPatch.context() as patch:
        file = copied(tmp_path_factory.mktemp("marked"), patch) / "en.po"
        text = file.read_text(encoding="utf-8")
        for (context, key), marked in MARKED.items():
            text, found = re.subn(rf'(msgctxt "{context}"\nmsgid "{key}"\nmsgstr )".*"', rf'\1"{marked}"', text)
            assert found == 1
        file.write_text(text, encoding="utf-8")
        check = ReconciliationError(check="revenue_equals_attributed", level="block", count=2)
        yield build_report(changed(REVIEW, caveats=(*REVIEW.of(Trust).caveats, check)), audience("en"), LINKS)


def test_a_changed_word_changes_in_the_mail(report: Report) -> None:
    mail: Mail = render_mail(report)
    assert [marked for marked in MARKED.values() if marked not in mail.text] == []
    in_page_too = set(MARKED.values()) - {"Zqmetric"}  # the wide table of channels is in the text and the PDF only
    assert [marked for marked in in_page_too if marked not in mail.html] == []


def test_a_changed_word_changes_in_the_pdf(report: Report) -> None:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(report))).pages)
    assert [marked for marked in MARKED.values() if marked not in re.sub(r"\s", "", text)] == []


def test_a_changed_word_changes_on_the_dashboards(report: Report, tmp_path: Path) -> None:
    write_bundle(tmp_path, currency="EUR")
    datasets = [
        yaml.safe_load(file.read_text(encoding="utf-8"))
        for file in (tmp_path / "datasets").rglob("*.yaml")
        if not file.stem.endswith("_zh")
    ]
    words = {found for dataset in datasets for found in re.findall(r"WHEN '([^']+)' THEN '(Zq[^']*)'", dataset["sql"])}
    assert {(key, marked) for (context, key), marked in MARKED.items() if context != "metric"} == words - {("sessions", "Zqmetric")}
    labels = {metric["metric_name"]: metric["verbose_name"] for dataset in datasets for metric in dataset["metrics"]}
    assert labels["sessions"] == "Zqmetric"
