"""Which staging models a build passes to dbt."""

from __future__ import annotations

from pathlib import Path

import yaml

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
        "one/stg_one__ads.sql", "one/_one__sources.yml",
    )  # fmt: skip
    assert Sources({"one"}, {"m": 3}).variables(here) == {
        "canonical": {"ad": ["stg_one__ad"], "ad_day": ["stg_import__ad_day", "stg_one__ad_day"]},
        "restatement_days": {"m": 3},
    }
    assert Sources({"one"}).excluded(here) == ["path:models/staging/two"]
    assert Sources(set()).variables(here)["canonical"] == {"ad": [], "ad_day": ["stg_import__ad_day"]}


def test_the_committed_default_is_what_the_files_say() -> None:
    declared = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    assert declared["canonical"] == EVERY_SOURCE.variables(PROJECT)["canonical"]
    assert EVERY_SOURCE.excluded(PROJECT) == []
    assert set(ALWAYS) <= set(EVERY_SOURCE.folders(PROJECT))


def test_the_committed_default_is_written_from_the_files(tmp_path: Path) -> None:
    here = project(tmp_path, "one/stg_one__ad.sql", "two/stg_two__ad_day.sql")
    text = "vars:\n  a: 1\n  canonical: # by entity\n    ad: [old]\n    gone: [old]\n\nflags:\n  b: {c: 1}\n"
    (here / "dbt_project.yml").write_text(text)
    assert write_default(here).read_text() == (
        "vars:\n  a: 1\n  canonical: # by entity\n    ad: [stg_one__ad]\n    ad_day: [stg_two__ad_day]\n\nflags:\n  b: {c: 1}\n"
    )
