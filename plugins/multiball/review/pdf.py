"""A report as a PDF, made by Typst and tagged to PDF/UA-1. The same report gives the same bytes."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from multiball.review import charts, fonts
from multiball.review.report import Report

_TEMPLATE = Path(__file__).with_name("templates") / "review.typ"
_CHART = charts.Size(width=240, font_size=8)
_UNBROKEN = re.compile(r"[!-~]{16}(?=[!-~])")
"""Characters without a line break opportunity, too long for the narrowest column."""


def render_pdf(report: Report) -> bytes:
    """The PDF. Texts are passed as data, with boxes for characters that are not in the font, as PDF/UA allows no missing glyph."""
    data = json.dumps(fonts.each_text(report.model_dump(mode="json"), _printable), ensure_ascii=False)
    drawn = {chart.name: charts.svg(chart, _CHART) for chart in report.charts}
    made: Any = _compiler().compile(
        input=_TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"report": data, "font": fonts.FAMILY, **drawn},
        pdf_standards=["ua-1"],
        timestamp=int(report.issued_at.timestamp()),
    )
    return bytes(made)


def _printable(text: str) -> str:
    return _UNBROKEN.sub("\\g<0>\u200b", fonts.drawable(text))


@cache
def _compiler() -> Any:
    import typst

    return typst.Compiler(
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.directory())])
    )
