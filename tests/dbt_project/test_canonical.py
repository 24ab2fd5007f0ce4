"""The canonical layer: staging models meet in one contract per entity, found by their file names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest

from multiball.canonical import contracts
from multiball.settings import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"
MODELS = PROJECT / "models"


@pytest.fixture(scope="module")
def nodes(built: dict[str, Path]) -> dict[str, dict[str, Any]]:
    manifest = json.loads((built["duckdb"] / "manifest.json").read_text())
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}


def entities() -> list[str]:
    return sorted(path.stem for path in MODELS.glob("canonical/*.sql"))


def test_a_contract_gives_every_column_a_type_and_every_number_its_additivity_and_unit(nodes: dict[str, dict[str, Any]]) -> None:
    for entity in entities():
        columns = nodes[entity]["columns"]
        for name, column in columns.items():
            meta = column["config"]["meta"]
            assert column["data_type"] in {"string", "bigint", "decimal(18,6)", "date", "timestamp", "boolean"}, f"{entity}.{name}"
            is_number = column["data_type"] in {"bigint", "decimal(18,6)"}
            assert (meta.get("additivity") in {"sum", "last", "distinct", "none"}) is is_number, f"{entity}.{name}"
            unit = meta.get("unit")
            if isinstance(unit, dict):  # an amount: the column that holds its currency, and for a rate what it is for
                assert {"column"} <= set(unit) <= {"column", "per"} and columns[unit["column"]]["data_type"] == "string", f"{entity}.{name}"
                assert column["data_type"] == "decimal(18,6)", f"{entity}.{name}"
            else:
                assert (unit in {"count", "days", "months", "hour", "weekday", "milliseconds", "rank"}) is is_number, f"{entity}.{name}"


def test_a_contract_declares_its_grain_and_the_key_that_is_tested(nodes: dict[str, dict[str, Any]], built: dict[str, Path]) -> None:
    for entity in entities():
        meta = nodes[entity]["config"]["meta"]
        assert nodes[entity]["description"].startswith(f"One row per {meta['grain']}"), entity
        assert meta["key"] and set(meta["key"]) <= set(nodes[entity]["columns"]), entity
        [test] = (built["duckdb"] / "compiled" / "multiball" / "models" / "canonical" / f"{entity}.yml").glob("unique_combination_*.sql")
        assert f"group by {', '.join(meta['key'])}\n" in test.read_text(), entity


def test_what_several_sources_can_report_is_chosen_by_the_key(nodes: dict[str, dict[str, Any]], built: dict[str, Path]) -> None:
    chosen = {}
    for entity in entities():
        sql = (built["duckdb"] / "compiled" / "multiball" / "models" / "canonical" / f"{entity}.sql").read_text()
        chosen[entity] = re.search(r"partition by ([\w, ]+)\s+order by (_precedence|_extracted_at)", sql)
        assert (chosen[entity] is None) is ("_source" in nodes[entity]["config"]["meta"]["key"]), entity
        assert chosen[entity] is None or chosen[entity][1].split(", ") == nodes[entity]["config"]["meta"]["key"], entity
    assert {entity for entity, found in chosen.items() if found and found[2] == "_precedence"} == {
        "content_day", "content_total", "exchange_rate",
    }  # fmt: skip
    assert {entity for entity, found in chosen.items() if found is None} == {
        "ad_total_day", "contact", "deal", "deal_stage", "experiment_unit", "install_day", "lead", "lead_stage", "ledger_entry", "order",
        "order_line", "page_event", "product", "site_day", "subscription",
    }  # fmt: skip


def test_python_reads_of_a_contract_what_dbt_does(nodes: dict[str, dict[str, Any]]) -> None:
    assert sorted(contracts()) == entities()
    for entity, contract in contracts().items():
        assert list(contract.key) == nodes[entity]["config"]["meta"]["key"]
        assert {name: column.type for name, column in contract.columns.items()} == {
            name: column["data_type"] for name, column in nodes[entity]["columns"].items()
        }


def test_an_entity_says_which_of_its_columns_are_about_a_person(nodes: dict[str, dict[str, Any]]) -> None:
    identifying = {
        "author_id", "content_text", "counterparty", "customer_id", "email_key", "influencer",
        "landing_page", "page_url", "phone_key", "unit_id", "user_agent", "user_id", "visitor_id",
    }  # fmt: skip
    assert identifying <= {column for entity in entities() for column in nodes[entity]["columns"]}
    for entity in entities():
        personal = set(nodes[entity]["config"]["meta"]["personal"])
        assert personal <= set(nodes[entity]["columns"]), entity
        assert identifying & set(nodes[entity]["columns"]) <= personal, entity


def test_the_entities_are_those_that_the_design_lists(nodes: dict[str, dict[str, Any]]) -> None:
    listed = (
        "account account_day account_period audience_day content content_day content_total campaign ad ad_day ad_segment_day "
        "ad_conversion_day search_query_day site_day page_event product order order_line subscription experiment_unit lead lead_stage deal "
        "deal_stage install_day mention competitor_account_day competitor_content influencer_post exchange_rate ledger_entry"
    )
    further = {"ad_total_day", "contact"}
    assert set(entities()) == set(listed.split()) | further
    assert {"delivered_at", "region"} <= set(nodes["order"]["columns"])


def test_every_entity_but_lists_of_a_platform_s_objects_can_come_from_files() -> None:
    assert {name for name, contract in contracts().items() if contract.imported is None} == {
        "account", "account_period", "ad", "ad_total_day", "campaign", "contact",
    }  # fmt: skip


class _CompilerError(Exception):
    """As dbt raises it."""


def staged(lacks: list[str], columns: dict[str, str | None], **given: str) -> str:
    """The SQL of `as_canonical` for an entity `thing` with these columns and types."""

    def raise_compiler_error(message: str) -> None:
        raise _CompilerError(message)

    contract = SimpleNamespace(columns={name: SimpleNamespace(name=name, data_type=type_) for name, type_ in columns.items()})
    known = {
        "execute": True,
        "graph": {"nodes": {"model.multiball.thing": contract}},
        "api": SimpleNamespace(Column=SimpleNamespace(translate_type=lambda type_: {"string": "text"}.get(type_, type_))),
        "model": SimpleNamespace(original_file_path="models/staging/x/stg_x__thing.sql"),
        "exceptions": SimpleNamespace(raise_compiler_error=raise_compiler_error),
    }
    text = (PROJECT / "macros" / "canonical.sql").read_text()
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    returned: list[Any] = []
    known["return"] = returned.append
    module = environment.from_string(text, known).make_module()
    columns_of = module.canonical_columns

    def canonical_columns(entity: str) -> Any:
        columns_of(entity)
        return returned.pop()

    environment.globals["canonical_columns"] = canonical_columns
    part = text[
        text.index("{% macro as_canonical") : text.index("{% endmacro %}", text.index("{% macro as_canonical")) + len("{% endmacro %}")
    ]
    return " ".join(environment.from_string(part, known).make_module().as_canonical("thing", "renamed", lacks, **given).split())


def test_what_a_source_lacks_is_null_in_its_type() -> None:
    assert staged(["b"], {"a": "bigint", "b": "string"}) == "select cast(a as bigint) as a, cast(null as text) as b from renamed"


def test_a_column_can_be_an_expression_of_the_source() -> None:
    assert (
        staged([], {"a": "bigint", "b": "string"}, b="lower(c)")
        == "select cast(a as bigint) as a, cast(lower(c) as text) as b from renamed"
    )


def test_columns_that_are_not_declared_are_named_with_both_files() -> None:
    message = r"models/staging/x/stg_x__thing.sql: names c, d, which models/canonical/thing.yml does not have\. Remove it\."
    with pytest.raises(_CompilerError, match=message):
        staged(["b", "c"], {"a": "bigint", "b": "string"}, d="e")


def test_a_column_without_a_type_is_named_with_its_file() -> None:
    with pytest.raises(_CompilerError, match=r"models/canonical/thing\.yml: column b has no data_type\. Add it\."):
        staged([], {"a": "bigint", "b": None})
