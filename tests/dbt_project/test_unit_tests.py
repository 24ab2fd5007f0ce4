"""The models' own unit tests, on both engines: builds leave them out, because they need no data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import AS_OF

from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import Target, Warehouse

PROJECT = REPOSITORY / "dbt_project"


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_the_unit_tests_of_the_models_pass(
    engine: str, builds: dict[str, tuple[Workspace, Warehouse, Target]], built: dict[str, Path], tmp_path: Path
) -> None:
    _, warehouse, target = builds[engine]
    variables = json.loads((built[engine] / "run_results.json").read_text())["args"]["vars"]
    options = {
        "--select": "test_type:unit",
        "--project-dir": str(PROJECT),
        "--profiles-dir": str(built[engine]),
        "--target-path": str(tmp_path),
        "--log-path": str(tmp_path / "logs"),
        "--vars": json.dumps(variables),
    }
    command = [
        sys.executable,
        "-c",
        "from dbt.cli.main import cli; cli()",
        "test",
        *(part for option in options.items() for part in option),
    ]
    with warehouse.build_lock(), warehouse.build_alias(target, AS_OF):
        ran = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT)
    results = json.loads((tmp_path / "run_results.json").read_text())["results"] if (tmp_path / "run_results.json").exists() else []
    assert [result["unique_id"] for result in results if result["status"] != "pass"] == [] and ran.returncode == 0, ran.stdout[-6000:]
    assert len(results) >= len([file for file in PROJECT.glob("models/**/*.yml") if "unit_tests:" in file.read_text()]) > 5
