"""A report as a mail: HTML with its charts, and the same as plain text. Nothing in it is fetched from elsewhere."""

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
_CHART = charts.Size(width=552, letters=15)


@dataclass(frozen=True)
class Mail:
    """What a mail holds beside its PDF. The HTML shows an image as `cid:<name>`."""

    subject: str
    html: str
    text: str
    images: Mapping[str, bytes]


def render_mail(report: Report) -> Mail:
    """The mail of a report; the same one for the same report."""
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
    """With the classes' styles in the tags, where every mail program reads them; what hangs on screen and mode stays above."""
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
