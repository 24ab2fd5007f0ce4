"""Versions of a review on both engines, and the build behind the first one."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from multiball.flows import steps
from multiball.flows.review_steps import everybody, month_of, published_build
from multiball.review.facts import Links
from multiball.review.versions import Settings, Version, record_version, versions
from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.warehouse import Warehouse, open_warehouse
from multiball.warehouse.records import REVIEW, append_records

OCTOBER = date(2026, 10, 1)
AS_OF, ISSUED = datetime(2026, 11, 3, 6, 0, 0, 123456), datetime(2026, 11, 4, 10)
SETTINGS = Settings(
    brand='Halm "stein"', currency="EUR", time_zone="Europe/Berlin", sources=("site",), links=Links(), audiences=(everybody(),)
)
NEW = Version(month=OCTOBER, number=None, as_of=AS_OF, issued_at=ISSUED, build_id="first", settings=SETTINGS, run_id="one")


def test_a_version_is_recorded_completely(warehouse: Warehouse) -> None:
    assert versions(warehouse, OCTOBER) == []
    kept = record_version(warehouse, NEW, revise=False)
    assert kept == NEW.model_copy(update={"number": 1})
    assert versions(warehouse, OCTOBER) == [kept]
    assert versions(warehouse, date(2026, 9, 1)) == []


def test_the_first_stays_and_a_revision_gets_the_next_number(warehouse: Warehouse) -> None:
    first = record_version(warehouse, NEW, revise=False)
    later = NEW.model_copy(update={"build_id": "second", "run_id": "another"})
    assert record_version(warehouse, later, revise=False) == first
    assert record_version(warehouse, later, revise=True).number == 2
    assert [(version.number, version.build_id) for version in versions(warehouse, OCTOBER)] == [(1, "first"), (2, "second")]


def keep(warehouse: Warehouse, settings: dict[str, Any]) -> None:
    """A version as recorded by another release."""
    row = {**NEW.model_dump(exclude={"number", "settings", "run_id"}), "version": 1, "settings": json.dumps(settings)}
    append_records(warehouse, REVIEW, [row], "an earlier run")


def test_a_version_of_an_earlier_release_opens_with_the_requested_sections(warehouse: Warehouse) -> None:
    """Sections were called parts, and proposals decisions."""
    kept = SETTINGS.model_dump(mode="json")
    [audience] = kept["audiences"]
    keep(warehouse, {**kept, "audiences": [{**leaving(audience, "focus_sections"), "focus_parts": ["decisions", "trust"]}]})
    [version] = versions(warehouse, OCTOBER)
    assert version.settings.audiences[0].focus_sections == ("proposals", "trust")


def test_an_unreadable_version_is_named(warehouse: Warehouse) -> None:
    keep(warehouse, leaving(SETTINGS.model_dump(mode="json"), "brand"))
    with pytest.raises(
        InputError, match=r"^raw_multiball.review: version 1 of 2026-10 was recorded by another release: brand: Field required"
    ):
        versions(warehouse, OCTOBER)


def leaving(values: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != key}


def test_a_restarted_run_makes_no_second_revision(warehouse: Warehouse) -> None:
    """Otherwise its teams would be mailed again."""
    record_version(warehouse, NEW, revise=False)
    revision = record_version(warehouse, NEW.model_copy(update={"run_id": "another"}), revise=True)
    once_more = NEW.model_copy(update={"run_id": "another", "issued_at": datetime(2026, 11, 5)})
    assert record_version(warehouse, once_more, revise=True) == revision
    assert record_version(warehouse, NEW.model_copy(update={"run_id": "third"}), revise=True).number == 3


def test_of_several_concurrent_runs_one_makes_the_first_version(workspace: Workspace) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(
                lambda place: record_version(open_warehouse(workspace), NEW.model_copy(update={"run_id": str(place)}), revise=False),
                range(4),
            )
        )
    assert [version.number for version in made] == [1] * 4
    assert len(versions(open_warehouse(workspace), OCTOBER)) == 1


def test_the_published_build_is_known_with_its_moment(warehouse: Warehouse) -> None:
    with pytest.raises(InputError, match="nothing is published yet"):
        published_build(warehouse)
    for build_id, as_of in (("first", AS_OF), ("second", ISSUED)):
        target = warehouse.candidate(build_id)
        if warehouse.engine == "duckdb":
            duckdb.connect(warehouse.dbt_profile(target)["path"]).close()
        warehouse.write_table(target, "marts", "numbers", pa.table({"n": [1]}))
        steps.publish(warehouse, build_id, as_of)
        assert published_build(warehouse) == (build_id, as_of)


def test_the_month_is_the_last_full_one_unless_it_is_given(workspace: Workspace) -> None:
    assert month_of(None, workspace, datetime(2026, 11, 4)) == OCTOBER
    assert month_of(None, workspace, datetime(2027, 1, 1, tzinfo=UTC)) == date(2026, 12, 1)
    assert month_of("2026-10", workspace) == OCTOBER
    for wrong in ("2026-13", "2026-1", "20261001", "2026-10-01", ""):
        with pytest.raises(InputError, match="is not a valid month"):
            month_of(wrong, workspace)


def test_the_last_full_month_is_in_the_readers_time_zone(tmp_path: Path) -> None:
    """At 20:00 UTC of October 31 October is over in Shanghai."""
    (tmp_path / "sources.yml").write_text("reporting: {time_zone: Asia/Shanghai}\n")
    assert month_of(None, Workspace(tmp_path), datetime(2026, 10, 31, 20)) == OCTOBER
    assert month_of(None, Workspace(tmp_path), datetime(2026, 10, 31, 15, 59)) == date(2026, 9, 1)


def test_a_reader_s_language_that_has_no_catalogue_is_named() -> None:
    with pytest.raises(InputError, match=r"^language: 'fr' has no catalogue in locale/\. Known: 'en', 'zh'\."):
        everybody().model_validate({**everybody().model_dump(), "language": "fr"})
