"""Reconciliation compares the marts with raw: it is asked here what it would have found, had a mart lost, merged or doubled rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import AS_OF, Ask

from multiball.settings import Workspace
from multiball.warehouse import Target, Warehouse

pytestmark = pytest.mark.engine
ENGINES = pytest.mark.parametrize("engine", ["duckdb", "postgres"])


def merged(key: str) -> str:
    """The rows of a mart of which one is kept per `key`, as a warehouse key would do that tells too little."""
    return f"(select * from (select *, row_number() over (partition by {key} order by 1) as nth from {{mart}}) as rows_of_it where nth = 1)"


DOUBLED = "(select * from {mart} union all select * from {mart})"
FAULTS = {
    "like ads of two accounts are one": ("fct_ad_daily", merged("platform, ad_id, date_day, currency"), "ad_day_spend_in_raw_equal_mart"),
    "clicks are lost": ("fct_ad_daily", "(select * from {mart} where clicks < 20)", "ad_day_clicks_in_raw_equal_mart"),
    "rows without spend are lost": ("fct_ad_daily", "(select * from {mart} where clicks > 0)", "ad_day_rows_in_raw_equal_mart"),
    "rows are doubled": ("fct_ad_daily", DOUBLED, "ad_day_impressions_in_raw_equal_mart"),
    "accounts of two platforms are one": (
        "fct_account_daily", merged("split_part(account_key, ':', 2), date_day"), "account_day_rows_in_raw_equal_mart",
    ),
    "like posts are one": ("content_performance", merged("split_part(content_key, ':', 3)"), "content_rows_in_raw_equal_mart"),
    "likes are doubled": ("content_performance", DOUBLED, "content_likes_in_raw_equal_mart"),
    "like days of content are one": (
        "fct_content_daily", merged("split_part(content_key, ':', 3), date_day"), "content_day_likes_in_raw_equal_mart",
    ),
    "like orders of two shops are one": ("fct_order", merged("_source, order_id"), "orders_in_raw_equal_mart"),
    "a lead is lost": ("fct_lead", "(select * from {mart} where lead_id <> 'l1')", "leads_in_raw_equal_mart"),
    "a deal is lost": ("fct_deal", "(select * from {mart} where deal_id <> 'd1')", "deals_in_raw_equal_mart"),
    "events of a site are lost": (
        "int_events_sessionized", "(select * from {mart} where site_id <> 'b.example')", "events_in_raw_equal_mart",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def ask_all(builds: dict[str, tuple[Workspace, Warehouse, Target]]) -> Iterator[dict[str, Ask]]:
    """By engine: SQL by the names that dbt compiled, which may read raw; what is published may not."""
    with ExitStack() as stack:
        benches: dict[str, tuple[Warehouse, Target]] = {}
        for engine, (_, warehouse, target) in builds.items():
            stack.enter_context(warehouse.build_lock())
            benches[engine] = warehouse, stack.enter_context(warehouse.workbench(target, AS_OF))
        file = stack.enter_context(duckdb.connect(benches["duckdb"][1].location, read_only=True))
        server, bench = benches["postgres"]
        yield {
            "duckdb": lambda sql: file.sql(sql).to_arrow_table().to_pylist(),
            "postgres": lambda sql: server.query(sql, bench).to_pylist(),
        }


def blocked(sql: str, ask: Ask, check: str) -> list[dict[str, Any]]:
    return ask(f"select scope from ({sql}) as reconciled where check_name = '{check}' and status = 'error' and level = 'block'")


@ENGINES
@pytest.mark.parametrize("fault", FAULTS)
def test_a_mart_that_differs_from_raw_blocks(ask_all: dict[str, Ask], built: dict[str, Path], engine: str, fault: str) -> None:
    mart, wrong, check = FAULTS[fault]
    nodes = json.loads((built[engine] / "manifest.json").read_text())["nodes"]
    sql = nodes["model.multiball.reconciliation_daily"]["compiled_code"]
    relation = nodes[f"model.multiball.{mart}"]["relation_name"]
    assert blocked(sql, ask_all[engine], check) == []
    spoiled = re.sub(rf"(?<=from ){re.escape(relation)}", wrong.format(mart=relation).replace("\\", r"\\"), sql)
    assert spoiled != sql and blocked(spoiled, ask_all[engine], check) != []
