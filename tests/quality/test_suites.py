from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from multiball.connectors import connectors
from multiball.importing.entities import entities as imported_entities
from multiball.quality import Check, load_suites
from multiball.quality.suites import Layer
from multiball.shapes import InputError


def write(folder: Path, text: str) -> Path:
    (folder / "raw").mkdir()
    (folder / "raw" / "site.yml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("tables: {events: []}", "has no owner or tables"),
        ("owner: a@example.com\ntables: {events: [{expect: x, why: y}]}", "lacks level"),
        ("owner: a@example.com\ntables: {events: [{expect: x, why: y, level: stop}]}", "has the level 'stop'"),
    ],
)
def test_a_suite_that_lacks_something_is_refused_with_its_file(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as refused:
        load_suites("raw", write(tmp_path, text))
    assert "site.yml" in refused.value.where


def test_days_before_as_of_become_a_moment() -> None:
    check = Check("expect_column_max_to_be_between", "warn", "", {"column": "day", "min_value": {"days_before_as_of": 2}})
    assert check.resolved(datetime(2026, 3, 10, 6)) == {"column": "day", "min_value": datetime(2026, 3, 8, 6)}


def test_the_raw_suites_name_tables_and_columns_that_exist() -> None:
    entities = {("raw_" + connector.name, entity.name): entity for connector in connectors().values() for entity in connector.entities}
    entities |= {("raw_import", entity.name): entity for entity in imported_entities().values()}
    suites = load_suites("raw")
    assert suites
    for suite in suites:
        columns = {field.column for field in entities[suite.schema, suite.table].fields} | {"_extracted_at"}
        assert {check.arguments["column"] for check in suite.checks if "column" in check.arguments} <= columns, suite.name
        assert suite.checks, suite.name


@pytest.mark.parametrize("layer", ["raw", "marts"])
def test_great_expectations_takes_every_check_as_it_is_written(layer: Layer) -> None:
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    for suite in load_suites(layer):
        for check in suite.checks:
            ExpectationConfiguration(type=check.type, kwargs=check.resolved(datetime(2026, 3, 10))).to_domain_obj()
