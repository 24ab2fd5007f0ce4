"""Parses `dags/` as Airflow does, with sockets blocked, and prints what it found as JSON. Run in a process of its own by the tests."""

import json
import socket
import sys
import time
from typing import Any

HEAVY = ("dbt", "dlt", "duckdb", "great_expectations", "httpx", "pandas", "psycopg2", "pyarrow")


class Blocked(RuntimeError):
    pass


def blocked(*arguments: Any, **named: Any) -> Any:
    raise Blocked("a DAG file opened a socket while it was parsed")


def describe(dag: Any) -> dict[str, Any]:
    tasks = {
        task.task_id: {
            "downstream": sorted(task.downstream_task_ids),
            "mapped": task.is_mapped,
            "trigger_rule": task.trigger_rule.value,
            "retries": task.retries,
            "limit_seconds": task.execution_timeout.total_seconds() if task.execution_timeout else None,
            "outlets": [outlet.uri for outlet in task.outlets],
            "owner": task.owner,
            "mails": bool(task.on_failure_callback),
        }
        for task in dag.tasks
    }
    schedule = dag.timetable
    inner = getattr(schedule, "timetable", schedule)
    condition = getattr(schedule, "asset_condition", None)
    assets = sorted(asset.uri for asset in condition.objects) if condition else []
    return {
        "tasks": tasks,
        "cron": getattr(inner, "expression", None),
        "assets": assets,
        "tags": sorted(dag.tags),
        "documented": bool(dag.doc_md and dag.description),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
    }


def main(folder: str) -> None:
    from airflow.dag_processing.dagbag import DagBag

    before = {name for name in HEAVY if name in sys.modules}
    socket.socket.connect = blocked  # type: ignore[method-assign]
    socket.create_connection = blocked
    socket.getaddrinfo = blocked
    started = time.monotonic()
    bag = DagBag(folder)
    found = {
        "seconds": time.monotonic() - started,
        "heavy": sorted(name for name in HEAVY if name in sys.modules and name not in before),
        "errors": bag.import_errors,
        "dags": {dag_id: describe(dag) for dag_id, dag in bag.dags.items()},
    }
    print("RESULT " + json.dumps(found))


main(sys.argv[1])
