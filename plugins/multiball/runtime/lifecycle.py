"""Start a workspace's stack until it is healthy, and stop it until no process is left."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

import httpx
import psutil

from multiball.runtime import demo_servers, metadata, ports, secret_file, superset, supervision
from multiball.runtime.environment import STACK_DATABASE, airflow_environment
from multiball.runtime.ports import LOOPBACK
from multiball.runtime.signals import undisturbed
from multiball.settings import Workspace
from multiball.shapes import Failure, InputError, Notify
from multiball.warehouse import embedded_postgres

_HEALTHY_SECONDS = 600
_PARTS = {"metadatabase": "metadata", "scheduler": "scheduler", "dag_processor": "dag-processor", "triggerer": "triggerer"}


class StackFailed(Failure):
    """The stack, or a part of it, does not start. The message names the part and its log. Exit code 1."""


@dataclass(frozen=True)
class Status:
    """The state of a stack: `programs` by supervisord, `health` by each part's own response."""

    programs: Mapping[str, str]
    health: Mapping[str, str]
    address: str | None
    sandbox: Mapping[str, str]
    mailbox: str | None
    dashboards: str | None

    @property
    def failed(self) -> list[str]:
        """The programs that supervisord has given up."""
        return [name for name, state in self.programs.items() if state in ("FATAL", "EXITED")]

    @property
    def healthy(self) -> bool:
        """Whether every program runs and every part responds."""
        return self.healthy_without(())

    def healthy_without(self, later: Collection[str]) -> bool:
        """Whether all is healthy except the programs in `later`, which may still be starting."""
        running = all(state == "RUNNING" for name, state in self.programs.items() if name not in later)
        answers = all(state == "healthy" for part, state in self.health.items() if part not in later)
        return bool(self.programs) and running and answers and self.health.keys() >= _PARTS.keys()


def inspect(workspace: Workspace) -> Status:
    """The present state; asks supervisord and the API server."""
    programs = supervision.states(workspace)
    chosen = ports.kept(workspace)
    address = f"http://{LOOPBACK}:{chosen['api']}" if programs and chosen else None
    sandbox = {name: f"http://{LOOPBACK}:{chosen[name]}" for name in ports.SANDBOX} if "sandbox" in programs and chosen else {}
    mailbox = f"http://{LOOPBACK}:{chosen['mailbox']}" if "mailbox" in programs and chosen else None
    health = _health(address) if address and supervision.listens(workspace, "api-server", chosen["api"]) else {}
    for name in demo_servers.PORTS:
        if name in programs:
            health[name] = "healthy" if demo_servers.is_up(workspace, name) else "starting"
    dashboards = f"http://{LOOPBACK}:{chosen['superset']}" if superset.PROGRAM in programs and chosen else None
    if dashboards:
        ours = supervision.listens(workspace, superset.PROGRAM, chosen["superset"])
        health[superset.PROGRAM] = "healthy" if ours and superset.answers(dashboards) else "starting"
    return Status(programs, health, address, sandbox, mailbox, dashboards)


def memory_mb(workspace: Workspace) -> int:
    """The sum of the resident sizes of the stack's processes."""
    total = 0
    for process in supervision.processes(workspace):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total // 2**20


def bring_up(workspace: Workspace, notify: Notify, *, later: Collection[str] = ()) -> Status:
    """Start what does not run and wait until all is healthy; a second call changes nothing. A demo's stack includes the sandbox.

    Programs in `later` are started without waiting: call `wait` for them.

    Raises InputError if the workspace is not usable, StackFailed if a part does not start.
    """
    check_workspace(workspace)
    with supervision.claim(workspace, notify):
        present = inspect(workspace)
        if not present.failed and present.healthy_without(later) and bool(present.sandbox) == workspace.is_demo:
            notify("the stack is already running")
            return present
        if present.programs:
            states = ", ".join(f"{name} {state}" for name, state in present.programs.items())
            notify(f"the stack runs only in part ({states}): restarting it")
            supervision.stop(workspace)
        else:
            supervision.end_left_over(workspace, notify)
        chosen, moved = ports.choose(workspace)
        for line in moved:
            notify(line)
        workspace = secret_file.ensure(workspace, ports.sandbox_variables(chosen))
        environment = airflow_environment(workspace)
        embedded_postgres.initialise(workspace.var / "postgres")
        programs = supervision.programs(workspace, _sandbox(workspace, chosen) if workspace.is_demo else {})
        configuration = supervision.configure(workspace, programs)
        try:
            supervision.start_supervisord(workspace, configuration, environment)
            _start(workspace, programs, environment, notify)
            wait(workspace, notify, later)
        except (metadata.MigrationFailed, supervision.SupervisionFailed, embedded_postgres.ServerDown) as error:
            supervision.stop(workspace)
            raise StackFailed(str(error)) from error
        except BaseException:
            with undisturbed():
                supervision.stop(workspace)
            raise
    return inspect(workspace)


def take_down(workspace: Workspace, notify: Notify) -> None:
    """Stop every process of the stack, if any. Raises StackFailed if a process survives."""
    if not workspace.var.exists():
        notify("the stack is down")
        return
    with supervision.claim(workspace, notify):
        if not supervision.states(workspace) and not supervision.processes(workspace):
            notify("the stack is down")
            return
        for process in supervision.stop(workspace):
            notify(f"process {process.pid} did not end by itself, and was killed")
        if left := supervision.processes(workspace):
            raise StackFailed(f"these processes of {workspace.home} do not end: {', '.join(str(process.pid) for process in left)}")
    notify("the stack is down; no process of it is left")


def password(workspace: Workspace) -> str:
    """The administrator's generated password."""
    return Workspace(workspace.home).secrets["MULTIBALL_ADMIN_PASSWORD"]


def _sandbox(workspace: Workspace, chosen: Mapping[str, int]) -> dict[str, list[str]]:
    """The sandbox's programs: module and arguments. Its world begins with the earliest `history_from`, so that it stays the same in
    later months."""
    platforms = sorted(ports.SANDBOX, key=chosen.__getitem__)
    start = min((source.history_from for source in workspace.sources.values()), default=None)
    mailbox = ["--folder", str(workspace.var / "mailbox"), "--port", str(chosen["mailbox"]), "--smtp-port", str(chosen["smtp"])]
    return {
        "sandbox": [
            "sandbox.serve",
            *("--port", str(chosen[platforms[0]])),
            *("--platforms", *platforms),
            *(("--start", start.isoformat()) if start else ()),
        ],
        "mailbox": ["sandbox.mailbox", *mailbox],
    }


def _start(workspace: Workspace, programs: Mapping[str, Mapping[str, str]], environment: Mapping[str, str], notify: Notify) -> None:
    notify("postgres")
    supervision.start_program(workspace, supervision.DATABASE, wait=True)
    embedded_postgres.wait_until_ready(embedded_postgres.dsn(workspace.var / "postgres"))
    started = time.monotonic()
    if metadata.prepare(workspace, STACK_DATABASE, environment):
        notify(f"metadata database ({time.monotonic() - started:.0f} s, once)")
    others = [name for name in programs if name != supervision.DATABASE]
    notify(f"{', '.join(others)}: up to a minute")
    for name in others:
        supervision.start_program(workspace, name)


def wait(workspace: Workspace, notify: Notify, later: Collection[str] = ()) -> Status:
    """Wait until all but `later` is healthy; reports each part that becomes healthy."""
    started = time.monotonic()
    present = inspect(workspace)
    reported = _good_parts(present)
    while not present.healthy_without(later):
        if not present.programs:
            raise StackFailed(f"supervisord has ended.{supervision.tail(workspace, 'supervisord')} Run it again.")
        fatal = [name for name in present.failed if name not in later]
        if fatal or time.monotonic() - started > _HEALTHY_SECONDS:
            name = fatal[0] if fatal else next(iter(set(present.programs) - reported), "api-server")
            raise StackFailed(f"{name} does not start.{supervision.tail(workspace, name)}")
        time.sleep(1)
        present = inspect(workspace)
        good = _good_parts(present)
        for name in sorted(good - reported - {supervision.DATABASE, "metadata", *later}):
            notify(f"{name} ({time.monotonic() - started:.0f} s)")
        reported |= good
    return present


def _good_parts(present: Status) -> set[str]:
    good = {name for name, state in present.programs.items() if state == "RUNNING" and name not in _PARTS.values()}
    good |= {_PARTS.get(part, part) for part, state in present.health.items() if state == "healthy"}
    good -= {part for part, state in present.health.items() if state != "healthy"}
    if "metadatabase" not in present.health:
        good.discard("api-server")
    return good


def _health(address: str) -> dict[str, str]:
    """The API server's report on each part; empty while it does not respond."""
    try:
        # verify=False: on plain HTTP it avoids reading the machine's certificates at every call
        answer = httpx.get(f"{address}/api/v2/monitor/health", timeout=5, trust_env=False, verify=False)
        answer.raise_for_status()
        parts = answer.json()
    except (httpx.HTTPError, ValueError):
        return {}
    return {name: str((parts.get(name) or {}).get("status")) for name in _PARTS}


def check_workspace(workspace: Workspace) -> None:
    """Raises InputError if no stack can be started: there are no sources, or var belongs to another user."""
    if not workspace.sources_file.exists():
        raise InputError(
            "there is no sources.yml", where=str(workspace.home), remedy="Set MULTIBALL_HOME to a workspace; examples/demo is one."
        )
    if workspace.var.exists() and workspace.var.stat().st_uid != os.geteuid():
        raise InputError(
            f"belongs to another user (id {workspace.var.stat().st_uid})",
            where=str(workspace.var),
            remedy="Run as that user, or change the folder's owner.",
        )
