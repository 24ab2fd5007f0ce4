"""The smallest stack whose dashboards can be looked at: one published number, one chart, one dashboard, and the Superset over them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import httpx
import yaml
from dashboards.superset_server import Superset, chart_data

from multiball.settings import Workspace
from multiball.warehouse import open_warehouse

DATABASE = "11111111-1111-5111-8111-111111111111"
DATASET = "22222222-2222-5222-8222-222222222222"
CHART = "33333333-3333-5333-8333-333333333333"
DASHBOARD = "44444444-4444-5444-8444-444444444444"


@dataclass
class SmallStack:
    """A workspace with one number, the Superset over it, and the answer of a chart that was asked before anything was published."""

    workspace: Workspace
    superset: Superset
    unpublished: httpx.Response

    def publish(self, orders: int) -> None:
        """Build and publish a warehouse whose only mart has that many orders."""
        warehouse = open_warehouse(self.workspace)
        target = warehouse.candidate(f"build_{orders}")
        with duckdb.connect(warehouse.dbt_profile(target)["path"]) as file:
            file.execute("create schema marts")
            file.execute(f"create table marts.fct_order as select n as order_id, 'x' as channel from range({orders}) as series(n)")
        warehouse.publish(target)

    def orders(self, user: str) -> httpx.Response:
        """The dashboard's only chart, asked as its page asks."""
        found = self.superset
        ids = {kind: found.ids(kind) for kind in ("chart", "dashboard", "dataset")}
        return chart_data(found.as_user(user), ids["chart"][CHART], ids["dashboard"][DASHBOARD], ids["dataset"][DATASET], "orders")


def write_assets(folder: Path) -> None:
    """One dataset, one chart and one dashboard, in the layout that Superset imports."""
    chart = {"width": 4, "height": 40, "chartId": 1, "uuid": CHART, "sliceName": "Orders"}
    position = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": ["ROW-1"], "parents": ["ROOT_ID"]},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": "Small"}},
        "ROW-1": {"id": "ROW-1", "type": "ROW", "children": ["CHART-1"], "parents": ["ROOT_ID", "GRID_ID"], "meta": {}},
        "CHART-1": {"id": "CHART-1", "type": "CHART", "children": [], "parents": ["ROOT_ID", "GRID_ID", "ROW-1"], "meta": chart},
    }
    columns = [{"column_name": "channel", "type": "VARCHAR", "groupby": True, "filterable": True}]
    metrics = [{"metric_name": "orders", "expression": "count(*)", "verbose_name": "Orders"}]
    files = {
        "metadata": {"type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"},
        "databases/warehouse": {"database_name": "Warehouse", "uuid": DATABASE},
        "datasets/warehouse/fct_order": {
            "table_name": "fct_order", "schema": None, "uuid": DATASET, "database_uuid": DATABASE,
            "columns": columns, "metrics": metrics,
        },
        "charts/orders": {
            "slice_name": "Orders", "viz_type": "big_number_total", "uuid": CHART, "dataset_uuid": DATASET,
            "params": {"viz_type": "big_number_total", "metric": "orders", "adhoc_filters": []},
        },
        "dashboards/small": {
            "dashboard_title": "Small", "slug": "small", "uuid": DASHBOARD, "position": position,
            "metadata": {"map_label_colors": {}, "color_scheme_domain": [], "shared_label_colors": []},
        },
    }  # fmt: skip
    for name, content in files.items():
        file = folder / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump({**content, "version": "1.0.0"}))
