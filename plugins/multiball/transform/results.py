"""The results of a build, read from dbt's artefacts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from multiball.transform.build import BuildFailed


@dataclass(frozen=True)
class NodeResult:
    """One model, seed or test of one build. `relation` is its table or view, such as `marts.fct_order`; None for tests."""

    unique_id: str
    kind: str
    name: str
    status: str
    started_at: datetime | None
    seconds: float
    failures: int | None
    message: str | None
    relation: str | None
    materialized: str | None


def read_results(folder: Path) -> list[NodeResult]:
    """The results of the build in `folder`, in the order in which they ended.

    Raises `BuildFailed` when they are missing or belong to another invocation than the folder's manifest, so that a stale result is never
    used as a new one.
    """
    results, manifest = (_artefact(folder, name) for name in ("run_results.json", "manifest.json"))
    if results["metadata"]["invocation_id"] != manifest["metadata"]["invocation_id"]:
        raise BuildFailed(f"{folder}/run_results.json belongs to another run than manifest.json. Run the DAG warehouse again.")
    nodes = {**manifest["nodes"], **manifest["unit_tests"]}
    return [_node_result(result, nodes[result["unique_id"]]) for result in results["results"]]


def _artefact(folder: Path, name: str) -> Any:
    path = folder / name
    if not path.exists():
        raise BuildFailed(f"dbt did not write {name} in {folder}. Run the DAG warehouse again.")
    return json.loads(path.read_text())


def _node_result(result: dict[str, Any], node: dict[str, Any]) -> NodeResult:
    starts = [timing["started_at"] for timing in result["timing"] if timing["name"] == "execute" and timing["started_at"]]
    kind = str(node["resource_type"])
    return NodeResult(
        unique_id=result["unique_id"],
        kind=kind,
        name=str(node["name"]),
        status=str(result["status"]),
        started_at=datetime.fromisoformat(starts[0]) if starts else None,
        seconds=float(result["execution_time"]),
        failures=result.get("failures"),
        message=result.get("message"),
        relation=_relation(node) if kind in ("model", "seed") else None,
        materialized=(node.get("config") or {}).get("materialized"),
    )


def _relation(node: dict[str, Any]) -> str:
    """The relation with the schema's plain name, without the prefix of the build."""
    return f"{node['config']['schema']}.{node['alias']}"
