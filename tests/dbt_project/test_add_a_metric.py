"""docs/how-to/add-a-metric.md, followed to the letter."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from conftest import AS_OF, build_marts, open_engine

from multiball.settings import REPOSITORY
from multiball.shapes import InputError

GUIDE = REPOSITORY / "docs" / "how-to" / "add-a-metric.md"


@pytest.fixture
def mart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The yml that the guide names, in a copy of the project that builds use."""
    project = tmp_path / "dbt_project"
    shutil.copytree(REPOSITORY / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
    monkeypatch.setattr(import_module("multiball.transform.build"), "PROJECT", project)
    for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
        monkeypatch.delenv(name)
    named = re.search(r"`(dbt_project/models/marts/\S+\.yml)`", GUIDE.read_text())
    assert named
    return tmp_path / named.group(1)


def add(mart: Path, entry: str) -> None:
    lines = mart.read_text().splitlines(keepends=True)
    position = next(index for index, line in enumerate(lines) if line.strip() == "metrics:") + 1
    mart.write_text("".join([*lines[:position], textwrap.indent(entry, " " * 10), *lines[position:]]))


def entry_of_the_guide() -> str:
    block = re.search(r"```yaml\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert block
    return textwrap.dedent(block.group(1))


def test_the_guides_metric_is_in_the_catalogue_over_all_periods_and_beside_the_month_before(mart: Path, tmp_path: Path) -> None:
    """One file is edited, and every mart of metrics has it."""
    add(mart, entry_of_the_guide())
    workspace, warehouse = open_engine("duckdb", tmp_path, None)
    target = build_marts(workspace, warehouse, AS_OF, ("+metric_comparison",))
    rows = warehouse.query("select * from dim_metric where metric = 'cost_per_link_click'", target).to_pylist()
    assert [(row["label"], row["additivity"], row["mart"]) for row in rows] == [("Cost per link click", "ratio", "paid_efficiency_daily")]
    sums = "sum(spend_reporting) as spend, sum(link_clicks) as clicks"
    [october] = warehouse.query(
        f"select {sums} from paid_efficiency_daily where date_day between date '2026-10-01' and date '2026-10-31'", target
    ).to_pylist()
    of_october = "where metric = 'cost_per_link_click' and dimension = 'total'"
    [added] = warehouse.query(
        f"select sum(numerator) as spend, sum(denominator) as clicks from metric_daily {of_october}"
        " and date_day between date '2026-10-01' and date '2026-10-31'",
        target,
    ).to_pylist()
    [period] = warehouse.query(
        f"select numerator as spend, denominator as clicks from metric_period {of_october}"
        " and period = 'month' and period_start = date '2026-10-01'",
        target,
    ).to_pylist()
    assert added == period == october and october["clicks"]
    months = warehouse.query(f"select month from metric_comparison {of_october}", target).column("month").to_pylist()
    assert date(2026, 10, 1) in months


def test_a_wrong_entry_is_refused_with_its_line_before_the_build_begins(mart: Path, tmp_path: Path) -> None:
    add(mart, entry_of_the_guide().replace("denominator: link_clicks", "denominator: link_klicks"))
    line = 1 + next(number for number, text in enumerate(mart.read_text().splitlines()) if "link_klicks" in text)
    workspace, warehouse = open_engine("duckdb", tmp_path, None)
    with pytest.raises(InputError) as refused:
        build_marts(workspace, warehouse, AS_OF, ("dim_metric",))
    assert str(refused.value) == (
        f"{mart}, line {line}: metric cost_per_link_click: denominator names link_klicks, which is not a column of the mart. "
        "Did you mean 'link_clicks'?"
    )
