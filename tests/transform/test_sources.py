"""Which staging models a build passes to dbt."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from multiball.shapes import InputError
from multiball.transform.build import PROJECT
from multiball.transform.sources import ALWAYS, EVERY_SOURCE, Sources, write_default


def project(folder: Path, *models: str) -> Path:
    """A project with staging models and two canonical entities."""
    for path in (*(f"staging/{model}" for model in models), "canonical/ad.sql", "canonical/ad_day.sql"):
        file = folder / "models" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("select 1")
    return folder


def test_the_models_of_an_entity_are_found_by_their_names_of_what_is_used_and_of_files(tmp_path: Path) -> None:
    here = project(
        tmp_path, "one/stg_one__ad.sql", "one/stg_one__ad_day.sql", "two/stg_two__ad_day.sql", "import/stg_import__ad_day.sql",
        "one/stg_one__ads.sql", "one/_one__sources.yml", "one/raw_one__ad.sql",
    )  # fmt: skip
    assert Sources({"one"}, {"m": 3}).variables(here) == {
        "canonical": {"ad": ["stg_one__ad"], "ad_day": ["stg_import__ad_day", "stg_one__ad_day"]},
        "raw_sides": ["raw_one__ad"],
        "metric_marts": [],
        "restatement_days": {"m": 3},
    }
    assert Sources({"one"}).excluded(here) == ["path:models/staging/two"]
    assert Sources(set()).variables(here)["canonical"] == {"ad": [], "ad_day": ["stg_import__ad_day"]}


def test_a_raw_side_that_nothing_is_compared_with_is_named(tmp_path: Path) -> None:
    here = project(tmp_path, "one/stg_one__ad.sql", "one/raw_one__add.sql")
    with pytest.raises(
        InputError, match=r"models/staging: the raw side raw_one__add has no staging model\. Name it after .* stg_<source>__<entity>"
    ):
        Sources({"one"}).variables(here)
    assert Sources({"two"}).variables(here)["raw_sides"] == []


def test_the_committed_default_is_what_the_files_say() -> None:
    declared = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    found = EVERY_SOURCE.variables(PROJECT)
    lists = ("canonical", "raw_sides", "metric_marts")
    assert {name: declared[name] for name in lists} == {name: found[name] for name in lists}
    assert EVERY_SOURCE.excluded(PROJECT) == []
    assert set(ALWAYS) <= set(EVERY_SOURCE.folders(PROJECT))


def test_a_mart_carries_metrics_where_its_yml_defines_one_of_days(tmp_path: Path) -> None:
    here = project(tmp_path, "one/stg_one__ad.sql")
    for name, column, metric in (
        ("visits_daily", "date_day", "{name: visits}"),
        ("stages_daily", "date_day", "{name: entered, within: stage}"),
        ("reach_period", "date_start", "{name: reach}"),
        ("dim_shop", "date_day", ""),
    ):
        file = here / f"models/marts/{name}.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"models:\n  - {{name: {name}, config: {{meta: {{metrics: [{metric}]}}}}, columns: [{{name: {column}}}]}}\n")
    assert EVERY_SOURCE.variables(here)["metric_marts"] == ["visits_daily"]


def test_the_committed_default_is_written_from_the_files(tmp_path: Path) -> None:
    here = project(tmp_path, "one/stg_one__ad.sql", "two/stg_two__ad_day.sql", "two/raw_two__ad_day.sql")
    before = "  canonical: # by entity\n    ad: [old]\n    gone: [old]\n  raw_sides: # of sources\n    - old\n"
    after = (
        "  canonical: # by entity\n    ad: [stg_one__ad]\n    ad_day: [stg_two__ad_day]\n  raw_sides: # of sources\n    - raw_two__ad_day\n"
    )
    text = "vars:\n  a: 1\n{}\nflags:\n  b: {{c: 1}}\n"
    (here / "dbt_project.yml").write_text(text.format(before))
    assert write_default(here).read_text() == text.format(after)
