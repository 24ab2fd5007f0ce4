"""The import of dashboards as code into a real Superset: again and again, with what is new, wrong and gone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml
from dashboards.small_stack import CHART, DASHBOARD, DATASET, SmallStack, write_assets

from multiball.dashboards.server.assets import read
from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.warehouse import open_warehouse

pytestmark = pytest.mark.slow
KINDS = ("chart", "dashboard", "dataset", "database")


def everything(stack: SmallStack) -> dict[str, dict[str, int]]:
    return {kind: stack.superset.ids(kind) for kind in KINDS}


def copy(stack: SmallStack, folder: Path) -> Path:
    shutil.copytree(stack.superset.folder, folder / "assets")
    return folder / "assets"


def change(file: Path, **values: Any) -> None:
    file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), **values}))


def test_a_second_import_changes_nothing(small_stack: SmallStack) -> None:
    def state() -> list[str]:
        answers = [small_stack.superset.as_user("admin").get(f"/api/v1/dashboard/small{part}") for part in ("", "/charts", "/datasets")]
        return [re.sub(r'"(changed|created)_on[^"]*":\s*"[^"]*"', "", answer.raise_for_status().text) for answer in answers]

    before = everything(small_stack), state()
    done = small_stack.superset.import_assets()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (everything(small_stack), state()) == before


def test_what_leaves_the_folder_leaves_superset_and_what_people_build_on_stays(small_stack: SmallStack, tmp_path: Path) -> None:
    server, before, folder = small_stack.superset, everything(small_stack), copy(small_stack, tmp_path)
    for name, dataset in (("second", "55555555-5555-5555-8555-555555555555"), ("third", "66666666-6666-5666-8666-666666666666")):
        shutil.copy(folder / "datasets/warehouse/fct_order.yaml", folder / f"datasets/warehouse/{name}.yaml")
        change(folder / f"datasets/warehouse/{name}.yaml", uuid=dataset, table_name=name)
    shutil.copy(folder / "charts/orders.yaml", folder / "charts/more.yaml")
    change(folder / "charts/more.yaml", uuid="77777777-7777-5777-8777-777777777777", dataset_uuid="66666666-6666-5666-8666-666666666666")
    change(folder / "dashboards/small.yaml", uuid="88888888-8888-5888-8888-888888888888")  # and takes the address of the one that goes
    done = server.import_assets(MULTIBALL_DASHBOARDS=str(folder))
    assert done.returncode == 0, done.stderr
    assert "removed: dashboard Small" in done.stdout
    with_more = everything(small_stack)
    assert {kind: len(with_more[kind]) - len(before[kind]) for kind in KINDS} == {"chart": 1, "dashboard": 0, "dataset": 2, "database": 0}

    kept = with_more["dataset"]["55555555-5555-5555-8555-555555555555"]
    own = {"slice_name": "Own", "viz_type": "table", "datasource_id": kept, "datasource_type": "table"}
    chart = server.as_user("analyst").post("/api/v1/chart/", json=own).json()["id"]
    done = server.import_assets()
    assert "removed: dataset third" in done.stdout and "charts use it: Own" in done.stdout
    assert server.ids("dataset") == before["dataset"] | {"55555555-5555-5555-8555-555555555555": kept}
    assert chart in server.ids("chart").values()

    assert server.as_user("analyst").delete(f"/api/v1/chart/{chart}").status_code == 200
    assert server.import_assets().returncode == 0
    assert everything(small_stack) == before | {"dashboard": small_stack.superset.ids("dashboard")}
    assert set(server.ids("dashboard")) == {DASHBOARD}


def test_a_dataset_that_an_earlier_release_imported_loses_its_schema(small_stack: SmallStack, tmp_path: Path) -> None:
    server, folder = small_stack.superset, copy(small_stack, tmp_path)
    change(folder / "datasets/warehouse/fct_order.yaml", schema="marts")
    schemas = []
    for further in ({"MULTIBALL_DASHBOARDS": str(folder)}, {}):
        assert server.import_assets(**further).returncode == 0
        found = server.as_user("admin").get(f"/api/v1/dataset/{server.ids('dataset')[DATASET]}")
        schemas.append(found.json()["result"]["schema"])
    assert schemas == ["marts", None]


def test_what_superset_refuses_is_named_and_nothing_is_imported(small_stack: SmallStack, tmp_path: Path) -> None:
    before, folder = everything(small_stack), copy(small_stack, tmp_path)
    change(folder / "datasets/warehouse/fct_order.yaml", uuid="99999999-9999-5999-8999-999999999999")
    change(folder / "charts/orders.yaml", viz_type=None)
    done = small_stack.superset.import_assets(MULTIBALL_DASHBOARDS=str(folder))
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if line.startswith("multiball:")]
    assert "charts/orders.yaml: Superset refuses it" in line and "viz_type" in line
    assert everything(small_stack) == before


@pytest.mark.parametrize(
    ("content", "says"),
    [("slice_name: [", "is not valid YAML"), ("- a list", "is not a mapping"), ("slice_name: Orders\n", "has no uuid")],
)
def test_a_file_that_is_no_asset_is_named(tmp_path: Path, content: str, says: str) -> None:
    write_assets(tmp_path)
    (tmp_path / "charts/orders.yaml").write_text(content)
    with pytest.raises(InputError, match=rf"orders\.yaml: {says}"):
        read(tmp_path, "duckdb://", {})


def test_a_folder_without_dashboards_is_no_reason_to_remove_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there are no dashboards"):
        read(tmp_path, "duckdb://", {})


@pytest.mark.engine
def test_on_a_postgres_warehouse_the_chart_reads_each_publication_as_the_readers_role(
    small_stack: SmallStack, empty_database: str, tmp_path: Path
) -> None:
    (tmp_path / "sources.yml").write_text(f"warehouse:\n  engine: postgres\n  dsn: {empty_database}\n")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secrets.env").write_text("MULTIBALL_READER_PASSWORD=for-tests\n")
    warehouse = open_warehouse(Workspace(tmp_path))
    url, parameters = warehouse.reader()
    assert parameters == {}
    done = small_stack.superset.import_assets(MULTIBALL_WAREHOUSE_URL=url, MULTIBALL_WAREHOUSE_ENGINE_PARAMS="{}")
    assert done.returncode == 0, done.stderr
    try:
        for orders in (7, 11):
            target = warehouse.candidate(f"build_{orders}")
            with psycopg2.connect(empty_database) as connection, connection.cursor() as cursor:
                cursor.execute(f"create schema {target.schema('marts')}")
                cursor.execute(
                    f"create table {target.schema('marts')}.fct_order as select n as channel from generate_series(1, {orders}) n"
                )
            connection.close()
            warehouse.publish(target)
            answer = small_stack.orders("leadership")
            assert answer.status_code == 200, answer.text
            assert answer.json()["result"][0]["data"] == [{"orders": orders}]
        refused = small_stack.superset.sql("analyst", "select pg_read_file('/etc/hostname')")
        assert refused.status_code >= 400
    finally:
        assert small_stack.superset.import_assets().returncode == 0
    assert small_stack.superset.ids("chart")[CHART] and small_stack.superset.ids("dataset")[DATASET]
