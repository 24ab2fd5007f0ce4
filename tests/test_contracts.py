"""Contracts of canonical entities are read with inherited descriptions, and an incomplete one is reported."""

import pytest

from multiball.canonical import contracts
from multiball.dbt_files import doc_blocks
from multiball.marts import marts
from multiball.shapes import InputError

MODEL = """models:
  - name: thing
    description: "One row per thing."
    config: {meta: {grain: thing, key: [thing_id], personal: [], import: {key: [thing_id], required: [], lacks: []}}}
    columns:
      - {name: thing_id, data_type: string, description: The thing.}
      - {name: price, data_type: "decimal(18,6)", description: Its price., config: {meta: {additivity: sum, unit: {column: currency}}}}
      - {name: currency, data_type: string, description: Currency of the price.}
"""
FAULTS = {
    "no grain": ("grain: thing, ", "", r"thing\.yml: the model has no grain\. Add it"),
    "no key": ("key: [thing_id], personal", "personal", r"the model has no key\. Add it"),
    "no personal": ("personal: [], ", "", r"the model has no personal\. Add it"),
    "no type": ("data_type: string, description: The thing.", "description: The thing.", r"column thing_id has no data_type\. Add it"),
    "no unit": (", unit: {column: currency}", "", r"column price has no unit\. Add it"),
    "no additivity": ("additivity: sum, ", "", r"column price has no additivity\. Add it"),
    "unknown key": ("key: [thing_id], personal", "key: [thing], personal", r"names 'thing', which is not among its columns"),
    "unknown currency": ("{column: currency}", "{column: money}", r"names 'money', which is not among its columns"),
}


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "models" / "canonical"
    folder.mkdir(parents=True)
    (tmp_path / "models" / "_docs.md").write_text("{% docs currency %}By name.{% enddocs %}")
    return tmp_path


@pytest.mark.parametrize(("right", "wrong", "message"), FAULTS.values(), ids=FAULTS)
def test_an_incomplete_contract_is_reported_with_the_missing_key(project, right, wrong, message):
    assert right in MODEL
    (project / "models" / "canonical" / "thing.yml").write_text(MODEL.replace(right, wrong))
    with pytest.raises(InputError, match=message):
        contracts(project)


def test_a_contract_is_read_with_its_inherited_descriptions(project):
    (project / "models" / "canonical" / "thing.yml").write_text(MODEL.replace(", description: Currency of the price.", ""))
    thing = contracts(project)["thing"]
    assert (thing.grain, thing.key, thing.personal) == ("thing", ("thing_id",), ())
    assert {name: column.description for name, column in thing.columns.items()} == {
        "thing_id": "The thing.", "price": "Its price.", "currency": "By name.",
    }  # fmt: skip
    price = thing.columns["price"]
    assert price.additivity == "sum" and price.unit.is_money and price.unit.currency == "currency"


def test_a_column_of_a_mart_inherits_its_description_by_name():
    assert "{{ doc('order_key') }}" not in marts()["fct_order"].file.read_text()
    assert marts()["fct_order"].columns["order_key"] == doc_blocks()["order_key"] == "The order: `source:account:order_id`."
    assert [f"{mart.name}.{column}" for mart in marts().values() for column, text in mart.columns.items() if not text] == []


def test_a_contract_describes_every_column():
    assert [
        f"{name}.{column.name}" for name, entity in contracts().items() for column in entity.columns.values() if not column.description
    ] == []
