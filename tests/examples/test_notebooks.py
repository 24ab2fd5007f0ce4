"""The notebooks of examples/: stored without outputs, and executed over a published workspace, with charts that keep the rules."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from multiball import connect
from multiball.settings import REPOSITORY

NOTEBOOKS = sorted((REPOSITORY / "examples" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_stored_without_outputs(file: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert [cell.source for cell in cells if cell.outputs or cell.execution_count is not None or cell.metadata] == []
    assert set(notebook.metadata) == {"kernelspec", "language_info"} and set(notebook.metadata.language_info) == {"name"}


@pytest.fixture(scope="module")
def chart(brand: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the notebook draws."""
    notebook = nbformat.read(REPOSITORY / "examples" / "notebooks" / "spend_and_reach.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import json\nprint(json.dumps(chart.to_dict()))"))
    own = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(own / name.lower()))
        environment = {**os.environ, "MULTIBALL_HOME": str(brand)}
        NotebookClient(notebook, timeout=300, kernel_name="python3").execute(env=environment)
    drawn: dict[str, Any] = json.loads(notebook.cells[-1].outputs[-1].text)
    return drawn


def rows(chart: dict[str, Any], part: int) -> list[dict[str, Any]]:
    """The data of a panel."""
    found: list[dict[str, Any]] = chart["datasets"][chart["vconcat"][part]["data"]["name"]]
    return found


def test_spend_is_in_one_currency_and_parts_of_weeks_are_marked(chart: dict[str, Any], brand: Path) -> None:
    panel, drawn = chart["vconcat"][0], rows(chart, 0)
    assert panel["encoding"]["y"]["title"] == "EUR a week" and panel["encoding"]["opacity"]["field"] == "is_whole"
    marts = connect(brand).frame("select sum(spend_reporting) as spend from fct_ad_daily")
    assert sum(row["spend"] for row in drawn) == pytest.approx(float(marts["spend"][0]), rel=1e-9) and drawn
    whole = {row["week"][:10]: row["is_whole"] for row in drawn}
    assert whole["2025-09-29"] is False and whole["2025-10-06"] is True and whole["2025-11-10"] is False


def test_reach_is_what_the_platform_counted_for_each_account_and_whole_week(chart: dict[str, Any], brand: Path) -> None:
    panel, drawn = chart["vconcat"][1], rows(chart, 1)
    assert panel["encoding"]["color"]["field"] == "account" and "aggregate" not in panel["encoding"]["y"]
    marts = connect(brand).frame(
        "select date_start, account_name, reach from reach_period inner join dim_account using (account_key) "
        "where period = 'week' and reach is not null"
    )
    counted = {(str(row.date_start), row.account_name): row.reach for row in marts.itertuples()}
    shown = {(row["week"][:10], row["account"]): row["reach"] for row in drawn if row["reach"] is not None}
    assert shown and shown == {key: counted[key] for key in shown}
    assert len({(row["week"], row["account"]) for row in drawn}) == len(drawn)
