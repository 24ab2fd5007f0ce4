"""Each decision says which one it is, whether it holds, and since when."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from multiball.settings import REPOSITORY

PAGES = sorted((REPOSITORY / "docs" / "decisions").glob("*.md"))
NUMBERS = [page.name[:4] for page in PAGES]
STATUS = re.compile(
    r"\*\*Status\*\*: (?P<status>proposed|accepted|rejected|superseded by (?P<by>\d+))\. \*\*Date\*\*: (?P<date>\d{4}-\d\d-\d\d)\."
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_has_its_number_a_status_and_a_date(page: Path) -> None:
    title, empty, status, *_ = page.read_text(encoding="utf-8").splitlines()
    assert re.match(rf"# {int(page.name[:4])}\. \S", title) and empty == ""
    found = STATUS.fullmatch(status)
    assert found, f"the third line says status and date, such as: **Status**: accepted. **Date**: 2026-11-30. It is: {status}"
    assert date.fromisoformat(found["date"])
    assert found["by"] is None or f"{int(found['by']):04}" in NUMBERS


def test_no_number_is_given_twice() -> None:
    assert NUMBERS and len(set(NUMBERS)) == len(NUMBERS)
