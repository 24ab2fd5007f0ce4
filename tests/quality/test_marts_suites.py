"""The marts' suites against the marts' own contracts, and against rows that they are there for."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest
import yaml

from multiball.quality import ChecksFailed, check, load_suites
from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import open_warehouse


def columns_by_mart() -> dict[str, set[str]]:
    files = (REPOSITORY / "dbt_project" / "models" / "marts").rglob("*.yml")
    models = [model for file in files for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])]
    return {model["name"]: {column["name"] for column in model["columns"]} for model in models}


def test_the_suites_name_marts_and_columns_that_exist() -> None:
    marts, suites = columns_by_mart(), load_suites("marts")
    assert suites
    for suite in suites:
        assert suite.table in marts
        assert {check.arguments["column"] for check in suite.checks if "column" in check.arguments} <= marts[suite.table], suite.name


VALUE = {"p_alive": 0.9, "expected_orders": 2.0, "expected_margin": 30.0, "expected_margin_low": 20.0, "expected_margin_high": 40.0}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"p_alive": 1.2}, "A probability is between 0 and 1"),
        ({"expected_orders": -0.1}, "Nobody buys less than nothing"),
        ({"expected_margin": None}, "An empty value must say why"),
        ({"cannot_tell": "too few orders"}, "An empty value must say why"),
        ({"expected_margin_high": 25.0}, "An expectation outside its own interval"),
        ({}, None),
        ({"expected_margin": None, "expected_margin_low": None, "expected_margin_high": None, "cannot_tell": "too few orders"}, None),
    ],
)
@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
def test_a_lifetime_value_that_cannot_be_is_not_published(workspace: Workspace, wrong: dict[str, object], why: str | None) -> None:
    warehouse = open_warehouse(workspace)
    target = warehouse.candidate("b1")
    warehouse.dbt_profile(target)
    duckdb.connect(target.location).close()
    rows = pa.Table.from_pylist(
        [{**VALUE, "cannot_tell": None, **wrong}], pa.schema([*((name, pa.float64()) for name in VALUE), ("cannot_tell", pa.string())])
    )
    warehouse.write_table(target, "marts", "customer_lifetime_value", rows)
    suites = [suite for suite in load_suites("marts") if suite.table == "customer_lifetime_value"]
    if why is None:
        assert not [outcome for outcome in check(workspace, warehouse, "marts", target, datetime.now(UTC), suites) if outcome.blocks]
    else:
        with pytest.raises(ChecksFailed, match=f"1 blocking checks failed.*{why}"):
            check(workspace, warehouse, "marts", target, datetime.now(UTC), suites)
