"""The whole project is built on Spark from the same raw rows as on DuckDB; all its tables are equal row for row."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import AS_OF

from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import Target, Warehouse
from multiball.warehouse.interface import MOMENT, moment_text
from multiball.warehouse.spark import SCHEMA_FILE

SECONDS = 1500
pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.timeout(SECONDS + 600)]
Build = tuple[Workspace, Warehouse, Target]


@pytest.fixture(scope="module")
def spark(builds: dict[str, Build], built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build on Spark: of the raw files, and what science wrote, of the build on DuckDB."""
    workspace, warehouse, target = builds["duckdb"]
    folder, given = tmp_path_factory.mktemp("spark"), tmp_path_factory.mktemp("given")
    for table in _tables(warehouse, target, "science"):
        _write(given / "science" / table, warehouse.query(f"select * from science.{table}", target))
    _write(given / MOMENT[0] / MOMENT[1], pa.table({"as_of": [moment_text(AS_OF)]}))
    variables = json.loads((built["duckdb"] / "run_results.json").read_text())["args"]["vars"]
    script = Path(__file__).with_name("spark_build.py")
    ran = subprocess.run(
        [sys.executable, str(script), str(folder), json.dumps(variables), moment_text(AS_OF), str(workspace.var / "raw"), str(given)],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=SECONDS,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    return folder


@pytest.fixture(scope="module")
def results(spark: Path) -> dict[str, Any]:
    """What `spark_build` says of the build."""
    read: dict[str, Any] = json.loads((spark / "results.json").read_text())
    return read


def test_every_seed_and_model_is_built_on_spark(results: dict[str, Any]) -> None:
    assert {name: said for name, (status, said) in results["built"].items() if status != "success"} == {}
    project = REPOSITORY / "dbt_project"
    files = [*(project / "models").rglob("*.sql"), *(project / "seeds").glob("*.csv")]
    assert {name.split(".")[2] for name in results["built"]} == {file.stem for file in files}


def test_spark_in_ansi_mode_accepts_every_model_and_every_data_test(spark: Path, results: dict[str, Any]) -> None:
    assert {name: said for name, said in results["analysed"].items() if said} == {}
    nodes = json.loads((spark / "manifest.json").read_text())["nodes"].values()
    assert set(results["analysed"]) == {node["unique_id"] for node in nodes if node["resource_type"] in ("model", "test")}


def test_a_metric_s_day_is_more_than_ten_models_away_from_raw(spark: Path) -> None:
    """What is compared below is a chain, not tables side by side."""
    parents = json.loads((spark / "manifest.json").read_text())["parent_map"]

    def models_above(node: str) -> int:
        return node.startswith("model.") + max((models_above(parent) for parent in parents.get(node, ())), default=0)

    assert models_above("model.multiball.metric_daily") > 10


@pytest.mark.parametrize("schema", ["staging", "intermediate", "marts"])
def test_every_table_is_equal_to_duckdb_s_row_for_row(spark: Path, builds: dict[str, Build], schema: str) -> None:
    _, warehouse, target = builds["duckdb"]
    tables = [table for table in _tables(warehouse, target, schema) if (schema, table) != MOMENT]
    assert len(tables) > 5
    different = {}
    for table in tables:
        ours = warehouse.query(f"select * from {schema}.{table}", target)
        theirs = pq.read_table(spark / "warehouse" / f"{schema}.db" / table)
        if schema == "marts" and _types(ours) != _types(theirs):
            different[table] = f"{_types(ours)} and {_types(theirs)}"
        here, there = Counter(map(_comparable, ours.to_pylist())), Counter(map(_comparable, theirs.to_pylist()))
        if here != there:
            only = [sorted((one - other).elements())[:2] for one, other in ((here, there), (there, here))]
            different[table] = f"{ours.num_rows} rows on DuckDB, {theirs.num_rows} on Spark; {only}"
    assert different == {}
    assert any(pq.read_metadata(file).num_rows for file in (spark / "warehouse" / f"{schema}.db").glob("*/*.parquet"))


def _tables(warehouse: Warehouse, target: Target, schema: str) -> list[str]:
    sql = f"select table_name from information_schema.tables where table_schema = '{schema}' and table_type = 'BASE TABLE' order by 1"
    return [str(row["table_name"]) for row in warehouse.query(sql, target).to_pylist()]


def _write(folder: Path, table: pa.Table) -> None:
    folder.mkdir(parents=True)
    pq.write_table(table.schema.empty_table(), folder / SCHEMA_FILE)
    pq.write_table(table, folder / "rows.parquet")


def _types(table: pa.Table) -> dict[str, str]:
    return {field.name: str(field.type) for field in table.schema}


def _comparable(row: dict[str, Any]) -> str:
    """Exact: a decimal compares with its scale's zeros cut off, everything else as it is."""
    return str({name: (f"{value.normalize():f}" if isinstance(value, Decimal) else value) for name, value in row.items()})
