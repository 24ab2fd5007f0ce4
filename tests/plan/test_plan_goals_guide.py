"""Follows docs/how-to/plan-goals.md: checks its files and makes each of its faults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from multiball.cli.main import run
from multiball.plan import Goal, Team
from multiball.settings import REPOSITORY

PAGE = (REPOSITORY / "docs" / "how-to" / "plan-goals.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```yaml (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
[SHOWN] = re.findall(r"^```text check\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
FAULTS = re.findall(r"^\| `(\w+: .+?)` \| `(plan/\S+: .+)` \|$", PAGE, re.MULTILINE)
TODAY = ("--today", "2026-11-01")


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MULTIBALL_HOME", str(tmp_path))
    monkeypatch.delenv("MULTIBALL_ENGINE", raising=False)
    (tmp_path / "sources.yml").write_text("reporting: {currency: EUR}\n")
    (tmp_path / "plan").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_plan_of_the_page_has_the_findings_that_the_page_shows(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "check", *TODAY]) == 0
    assert capsys.readouterr().out == SHOWN


def test_the_page_s_remedy_removes_the_warning(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    goals = plan / "plan" / "goals.yml"
    goals.write_text(goals.read_text(encoding="utf-8") + "    supports: new_customers_half\n", encoding="utf-8")
    assert run(["plan", "check", *TODAY]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "2 goals, 2 teams, 0 faults, 0 warnings"


def test_the_page_shows_ten_faults() -> None:
    assert len(FAULTS) == 10


@pytest.mark.parametrize(("line", "answer"), FAULTS, ids=[line for line, _ in FAULTS])
def test_a_fault_of_the_page_gets_the_answer_of_the_page(plan: Path, capsys: pytest.CaptureFixture[str], line: str, answer: str) -> None:
    file = plan / answer.split(":")[0]
    key = line.split(":")[0]
    changed, times = re.subn(
        rf"^((?:    |  - ){key}): .*$",
        lambda found: f"{found[1]}{line[len(key) :]}",
        file.read_text(encoding="utf-8"),
        count=1,
        flags=re.MULTILINE,
    )
    assert times == 1
    file.write_text(changed, encoding="utf-8")
    assert run(["plan", "check", *TODAY]) == 2
    assert answer in capsys.readouterr().out.splitlines()


def test_every_key_is_on_the_page() -> None:
    keys = {*Goal.model_fields, *Team.model_fields}
    assert {key for key in keys if f"`{key}`" not in PAGE} == set()
