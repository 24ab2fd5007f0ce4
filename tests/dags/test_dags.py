"""The DAGs as Airflow finds them, for the demo's workspace, parsed with sockets blocked."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from multiball.runtime import ports
from multiball.settings import REPOSITORY

pytestmark = pytest.mark.airflow
SNAPSHOT = Path(__file__).with_name("dags.txt")


def parse(home: Path, scratch: Path) -> dict[str, Any]:
    addresses = ports.sandbox_variables(dict.fromkeys((*ports.SANDBOX, *ports.MAILBOX), 9))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "MULTIBALL"))},
        **addresses,
        "MULTIBALL_HOME": str(home),
        "AIRFLOW_HOME": str(scratch),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAG_DISCOVERY_SAFE_MODE": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "PYTHONPATH": str(REPOSITORY / "plugins"),
    }
    command = [sys.executable, str(Path(__file__).with_name("parse_dags.py")), str(REPOSITORY / "dags")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert lines, done.stderr
    result: dict[str, Any] = json.loads(lines[0].removeprefix("RESULT "))
    return result


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    found = parse(REPOSITORY / "examples" / "demo", tmp_path_factory.mktemp("airflow"))
    assert found["dags"]
    return found


def as_text(dags: dict[str, Any]) -> str:
    lines = []
    for dag_id, dag in sorted(dags.items()):
        lines.append(f"{dag_id}  cron={dag['cron']!r} assets={','.join(dag['assets']) or '-'} tags={','.join(dag['tags'])}")
        for task_id, task in sorted(dag["tasks"].items()):
            facts = [f"retries={task['retries']}", f"rule={task['trigger_rule']}", *(["mapped"] if task["mapped"] else [])]
            facts += [f"outlet={uri}" for uri in task["outlets"]]
            lines.append(f"  {task_id} -> {', '.join(task['downstream']) or '(end)'}  [{' '.join(facts)}]")
    return "\n".join(lines) + "\n"


def test_the_dags_are_those_of_the_snapshot(parsed: dict[str, Any]) -> None:
    """Ids, edges, schedules, retries. After a change that is meant, write the new text into tests/dags/dags.txt and review it."""
    assert as_text(parsed["dags"]) == SNAPSHOT.read_text()


def test_parsing_opens_no_socket_imports_nothing_heavy_and_is_quick(parsed: dict[str, Any]) -> None:
    assert parsed["errors"] == {}
    assert parsed["heavy"] == []
    assert parsed["seconds"] < 15


def test_every_dag_has_tags_and_documentation_and_every_task_an_owner_who_gets_mail(parsed: dict[str, Any]) -> None:
    for dag_id, dag in parsed["dags"].items():
        assert dag["tags"] and dag["documented"], dag_id
        assert not dag["catchup"] and (dag["max_active_runs"] == 1 or dag_id == "review"), dag_id  # a review waits for people, not for runs
        assert dag["tasks"], dag_id
        for task_id, task in dag["tasks"].items():
            assert "@" in task["owner"] and task["mails"], f"{dag_id}.{task_id}"


def test_every_task_of_every_dag_has_a_time_limit(parsed: dict[str, Any]) -> None:
    limits = {
        f"{dag_id}.{task_id}": task["limit_seconds"] for dag_id, dag in parsed["dags"].items() for task_id, task in dag["tasks"].items()
    }
    assert set(limits.values()) == {6 * 3600.0}, limits


def test_a_workspace_sets_the_time_limits_of_its_builds_and_of_each_source(tmp_path: Path) -> None:
    entry = "{connector: ecb, base_url: 'http://127.0.0.1:9', accounts: [EXR], history_from: 2026-01-01, options: {time_limit_hours: 0.5}}"
    (tmp_path / "sources.yml").write_text(f"warehouse: {{time_limit_hours: 2}}\nsources:\n  rates: {entry}\n")
    found = parse(tmp_path, tmp_path / "airflow")
    limits = {dag_id: {task["limit_seconds"] for task in dag["tasks"].values()} for dag_id, dag in found["dags"].items()}
    assert limits == {"ingest_rates": {1800.0}, "review": {7200.0}, "warehouse": {7200.0}}


def test_a_time_limit_that_is_none_is_an_import_error_that_says_where(tmp_path: Path) -> None:
    entry = "{connector: ecb, base_url: 'http://127.0.0.1:9', accounts: [EXR], history_from: 2026-01-01, options: {time_limit_hours: soon}}"
    (tmp_path / "sources.yml").write_text(f"sources:\n  rates: {entry}\n")
    [error] = parse(tmp_path, tmp_path / "airflow")["errors"].values()
    assert "line 2: sources.rates.options.time_limit_hours is 'soon'. Give a number of hours" in error


def test_no_green_task_at_the_end_can_hide_a_red_one(parsed: dict[str, Any]) -> None:
    """The run's state is that of its leaves: each must fail with whatever failed before it."""
    for dag_id, dag in parsed["dags"].items():
        leaves = [task for task in dag["tasks"].values() if not task["downstream"]]
        assert leaves and all(leaf["trigger_rule"] == "all_success" for leaf in leaves), dag_id
        lenient = {task_id for task_id, task in dag["tasks"].items() if task["trigger_rule"] != "all_success"}
        for task_id, task in dag["tasks"].items():
            if set(task["downstream"]) & lenient:
                assert set(task["downstream"]) - lenient, f"{dag_id}.{task_id} is seen only by a task that runs whatever happens"


def test_a_broken_sources_file_is_an_import_error_with_its_remedy_and_the_warehouse_stays(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_text("sources:\n  shop:\n    connector: site\n    base_url: http://127.0.0.1:9\n    accounts: [a]\n")
    found = parse(tmp_path, tmp_path / "airflow")
    [(file, error)] = found["errors"].items()
    assert file.endswith("ingest.py")
    assert f"{tmp_path / 'sources.yml'}, line 2: sources.shop.history_from is missing. Add it." in error
    assert set(found["dags"]) == {"review", "warehouse"}
    assert found["dags"]["warehouse"]["cron"]


def test_an_unknown_connector_is_an_import_error_that_names_similar_ones(tmp_path: Path) -> None:
    entry = "{connector: metaads, base_url: 'http://127.0.0.1:9', accounts: [a], history_from: 2026-01-01}"
    (tmp_path / "sources.yml").write_text(f"sources:\n  shop: {entry}\n")
    found = parse(tmp_path, tmp_path / "airflow")
    [error] = found["errors"].values()
    assert "there is no connector 'metaads'" in error
    assert "meta_ads" in error


@pytest.mark.parametrize("file", sorted((REPOSITORY / "dags").glob("*.py")), ids=lambda file: file.stem)
def test_a_dag_file_is_short_and_says_what_who_and_when_it_breaks(file: Path) -> None:
    text = file.read_text()
    said = ast.get_docstring(ast.parse(text)) or ""
    assert len(text.splitlines()) <= 60
    assert all(word in said for word in ("What:", "Owner:", "When it breaks:"))


def test_airflow_scans_no_module_of_the_package_as_a_plugin() -> None:
    assert (REPOSITORY / "plugins" / ".airflowignore").read_text().split() == ["multiball"]
    assert [path.name for path in (REPOSITORY / "plugins").glob("*") if not path.name.startswith((".", "__"))] == ["multiball"]
