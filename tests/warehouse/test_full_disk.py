"""A disk that fills up under the warehouse: reported in one line, nothing half-done is seen, and all is well once there is room."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from multiball.settings import Workspace
from multiball.warehouse import Warehouse, WarehouseError, open_warehouse
from multiball.warehouse.embedded_postgres import ensure_database, running_postgres, wait_until_ready
from tests.small_disk import small_disk
from tests.warehouse.test_interface import AD_DAYS, publish, raw_rows

ROWS = 150_000


def many_rows() -> pa.Table:
    return raw_rows(*(f"ad {number}" for number in range(ROWS)))


def landed(warehouse: Warehouse) -> int:
    return warehouse.read_raw("meta_ads", "select * from raw_meta_ads.ad_days").num_rows


@pytest.mark.engine
def test_a_full_disk_under_postgres_is_reported_and_the_load_succeeds_once_there_is_room(tmp_path: Path) -> None:
    settings = ["fsync=off", "max_wal_size=32MB", "min_wal_size=32MB"]
    with (
        tempfile.TemporaryDirectory(prefix="multiball-test-") as name,
        small_disk(Path(name), "200m"),
        running_postgres(Path(name) / "data", settings=settings) as dsn,
    ):
        ensure_database(dsn, "shop")
        (tmp_path / "sources.yml").write_text(f"warehouse:\n  engine: postgres\n  dsn: {dsn.replace('/postgres?', '/shop?')}\n")
        warehouse = open_warehouse(Workspace(tmp_path))
        warehouse.append_raw("meta_ads", AD_DAYS, raw_rows("a"))
        publish(warehouse, 1)
        Path(name, "ballast").write_bytes(b"x" * (free(Path(name)) - 6 * 1024**2))
        with pytest.raises(WarehouseError, match=r"postgresql://.*(No space left on device|out of disk|closed the connection)") as reported:
            warehouse.append_raw("meta_ads", AD_DAYS, many_rows())
        assert "\n" not in str(reported.value)
        Path(name, "ballast").unlink()
        wait_until_ready(dsn)
        assert landed(warehouse) == 1
        assert warehouse.query("select orders from fct_order").to_pylist() == [{"orders": 1}]
        warehouse.append_raw("meta_ads", AD_DAYS, many_rows())
        assert landed(warehouse) == ROWS + 1


@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
def test_a_full_disk_under_a_build_leaves_what_is_published_and_the_next_build_succeeds(workspace: Workspace) -> None:
    warehouse = open_warehouse(workspace)
    with small_disk(workspace.var / "warehouse", "12m"):
        publish(warehouse, 1)
        ballast = workspace.var / "warehouse" / "ballast"
        ballast.write_bytes(b"x" * (free(ballast.parent) - 1024**2))
        target = warehouse.candidate("build 1, which is large")
        with duckdb.connect(target.location) as connection, pytest.raises(duckdb.Error, match="No space left"):
            connection.execute("create schema marts; create table marts.t as select uuid() as a, uuid() as b from range(500000)")
        with pytest.raises(WarehouseError, match=r"could not write .*No space left"):
            warehouse.write_table(target, "science", "value", many_rows())
        assert warehouse.query("select orders from fct_order").to_pylist() == [{"orders": 1}]
        ballast.unlink()
        publish(warehouse, 2)
        assert warehouse.query("select orders from fct_order").to_pylist() == [{"orders": 2}]
        assert sorted(path.name for path in ballast.parent.glob("*.duckdb*")) == ["published.duckdb"]


def free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
