"""A report as a mail: HTML with its charts, and the same as plain text. It loads nothing from the network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from multiball.review import charts
from multiball.review.report import Report

_TEMPLATES = Path(__file__).with_name("templates")
_CHART = charts.Size(width=552, font_size=15)


@dataclass(frozen=True)
class Mail:
    """The contents of a mail apart from its PDF. The HTML refers to an image as `cid:<name>`."""

    subject: str
    html: str
    text: str
    images: Mapping[str, bytes]


def render_mail(report: Report) -> Mail:
    """The mail of a report; the same report gives the same mail."""
    import mjml

    values: dict[str, Any] = {"report": report, "style": _style("mail-dark.css")}
    html = mjml.mjml2html(_template("mail.mjml.jinja").render(values), disable_comments=False, fonts={})
    return Mail(
        subject=report.subject,
        html=_inlined(html),
        text=re.sub(r"\n{3,}", "\n\n", _template("mail.txt.jinja").render(values)),
        images={chart.name: charts.png(chart, _CHART) for chart in report.charts},
    )


def _inlined(html: str) -> str:
    """With the styles of classes inlined, as every mail program reads them there; media queries remain in the style tag."""
    import css_inline

    inliner = css_inline.CSSInliner(extra_css=_style("mail.css"), keep_style_tags=True, load_remote_stylesheets=False)
    return str(inliner.inline(html))


def _style(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _template(name: str) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    html = name.endswith(".mjml.jinja")
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=html, undefined=StrictUndefined, trim_blocks=not html, lstrip_blocks=not html
    )
    return environment.get_template(name)
