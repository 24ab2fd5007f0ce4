"""Which build the demo waits for, and what it says when none of Airflow's own will do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from multiball.flows import demo
from multiball.runtime.airflow_api import Run

LANDED = datetime(2026, 11, 25, 12, tzinfo=UTC)


def run(dag_id: str, state: str, at: datetime) -> Run:
    return Run(dag_id, f"{dag_id} {state}", state, at, at, {})


class Airflow:
    """The questions that are asked of the REST API, answered from a list."""

    def __init__(self, *builds: Run) -> None:
        self.builds = list(builds)
        self.triggered = 0

    def runs(self, dag_id: str) -> list[Run]:
        return self.builds

    def trigger(self, dag_id: str, parameters: Mapping[str, Any] | None = None) -> Run:
        self.triggered += 1
        return run(dag_id, "queued", LANDED + timedelta(hours=1))


def publication(airflow: Airflow, *loads: Run) -> tuple[Run, list[str]]:
    said: list[str] = []
    return demo._publication(airflow, loads, said.append), said  # type: ignore[arg-type]


def test_a_build_that_knows_of_what_has_landed_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    airflow = Airflow(run("warehouse", "running", LANDED), run("warehouse", "failed", LANDED - timedelta(hours=1)))
    found, said = publication(airflow, run("ingest_site", "success", LANDED))
    assert (found.state, said, airflow.triggered) == ("running", [], 0)


def test_a_build_that_failed_before_is_made_again_at_once_and_not_blamed_on_a_source() -> None:
    airflow = Airflow(run("warehouse", "failed", LANDED + timedelta(minutes=1)))
    found, said = publication(airflow, run("ingest_site", "success", LANDED))
    assert (found.state, airflow.triggered) == ("queued", 1)
    assert said == ["an earlier build of the landed data failed: building it again"]


def test_a_source_that_failed_is_why_the_build_is_started_by_hand() -> None:
    airflow = Airflow(run("warehouse", "success", LANDED - timedelta(hours=1)))
    _, said = publication(airflow, run("ingest_site", "success", LANDED), run("ingest_ecb", "failed", LANDED))
    assert said == ["not every source has landed, so the demo starts the build"]


def test_when_airflow_does_not_begin_by_itself_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_TRIGGERED_SECONDS", 0)
    _, said = publication(Airflow(), run("ingest_site", "success", LANDED))
    assert said == ["Airflow has not begun to build the landed data, so the demo starts the build"]
