"""The marts' suites against the marts' own contracts."""

from __future__ import annotations

import yaml

from multiball.quality import load_suites
from multiball.settings import REPOSITORY


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
