"""Multiball's client for the REST API of its stack's Airflow."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx


@dataclass(frozen=True)
class Run:
    """One run of a DAG. `ended` is None while it continues; `parameters` are those that it was started with."""

    dag_id: str
    run_id: str
    state: str
    queued: datetime
    ended: datetime | None
    parameters: Mapping[str, Any]


class Airflow:
    """A logged-in client. Raises httpx.HTTPError if the server does not respond as expected.

    A GET without a response is retried as long as `lives` says that the server still runs.
    """

    def __init__(self, address: str, user: str, password: str, lives: Callable[[], bool] = lambda: True) -> None:
        self._lives = lives
        self._client = httpx.Client(base_url=address, timeout=60, trust_env=False)
        answer = self._client.post("/auth/token", json={"username": user, "password": password})
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def dags(self) -> set[str]:
        """The ids of all DAGs that have been parsed."""
        return {dag["dag_id"] for dag in self._get("/api/v2/dags", limit=1000)["dags"]}

    def import_errors(self) -> dict[str, str]:
        """DAG files that cannot be read, with the last line of the error."""
        found = self._get("/api/v2/importErrors", limit=100)["import_errors"]
        return {error["filename"]: error["stack_trace"].strip().splitlines()[-1] for error in found}

    def runs(self, dag_id: str) -> list[Run]:
        """The latest runs of a DAG, newest first."""
        return [_run(row) for row in self._get(f"/api/v2/dags/{dag_id}/dagRuns", order_by="-run_after", limit=20)["dag_runs"]]

    def trigger(self, dag_id: str, parameters: Mapping[str, Any] | None = None) -> Run:
        """Start a run for now."""
        body = {"logical_date": datetime.now(UTC).isoformat(), "conf": dict(parameters or {})}
        answer = self._client.post(f"/api/v2/dags/{dag_id}/dagRuns", json=body)
        answer.raise_for_status()
        return _run(answer.json())

    def task_states(self, run: Run) -> list[tuple[str, str | None]]:
        """The tasks of a run, with labels for mapped ones, and their states."""
        found: list[dict[str, Any]] = []
        while True:
            path = f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances"
            page = self._get(path, limit=100, offset=len(found))
            found += page["task_instances"]
            if len(found) >= page["total_entries"] or not page["task_instances"]:
                return [(_label(row), row["state"]) for row in found]

    def _get(self, path: str, **parameters: Any) -> dict[str, Any]:
        answer = _patiently(lambda: self._client.get(path, params=parameters), self._lives)
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content


def _patiently(ask: Callable[[], httpx.Response], lives: Callable[[], bool]) -> httpx.Response:
    """Retry a few times if the server is too busy. Only for requests that change nothing."""
    for pause in (1, 5, 15, 30):
        try:
            return ask()
        except httpx.TransportError:
            if not lives():
                raise
            time.sleep(pause)
    return ask()


def _run(row: dict[str, Any]) -> Run:
    ended = datetime.fromisoformat(row["end_date"]) if row["end_date"] else None
    return Run(row["dag_id"], row["dag_run_id"], row["state"], datetime.fromisoformat(row["run_after"]), ended, row["conf"] or {})


def _label(row: dict[str, Any]) -> str:
    return f"{row['task_id']} [{row['rendered_map_index']}]" if row.get("rendered_map_index") else str(row["task_id"])
