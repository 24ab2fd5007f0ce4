"""Records the results of each model and test of a build."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from multiball.transform.results import NodeResult, read_results
from multiball.warehouse.interface import Target, Warehouse
from multiball.warehouse.records import MODEL_RUN, append_records


def record(warehouse: Warehouse, target: Target, folder: Path) -> list[NodeResult]:
    """Append the build's results to `raw_multiball.model_run`, with the number of rows of every table, and return them.

    Raises `BuildFailed` when dbt's artefacts are missing or stale.
    """
    results = read_results(folder)
    rows = _count_rows(warehouse, target, results)
    append_records(
        warehouse, MODEL_RUN, [_record(result, target.build_id, rows.get(result.unique_id)) for result in results], target.build_id
    )
    return results


def _count_rows(warehouse: Warehouse, target: Target, results: Sequence[NodeResult]) -> dict[str, int]:
    tables = [result for result in results if result.relation and result.status == "success" and result.materialized in ("table", "seed")]
    if not tables:
        return {}
    counts = " union all ".join(f"select '{table.unique_id}' as unique_id, count(*) as rows_made from {table.relation}" for table in tables)
    return {row["unique_id"]: row["rows_made"] for row in warehouse.query(counts, target).to_pylist()}


def _record(result: NodeResult, build_id: str, rows: int | None) -> dict[str, object]:
    return {
        "build_id": build_id,
        "unique_id": result.unique_id,
        "kind": result.kind,
        "name": result.name,
        "status": result.status,
        "started_at": result.started_at.astimezone(UTC).replace(tzinfo=None) if result.started_at else None,
        "seconds": result.seconds,
        "rows": rows,
        "failures": result.failures,
        "message": result.message,
    }
