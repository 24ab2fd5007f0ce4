"""dbt's docs with the descriptions that columns inherit: which description wins, and the page that dbt makes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from multiball import transform
from multiball.dbt_files import doc_blocks
from multiball.flows.steps import prepare_raw
from multiball.settings import Workspace
from multiball.shapes import Failure, InputError
from multiball.transform.build import build_folder
from multiball.transform.docs import add_labels, inherit, write_docs
from multiball.warehouse import open_warehouse
from multiball.words.catalogue import catalogue

AS_OF = datetime(2026, 3, 10, tzinfo=UTC)
CONTRACT = """models:
  - name: thing
    config: {meta: {grain: thing, key: [a], personal: []}}
    columns:
      - {name: a, data_type: string, description: By the contract.}
      - {name: b, data_type: string}
"""


def model(name: str, layer: str, **described: str) -> dict[str, Any]:
    columns = {column: {"name": column, "description": text} for column, text in described.items()}
    return {"resource_type": "model", "name": name, "fqn": ["multiball", layer, name], "columns": columns}


def test_the_yml_goes_before_the_contract_and_that_before_the_name(tmp_path: Path) -> None:
    (tmp_path / "models" / "canonical").mkdir(parents=True)
    (tmp_path / "models" / "_docs.md").write_text("{% docs a %}A by name.{% enddocs %}\n{% docs b %}B by name.{% enddocs %}\n")
    (tmp_path / "models" / "canonical" / "thing.yml").write_text(CONTRACT)
    nodes = [
        model("stg_x__thing", "staging", b="By the yml."),
        model("int_things", "intermediate", a=""),
        model("thing", "canonical"),
    ]
    manifest = {"nodes": {node["name"]: node for node in nodes}}
    inherit(manifest, {"stg_x__thing": {"a": "VARCHAR", "b": "VARCHAR"}, "int_things": {"b": "VARCHAR", "c": "DATE"}}, tmp_path)
    found = {node["name"]: {name: column["description"] for name, column in node["columns"].items()} for node in nodes}
    assert found == {
        "stg_x__thing": {"b": "By the yml.", "a": "By the contract."},
        "int_things": {"a": "A by name.", "b": "B by name.", "c": ""},
        "thing": {},
    }
    assert nodes[1]["columns"]["c"]["data_type"] == "DATE"


def test_columns_of_marts_and_entities_have_their_labels_in_every_language_and_the_currency_in_them() -> None:
    mart = model("clv_by_channel", "marts", expected_margin="By the yml.", no_such_column="")
    staging = model("stg_x__thing", "staging", spend="By the yml.")
    add_labels({"nodes": {node["name"]: node for node in (mart, staging)}}, "CHF")
    described = {name: column["description"] for name, column in mart["columns"].items()}
    assert described == {
        "expected_margin": "Expected margin, next 12 months (CHF) / 未来12个月预期毛利（CHF）. By the yml.",
        "no_such_column": "No such column.",
    }
    assert staging["columns"]["spend"]["description"] == "By the yml."


def test_dbt_makes_a_page_of_the_published_state_with_inherited_descriptions(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_text("reporting: {currency: EUR}\n")
    home = Workspace(tmp_path)
    warehouse = open_warehouse(home)
    prepare_raw(warehouse)
    with pytest.raises(InputError, match="nothing is published yet"):
        write_docs(home, warehouse)
    target = warehouse.candidate("b1")
    part = ["stg_ecb__exchange_rate", "stg_import__exchange_rate", "exchange_rate"]
    transform.build(home, warehouse, target, AS_OF, select=part)
    warehouse.seal(target, AS_OF)
    warehouse.publish(target)
    page = write_docs(home, warehouse).read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    for column, text in {"rate": "Units of the currency per 1 EUR.", "_precedence": doc_blocks()["_precedence"]}.items():
        assert page.count(f'"name": "{column}", "description": "{text}"') >= len(part) - 1, column
    described = f"{catalogue('en').column('rate')} / {catalogue('zh').column('rate')}. Units of the currency per 1 EUR."
    assert any(f'"name": "rate", "description": {text}' in page for text in (json.dumps(described), f'"{described}"'))
    assert sorted(path.name for path in (tmp_path / "var" / "dbt_docs").iterdir()) == ["index.html"]

    (build_folder(home, target) / "manifest.json").unlink()
    with pytest.raises(Failure, match=r"manifest\.json, which dbt wrote at the published build, is missing\. Run the DAG warehouse again"):
        write_docs(home, warehouse)
