"""Reconciliation compares the marts with raw: it is asked here what it would have found, had a mart lost, merged or doubled rows, or had a
staging model been wrong and everything been built from it.
"""

from __future__ import annotations

import json
import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from conftest import Ask

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

COLUMN = r"\b{0}(?=,)"
STAGING_FAULTS = {
    "a counter of posts is doubled": (
        "stg_facebook_pages__post_counters", r"\breactions as value", "2 * reactions as value",
        "fct_content_daily", "content_day_likes_in_raw_equal_mart",
    ),
    "a counter of posts is doubled in totals": (
        "stg_facebook_pages__post_counters", r"\breactions as value", "2 * reactions as value",
        "content_performance", "content_likes_in_raw_equal_mart",
    ),
    "a counter of posts is not read": (
        "stg_facebook_pages__post_counters", "when 'post_media_view'", "when 'post_media_views'",
        "fct_content_daily", "content_day_views_in_raw_equal_mart",
    ),
    "the posts of a platform are lost": (
        "stg_facebook_pages__posts", r"from renamed\s*$", "from renamed where 1 = 0",
        "content_performance", "content_rows_in_raw_equal_mart",
    ),
    "the days of posts are lost": (
        "stg_facebook_pages__posts", r"from renamed\s*$", "from renamed where 1 = 0",
        "fct_content_daily", "content_day_rows_in_raw_equal_mart",
    ),
    "an insight of pages is doubled": (
        "stg_facebook_pages__account_day", r"('page_impressions' and is_from_ads = '') then value", r"\1 then 2 * value",
        "fct_account_daily", "account_day_impressions_in_raw_equal_mart",
    ),
    "an insight of pages is another": (
        "stg_facebook_pages__account_day", "'page_total_media_view_unique'", "'page_impressions'",
        "fct_account_daily", "account_day_reach_in_raw_equal_mart",
    ),
    "of two parts of an insight one is kept": (
        "stg_facebook_pages__account_day", r"is_from_ads <> ''", "is_from_ads = '1'",
        "fct_account_daily", "account_day_views_in_raw_equal_mart",
    ),
    "the days of ad accounts are lost": (
        "stg_meta_ads__account_insights", r"from renamed\s*$", "from renamed where 1 = 0",
        "fct_account_daily", "account_day_rows_in_raw_equal_mart",
    ),
    "ads without conversions are lost": (
        "stg_meta_ads__ad_day", "left join", "inner join", "fct_ad_daily", "ad_day_rows_in_raw_equal_mart",
    ),
    "spend of ads is in cents": (
        "stg_meta_ads__ad_insights", COLUMN.format("spend"), "100 * spend as spend", "fct_ad_daily", "ad_day_spend_in_raw_equal_mart",
    ),
    "one segment of a file's ads is kept": (
        "stg_import__ad_day", r"\bsum\(clicks\)", "max(clicks)", "fct_ad_daily", "ad_day_clicks_in_raw_equal_mart",
    ),
    "the days of a file's accounts are lost": (
        "stg_import__account_day", r"from source\s*$", "from source where 1 = 0",
        "fct_account_daily", "account_day_rows_in_raw_equal_mart",
    ),
    "a file's days of content are lost": (
        "stg_import__content_day", r"from source\s*$", "from source where 1 = 0",
        "fct_content_daily", "content_day_rows_in_raw_equal_mart",
    ),
    "a file's totals of content are lost": (
        "stg_import__content_total", r"from source\s*$", "from source where 1 = 0",
        "content_performance", "content_likes_in_raw_equal_mart",
    ),
    "a shop's orders are lost": (
        "stg_site__orders", r"from renamed\s*$", "from renamed where 1 = 0", "fct_order", "orders_in_raw_equal_mart",
    ),
    "a shop's revenue is doubled": (
        "stg_site__orders", COLUMN.format("revenue"), "2 * revenue as revenue", "fct_order", "net_revenue_equals_source",
    ),
    "a file's revenue is doubled": (
        "stg_import__order", r"cast\(revenue as", "cast(2 * revenue as", "fct_order", "net_revenue_equals_source",
    ),
    "a file's leads are lost": (
        "stg_import__lead", r"from source\s*$", "from source where 1 = 0", "fct_lead", "leads_in_raw_equal_mart",
    ),
    "a file's deals are lost": (
        "stg_import__deal", r"from source\s*$", "from source where 1 = 0", "fct_deal", "deals_in_raw_equal_mart",
    ),
    "a site's events are lost": (
        "stg_site__page_event", r"from source\s*$", "from source where 1 = 0", "int_events_sessionized", "events_in_raw_equal_mart",
    ),
    "a file's events are lost": (
        "stg_import__page_event", r"from source\s*$", "from source where 1 = 0", "int_events_sessionized", "events_in_raw_equal_mart",
    ),
}  # fmt: skip
"""A staging model, what is wrong in it, and the mart and check that show it."""


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


def reconciled_after(nodes: dict[str, Any], model: str, pattern: str, wrong: str, mart: str) -> str:
    """The SQL of reconciliation, where `model` is written in another way and staging and the mart are built from that."""
    models = {node["name"]: node for node in nodes.values() if node["resource_type"] == "model" and node.get("compiled_code")}
    code = {name: node["compiled_code"] for name, node in models.items()}
    parents = {
        name: {key.split(".")[-1] for key in node["depends_on"]["nodes"] if key.startswith("model.")} for name, node in models.items()
    }
    parents["reconciliation_daily"] = {
        name for name in parents["reconciliation_daily"] if name == mart or models[name]["fqn"][1] == "staging"
    }
    code[model], count = re.subn(pattern, wrong, code[model])
    assert count
    rebuilt = [model]
    for name in TopologicalSorter(parents).static_order():
        if read := parents[name] & set(rebuilt):
            for parent in read:
                code[name] = code[name].replace(models[parent]["relation_name"], f"rebuilt_{parent}")
            rebuilt.append(name)
    queries = ", ".join(f"rebuilt_{name} as ({code[name]})" for name in rebuilt[: rebuilt.index("reconciliation_daily") + 1])
    return f"with {queries} select * from rebuilt_reconciliation_daily"


@ENGINES
def test_as_built_the_marts_are_what_came(ask_all: dict[str, Ask], built: dict[str, Path], engine: str) -> None:
    nodes = json.loads((built[engine] / "manifest.json").read_text())["nodes"]
    rows = ask_all[engine](f"""
        select check_name, raw_side, count(case when status = 'error' then 1 end) as errors
        from {nodes["model.multiball.reconciliation_daily"]["relation_name"]}
        where check_name like '%_in_raw_equal_mart' or check_name = 'net_revenue_equals_source' group by 1, 2
    """)
    assert {row["check_name"] for row in rows} >= {check for *_, check in (*FAULTS.values(), *STAGING_FAULTS.values())}
    assert [row for row in rows if row["errors"]] == []
    assert {row["check_name"] for row in rows if row["raw_side"] == "staging"} == {"deals_in_raw_equal_mart", "leads_in_raw_equal_mart"}


@pytest.mark.parametrize(
    ("engine", "fault"),
    [
        *(("duckdb", fault) for fault in STAGING_FAULTS),
        *(
            ("postgres", fault)
            for fault in ("a counter of posts is doubled", "one segment of a file's ads is kept", "spend of ads is in cents")
        ),
    ],
)
def test_a_staging_model_that_differs_from_raw_blocks(ask_all: dict[str, Ask], built: dict[str, Path], engine: str, fault: str) -> None:
    model, pattern, wrong, mart, check = STAGING_FAULTS[fault]
    nodes = json.loads((built[engine] / "manifest.json").read_text())["nodes"]
    assert blocked(reconciled_after(nodes, model, pattern, wrong, mart), ask_all[engine], check) != []


def test_a_source_without_a_side_of_raw_hides_what_its_staging_gets_wrong(ask_all: dict[str, Ask], built: dict[str, Path]) -> None:
    model, pattern, wrong, mart, check = STAGING_FAULTS["an insight of pages is doubled"]
    nodes = json.loads((built["duckdb"] / "manifest.json").read_text())["nodes"]
    staging, side = (nodes[f"model.multiball.{name}"]["relation_name"] for name in (model, model.replace("stg_", "raw_", 1)))
    reconciliation = nodes["model.multiball.reconciliation_daily"]
    assert side in reconciliation["compiled_code"]
    reconciliation["compiled_code"] = reconciliation["compiled_code"].replace(side, staging)
    reconciliation["depends_on"]["nodes"].append(f"model.multiball.{model}")
    assert blocked(reconciled_after(nodes, model, pattern, wrong, mart), ask_all["duckdb"], check) == []
