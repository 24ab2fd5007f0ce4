"""What every model of the project keeps to; read from the manifest of a build."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from multiball import connectors
from multiball.dbt_files import doc_blocks
from multiball.settings import REPOSITORY
from multiball.transform.docs import inherit

PROJECT = REPOSITORY / "dbt_project"
LAYERS = {
    "staging": {"source", "staging", "seed"},
    "canonical": {"staging"},
    "intermediate": {"staging", "canonical", "intermediate", "seed"},
    "marts": {"staging", "canonical", "intermediate", "marts", "seed"},
}
TYPES = {"string", "bigint", "decimal(18,6)", "date", "timestamp", "boolean"}


@pytest.fixture(scope="module")
def manifest(built: dict[str, Path]) -> dict[str, Any]:
    return json.loads((built["duckdb"] / "manifest.json").read_text())


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    assert len(found) > 50
    return found


def layer(node: dict[str, Any]) -> str:
    return node["fqn"][1] if node["resource_type"] == "model" else node["resource_type"]


def is_raw_side(node: dict[str, Any]) -> bool:
    return bool(node["name"].startswith("raw_"))


def test_data_goes_one_way_through_the_layers(manifest: dict[str, Any], models: dict[str, dict[str, Any]]) -> None:
    every = {**manifest["nodes"], **manifest["sources"]}
    backward = [
        f"{node['name']} reads {every[parent]['name']}"
        for node in models.values()
        for parent in node["depends_on"]["nodes"]
        if layer(every[parent]) not in LAYERS[layer(node)]
    ]
    assert backward == []


def test_a_staging_model_reads_one_raw_table_without_a_join_or_is_a_table_of_its_own_source(
    manifest: dict[str, Any], models: dict[str, dict[str, Any]]
) -> None:
    for name, node in models.items():
        if layer(node) != "staging" or is_raw_side(node):
            continue
        assert name.startswith(f"stg_{node['fqn'][2]}__"), name
        if node["sources"]:
            assert len(node["sources"]) == 1, name
            assert not re.search(r"\bjoin\b", node["raw_code"], re.IGNORECASE), name
            assert node["depends_on"]["nodes"][1:] == [], f"{name} reads raw and more"
        else:  # a canonical entity from one view of the source, or what several views mean together, computed once for all readers
            read = [manifest["nodes"][parent] for parent in node["depends_on"]["nodes"]]
            of_others = [parent["name"] for parent in read if layer(parent) != "seed" and parent["fqn"][2] != node["fqn"][2]]
            views = [parent for parent in read if layer(parent) != "seed"]
            assert of_others == [] and (len(views) == 1 or node["config"]["materialized"] == "table"), name


def test_a_raw_side_reads_raw_tables_of_its_own_source_alone_and_reconciliation_alone_reads_it(
    manifest: dict[str, Any], models: dict[str, dict[str, Any]]
) -> None:
    sides = {node["unique_id"]: node for node in models.values() if is_raw_side(node)}
    assert len(sides) > 10
    for node in sides.values():
        own = node["fqn"][2]
        assert layer(node) == "staging" and node["name"].startswith(f"raw_{own}__"), node["name"]
        read = [manifest["sources"].get(parent, {}).get("source_name") for parent in node["depends_on"]["nodes"]]
        assert set(read) == {own}, node["name"]
    readers = {node["name"] for node in models.values() if set(node["depends_on"]["nodes"]) & set(sides)}
    assert readers == {"reconciliation_daily"}


def test_every_model_has_its_own_yml_with_a_grain_and_a_key_test(manifest: dict[str, Any], models: dict[str, dict[str, Any]]) -> None:
    keyed = {
        test["attached_node"]
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test" and test.get("test_metadata", {}).get("name") in ("unique", "unique_combination")
    }
    for name, node in models.items():
        path = Path(node["original_file_path"])
        assert node["patch_path"] == f"multiball://{path.with_suffix('.yml')}", f"{name} has no yml of its own"
        assert node["description"].startswith("One row per"), f"{name} does not say its grain"
        # a row that a raw side doubles is a row that the mart lacks
        assert node["unique_id"] in keyed or is_raw_side(node), f"{name} has no key test"


def test_every_column_is_described_by_its_yml_its_contract_or_its_name(
    manifest: dict[str, Any], models: dict[str, dict[str, Any]], ask_columns: dict[str, set[str]]
) -> None:
    whole = copy.deepcopy(manifest)
    inherit(whole, {name: dict.fromkeys(columns, "") for name, columns in ask_columns.items()})
    for node in whole["nodes"].values():
        if node["resource_type"] == "model":
            described = {column for column, entry in node["columns"].items() if entry["description"].strip()}
            assert described == ask_columns[node["name"]], f"{node['name']}: {described ^ ask_columns[node['name']]}"


def test_no_yml_repeats_a_description_that_its_column_inherits(models: dict[str, dict[str, Any]]) -> None:
    blocks = doc_blocks(PROJECT)
    repeated = [
        f"{name}.{column}"
        for name, node in models.items()
        for column, entry in node["columns"].items()
        if entry["description"] and entry["description"] == blocks.get(column)
    ]
    assert repeated == []


def test_marts_keep_a_contract_of_types_that_every_engine_has(models: dict[str, dict[str, Any]]) -> None:
    for name, node in models.items():
        if layer(node) == "marts":
            assert node["config"]["contract"]["enforced"], name
            assert {entry["data_type"] for entry in node["columns"].values()} <= TYPES, name


def test_every_mart_says_by_what_it_can_be_built_again(models: dict[str, dict[str, Any]]) -> None:
    """`day`: its rows of a day follow from rows of that day. `person`: from all that is known of a person. `whole`: from all there is."""
    units = {name: node["config"]["meta"].get("rebuild") for name, node in models.items() if layer(node) == "marts"}
    assert set(units.values()) == {"day", "person", "whole"}, units


def test_what_is_never_summed_is_never_a_sum(models: dict[str, dict[str, Any]]) -> None:
    people = {"reach", "engaged_users", "frequency"}
    for node in models.values():
        for metric in node["config"]["meta"].get("metrics", []):
            if metric.get("column") in people:
                assert metric["additivity"] == "distinct", metric["name"]
        assert not re.search(r"\bsum\(\s*(\w+\.)?(reach|engaged_users|frequency)\b", node["raw_code"]), node["name"]


def test_the_name_of_every_unit_test_fits_into_postgres() -> None:
    files = [yaml.safe_load(file.read_text()) for file in PROJECT.glob("models/**/*.yml")]
    names = [test["name"] for file in files for test in file.get("unit_tests", [])]
    assert len(names) >= 20 and [name for name in names if len(name) > 63] == []


def test_no_yml_is_longer_than_a_reader_bears() -> None:
    files = sorted(PROJECT.glob("models/**/*.yml"))
    assert len(files) > 50
    assert [f"{file.name}: {lines}" for file in files if (lines := len(file.read_text().splitlines())) > 200] == []


def test_engine_specific_sql_stays_in_macros() -> None:
    foreign = re.compile(r"//|::|\bilike\b|\bqualify\b|\bdate_part\b|\bregexp_|\bstring_agg\b|\bepoch\b|\bat time zone\b", re.IGNORECASE)
    files = sorted(PROJECT.glob("models/**/*.sql"))
    assert len(files) > 50
    assert [f"{file.name}: {found.group()}" for file in files if (found := foreign.search(file.read_text()))] == []


def test_a_platform_s_restatement_window_is_known_once_by_its_connector_or_by_the_seed() -> None:
    lines = (PROJECT / "seeds" / "platform_window.csv").read_text().splitlines()[1:]
    seeded = {line.split(",")[0] for line in lines}
    declared = {connector.platform for connector in connectors.connectors().values()}
    assert seeded and declared and not seeded & declared


@pytest.fixture(scope="module")
def ask_columns(asks: dict[str, Any]) -> dict[str, set[str]]:
    """The columns that each model really has in the warehouse."""
    columns: dict[str, set[str]] = {}
    for row in asks["duckdb"]("select table_name, column_name from information_schema.columns where table_schema not like 'raw%'"):
        columns.setdefault(row["table_name"], set()).add(row["column_name"])
    return columns
