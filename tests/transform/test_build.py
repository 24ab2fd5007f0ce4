"""dbt run for real, on a small part of the project."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from multiball import transform
from multiball.flows.steps import prepare_raw
from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.transform.build import build_folder
from multiball.warehouse import Warehouse, open_warehouse
from multiball.warehouse.records import MODEL_RUN, OWN
from tests.small_disk import small_disk

AS_OF = datetime(2026, 3, 10, tzinfo=UTC)
PART = ["stg_ecb__exchange_rate", "stg_import__exchange_rate", "exchange_rate", "int_exchange_rates_filled"]
BUILD = sys.modules["multiball.transform.build"]


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    (tmp_path / "sources.yml").write_text("reporting: {currency: EUR}\n")
    return Workspace(tmp_path)


@pytest.fixture
def warehouse(home: Workspace) -> Warehouse:
    opened = open_warehouse(home)
    prepare_raw(opened)
    return opened


def test_a_build_is_recorded_with_state_time_and_rows_and_stale_results_are_refused(home: Workspace, warehouse: Warehouse) -> None:
    target = warehouse.candidate("b1")
    folder = transform.build(home, warehouse, target, AS_OF, select=PART)
    results = transform.record(warehouse, target, folder)

    assert {result.name for result in results if result.kind == "model"} == set(PART)
    kept = {row["name"]: row for row in warehouse.read_raw(OWN, f"select * from raw_{OWN}.{MODEL_RUN.name}").to_pylist()}
    assert len(kept) == len(results)
    assert kept["int_exchange_rates_filled"]["rows"] == 0 and kept["int_exchange_rates_filled"]["status"] == "success"
    assert kept["stg_ecb__exchange_rate"]["rows"] is None, "a view has no rows of its own"
    assert all(row["build_id"] == "b1" and row["seconds"] >= 0 for row in kept.values())
    assert (folder / "profiles.yml").stat().st_mode & 0o077 == 0, "it may hold a password"

    stale = json.loads((folder / "run_results.json").read_text())
    stale["metadata"]["invocation_id"] = "another"
    (folder / "run_results.json").write_text(json.dumps(stale))
    with pytest.raises(transform.BuildFailed, match="another run"):
        transform.record(warehouse, target, folder)
    (folder / "run_results.json").unlink()
    with pytest.raises(transform.BuildFailed, match=r"did not write run_results\.json"):
        transform.record(warehouse, target, folder)


def test_a_later_build_parses_nothing_again_and_still_looks_back_from_its_own_moment(workspace: Workspace) -> None:
    warehouse = open_warehouse(workspace)
    prepare_raw(warehouse)
    said: dict[str, str] = {}
    days: dict[str, object] = {}
    for build_id, as_of in (("first", AS_OF), ("second", AS_OF + timedelta(days=40))):
        target = warehouse.candidate(build_id)
        with warehouse.build_lock():
            folder = transform.build(workspace, warehouse, target, as_of, select=["+dim_date"])
        said[build_id] = (folder / "logs" / "dbt.log").read_text()
        asked = "select max(month_start) as newest from marts.dim_date where is_month_over"
        days[build_id] = warehouse.query(asked, target).to_pylist()[0]["newest"]
    assert "Starting full parse" in said["first"]
    assert "Nothing changed, skipping partial parsing" in said["second"]
    assert days == {"first": date(2026, 2, 1), "second": date(2026, 3, 1)}


KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
import pyarrow as pa
from multiball.settings import Workspace
from multiball.warehouse import open_warehouse

warehouse = open_warehouse(Workspace(Path(sys.argv[1])))
with warehouse.build_alias(warehouse.candidate("killed"), datetime(2026, 3, 10)) as alias:
    warehouse.write_table(alias, "marts", "dim_date", pa.table({"a": [1]}))
    os._exit(9)
"""


def test_what_a_killed_build_left_under_the_alias_goes_back_to_its_target(workspace: Workspace) -> None:
    warehouse = open_warehouse(workspace)
    killed, other = warehouse.candidate("killed"), warehouse.candidate("other")
    assert subprocess.run([sys.executable, "-c", KILLED, str(workspace.home)]).returncode == 9
    with warehouse.build_alias(other, AS_OF) as alias:
        warehouse.write_table(alias, "marts", "dim_date", pa.table({"a": [2]}))
    answers = {target.build_id: warehouse.query("select a from marts.dim_date", target).to_pylist() for target in (killed, other)}
    assert answers == {"killed": [{"a": 1}], "other": [{"a": 2}]}

    assert subprocess.run([sys.executable, "-c", KILLED, str(workspace.home)]).returncode == 9
    warehouse.discard(killed)
    with warehouse.build_alias(killed, AS_OF):
        pass
    with pytest.raises(InputError):
        warehouse.query("select a from marts.dim_date", killed)


def test_a_failing_model_is_named_and_where_to_read(
    home: Workspace, warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    shutil.copytree(BUILD.PROJECT, project)
    broken = project / "models" / "intermediate" / "money" / "int_exchange_rates_filled.sql"
    broken.write_text("select no_such_column from {{ ref('stg_ecb__exchange_rate') }}")
    monkeypatch.setattr(BUILD, "PROJECT", project)
    target = warehouse.candidate("b3")
    with pytest.raises(transform.BuildFailed) as failed:
        transform.build(home, warehouse, target, AS_OF, select=PART)
    assert "int_exchange_rates_filled" in str(failed.value) and "no_such_column" in str(failed.value)
    assert str(build_folder(home, target)) in str(failed.value)


def test_a_project_that_does_not_parse_says_what_dbt_said(
    home: Workspace, warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    shutil.copytree(BUILD.PROJECT, project)
    (project / "models" / "broken.sql").write_text("select * from {{ ref('no_such_model') }}")
    monkeypatch.setattr(BUILD, "PROJECT", project)
    with pytest.raises(transform.BuildFailed, match="no_such_model"):
        transform.build(home, warehouse, warehouse.candidate("b4"), AS_OF, select=PART)


def test_a_full_disk_is_reported_as_one_and_not_as_a_fault_of_the_model(home: Workspace, warehouse: Warehouse) -> None:
    with (
        small_disk(home.var / "warehouse", "1m"),
        pytest.raises(transform.BuildFailed, match=r"The disk is full: free space, and run the DAG"),
    ):
        transform.build(home, warehouse, warehouse.candidate("b5"), AS_OF, select=["+dim_date"])


def test_a_staging_model_that_lacks_a_column_of_its_entity_is_named_with_the_column(
    home: Workspace, warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    shutil.copytree(BUILD.PROJECT, project)
    staged = project / "models" / "staging" / "ecb" / "stg_ecb__exchange_rate.sql"
    whole = staged.read_text()
    monkeypatch.setattr(BUILD, "PROJECT", project)
    staged.write_text(whole.replace("select *", "select _source, _account, _extracted_at, date_day, currency"))
    with pytest.raises(transform.BuildFailed, match=r"stg_ecb__exchange_rate: .*models/staging/ecb/stg_ecb__exchange_rate\.sql.*\"rate\""):
        transform.build(home, warehouse, warehouse.candidate("b4"), AS_OF, select=PART)
    staged.write_text(whole.replace('"source"', '"source", lacks=["rat"]'))
    with pytest.raises(
        transform.BuildFailed, match=r"stg_ecb__exchange_rate\.sql: names rat, which models/canonical/exchange_rate\.yml does not"
    ):
        transform.build(home, warehouse, warehouse.candidate("b5"), AS_OF, select=PART)
