"""Runs dbt in a separate process group, so that killing a build ends all of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

from multiball.dbt_files import PROJECT
from multiball.marts import marts
from multiball.settings import Workspace, inherited
from multiball.shapes import Failure, Notify
from multiball.transform.sources import EVERY_SOURCE, Sources
from multiball.warehouse.disk import disk_failures
from multiball.warehouse.interface import Target, Warehouse

_TERMINATION_SECONDS = 20
_LINES_SHOWN = 6
_FULL = "The disk is full: free space"
PARSED = "partial_parse.msgpack"
"""dbt's file of the parsed project."""
_DBT = """
import os, signal, sys, threading
threading.Thread(target=lambda: (os.read(0, 1), os.killpg(0, signal.SIGKILL)), daemon=True).start()
from dbt.cli.main import cli
try:
    cli()
finally:
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
"""
"""dbt, which ends with the process that started it: when that ends or is killed, the pipe at standard input closes, and dbt's group ends.

Standard error is closed before the exit, because DuckDB's binding prints there.
"""


Stage: TypeAlias = Literal["before_science", "after_science"]
"""Models with the tag `after_science` read the results of `multiball.science`, which reads the marts of the other models."""


class BuildFailed(Failure):
    """A model or test failed, or dbt did not finish. The message names the first failures and the log. Exit code 1."""


def build(
    workspace: Workspace,
    warehouse: Warehouse,
    target: Target,
    as_of: datetime,
    *,
    stage: Stage = "before_science",
    select: Sequence[str] = (),
    sources: Sources = EVERY_SOURCE,
    notify: Notify = lambda line: None,
) -> Path:
    """Build a stage of the project (or what `select` names of it) as of a moment into the target, with its data tests.

    Staging models of connectors that are not in `sources` are not built.

    Returns the folder of the build with dbt's `manifest.json`, `run_results.json` and log. Results of an earlier attempt of the same
    build are removed first, so that they cannot be used as new ones.
    `notify` gets each line that dbt prints. Hold the warehouse's `build_lock`. Raises `BuildFailed` when a node failed or dbt did not
    finish, and `InputError` with file and line, before dbt begins, where the entry of a metric is wrong.

    The input of dbt's parser (name of the target, variables) is the same for all builds, and the last parsed project is passed
    on: only changed files are parsed again.
    """
    marts(PROJECT)
    folder = build_folder(workspace, target, stage)
    with disk_failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if stage == "before_science":
            shutil.rmtree(build_folder(workspace, target, "after_science"), ignore_errors=True)
        (folder / "run_results.json").unlink(missing_ok=True)
    said: deque[str] = deque(maxlen=_LINES_SHOWN)

    def on_line(line: str) -> None:
        said.append(line)
        notify(line)

    with warehouse.build_alias(target, as_of) as alias, disk_failures(folder), _parsed_before(workspace, folder):
        code = _build(workspace, warehouse, alias, folder, sources, _selection(stage, select, sources), on_line)
    if code != 0:
        raise BuildFailed(_explain(folder, code, said))
    return folder


@contextmanager
def _parsed_before(workspace: Workspace, folder: Path) -> Iterator[None]:
    """Pass the last parsed project to a build's folder, and its own one to the next build."""
    own, kept = folder / PARSED, workspace.var / "builds" / PARSED
    if kept.exists():
        shutil.copyfile(kept, own)
    yield
    if own.exists():
        os.replace(own, kept)


def _build(
    workspace: Workspace,
    warehouse: Warehouse,
    alias: Target,
    folder: Path,
    sources: Sources,
    selection: Sequence[str],
    notify: Notify,
) -> int:
    """Run `dbt build`, whose profile is written to the folder; its exit code."""
    profiles = {"multiball": {"target": "build", "outputs": {"build": warehouse.dbt_profile(alias)}}}
    _write_private(folder / "profiles.yml", yaml.safe_dump(profiles))
    variables = {
        "reporting_currency": workspace.reporting_currency,
        "reporting_time_zone": workspace.reporting_time_zone,
        "schema_prefix": alias.schema_prefix,
        "order_states": workspace.order_states,
        **sources.variables(PROJECT),
    }
    return dbt(["build", "--exclude-resource-type", "unit_test", *selection], folder, variables, notify)


def dbt(command: Sequence[str], folder: Path, variables: Mapping[str, Any], notify: Notify) -> int:
    """Run a command of dbt over the project, with profile, artefacts and log in `folder`; its exit code. `notify` gets each line."""
    options = [
        *("--project-dir", str(PROJECT)),
        *("--profiles-dir", str(folder)),
        *("--target-path", str(folder)),
        *("--vars", json.dumps(variables)),
    ]
    common = ["--no-use-colors", "--no-send-anonymous-usage-stats", "--no-version-check", "--log-path", str(folder / "logs")]
    return _run([sys.executable, "-c", _DBT, *common, *command, *options], notify)


def build_folder(workspace: Workspace, target: Target, stage: Stage = "before_science") -> Path:
    """The folder of dbt's artefacts and log of a stage of a build. That of the later stage exists once it has begun."""
    folder = workspace.var / "builds" / target.build_id
    return folder if stage == "before_science" else folder / stage


def _selection(stage: Stage, select: Sequence[str], sources: Sources) -> list[str]:
    if stage == "after_science":
        chosen = [f"{name},tag:after_science" for name in select] or ["tag:after_science"]
        return ["--select", *chosen]
    return [*(["--select", *select] if select else []), "--exclude", "tag:after_science", *sources.excluded(PROJECT)]


def _run(command: Sequence[str], notify: Notify) -> int:
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        cwd=PROJECT,
        env=_environment(),
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            notify(line.rstrip())
        return process.wait()
    finally:
        _end_group(process)


def _environment() -> dict[str, str]:
    """The environment without Airflow's variables: dbt must not use its Python path or its settings."""
    return {name: value for name, value in inherited().items() if not name.startswith(("AIRFLOW", "DBT_", "PYTHONPATH"))}


def _end_group(process: subprocess.Popen[str]) -> None:
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_TERMINATION_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _explain(folder: Path, code: int, said: Iterable[str]) -> str:
    log = folder / "logs" / "dbt.log"
    results = folder / "run_results.json"
    if not results.exists():
        last = " ".join(" ".join(said).split())
        remedy = f"{_FULL}, and run the DAG warehouse again." if "No space left" in last else f"Read {log}."
        return f"dbt ended with code {code} before it ran anything ({last}). {remedy}"
    failures = [result for result in json.loads(results.read_text())["results"] if result["status"] in ("error", "fail", "runtime error")]
    named = "; ".join(f"{result['unique_id'].split('.', 2)[-1]}: {_first_line(result['message'])}" for result in failures[:3])
    more = f" and {len(failures) - 3} more" if len(failures) > 3 else ""
    full = any("No space left" in (result["message"] or "") for result in failures)
    remedy = _FULL if full else f"Read {log}, fix the model or the data"
    return f"{len(failures)} of dbt's nodes failed ({named}{more}). {remedy}, and run the DAG warehouse again."


def _first_line(message: str | None) -> str:
    lines = [line.strip() for line in (message or "no message").splitlines() if line.strip()]
    return " ".join(lines[:2])[:300]


def _write_private(path: Path, text: str) -> None:
    """The profile may contain the warehouse's password, so only its owner may read it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
