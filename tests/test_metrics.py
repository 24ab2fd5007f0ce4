"""An invalid entry of a metric is refused with one line: file, line, metric, fault and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from multiball.marts import marts, metric_catalogue
from multiball.metrics import KEYS
from multiball.settings import REPOSITORY
from multiball.shapes import InputError

PAID = "models/marts/paid/paid_efficiency_daily.yml"
RATIO = """\
          - name: cost_per_link_click
            label: Cost per link click
            numerator: spend_reporting
            denominator: link_clicks
            additivity: ratio
            format: currency
            unit: reporting currency
            description: Spend per click on a link.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The marts' yml of the project, with one more metric."""
    own = REPOSITORY / "dbt_project"
    shutil.copytree(own / "models" / "marts", tmp_path / "models" / "marts", ignore=shutil.ignore_patterns("*.sql"))
    shutil.copyfile(own / "dbt_project.yml", tmp_path / "dbt_project.yml")
    for file in (own / "models").glob("*.md"):
        shutil.copyfile(file, tmp_path / "models" / file.name)
    mart = tmp_path / PAID
    mart.write_text(mart.read_text().replace("        metrics:\n", f"        metrics:\n{RATIO}", 1))
    return tmp_path


def test_a_metric_is_added_by_editing_one_file(project: Path) -> None:
    found = metric_catalogue(project)
    assert found.keys() - metric_catalogue().keys() == {"cost_per_link_click"}
    added = found["cost_per_link_click"]
    assert (added.columns, added.facts, added.over_days) == (("spend_reporting", "link_clicks"), ("ad",), "sum")
    assert added.dimensions == ("total", "platform", "account", "campaign") and added.grains == {"day"}


@pytest.mark.parametrize(
    ("before", "after", "line_of", "message"),
    [
        ("            denominator: link_clicks\n", "", "name: cost_per", "denominator is missing. Add it: docs/how-to/add-a-metric.md"),
        ("link_clicks", "link_klicks", "link_klicks", "denominator names link_klicks, which is not a column of the mart. Did you mean"),
        ("additivity: ratio", "additivity: mean", "additivity: mean", "additivity is 'mean'. Known: 'sum', 'last', 'ratio', 'distinct'."),
        ("format: currency", "format: money", "format: money", "format is 'money'. Known: "),
        ("unit: reporting", "units: reporting", "units: ", "the key 'units' is unknown. Did you mean 'unit'?"),
        ("unit: reporting", "multiplier: 0\n            unit: reporting", "multiplier", "multiplier is 0. Give a whole number above 0"),
        ("unit: reporting", "vanity: maybe\n            unit: reporting", "vanity", "vanity is 'maybe'. Give true or false."),
        ("unit: reporting", "better: more\n            unit: reporting", "better", "better is 'more'. Known: 'up', 'down'."),
        ("numerator: spend_reporting", "column: clicks", "name: cost_per", "numerator is missing. "),
        ("name: cost_per_link_click", "name: spend", "name: spend", "the name is taken by a metric of "),
        (
            "unit: reporting",
            "also_in: {conversion_daily: link_clicks}\n            unit: reporting",
            "also_in: {conversion_daily: link",
            "also_in names conversion_daily.link_clicks, which does not exist. ",
        ),
    ],
)  # fmt: skip
def test_an_invalid_entry_is_refused_with_file_and_line(project: Path, before: str, after: str, line_of: str, message: str) -> None:
    file = project / PAID
    text = file.read_text()
    begin, end = text.index(RATIO), text.index(RATIO) + len(RATIO)
    file.write_text(text[:begin] + RATIO.replace(before, after) + text[end:])
    lines = file.read_text().splitlines()
    with pytest.raises(InputError) as refused:
        marts(project)
    message_shown = str(refused.value)
    places = [number for number, line in enumerate(lines, start=1) if line_of in line]
    assert any(message_shown.startswith(f"{file}, line {place}: metric ") for place in places), message_shown
    assert message in message_shown and "\n" not in message_shown


def test_a_level_in_another_mart_is_refused(project: Path) -> None:
    file = project / "models/marts/content/fct_account_daily.yml"
    file.write_text(file.read_text().replace("additivity: last", "additivity: last\n            also_in: {reach_daily: reach}", 1))
    with pytest.raises(InputError, match=r"metric followers: also_in is not for levels\. Remove it"):
        marts(project)


def test_a_column_without_a_fact_is_refused(project: Path) -> None:
    """Otherwise the days on which the metric is known would be undefined."""
    file = project / "models/marts/funnel/conversion_daily.yml"
    file.write_text(file.read_text().replace("lead: [leads, qualified_leads]", "lead: [leads]", 1))
    with pytest.raises(InputError, match=r"qualified_leads is under no fact\. Add it to one of config\.meta\.facts: session, lead"):
        marts(project)


def test_every_key_is_in_the_guide() -> None:
    guide = (REPOSITORY / "docs" / "how-to" / "add-a-metric.md").read_text(encoding="utf-8")
    assert [key for key in KEYS if f"`{key}`" not in guide] == []
