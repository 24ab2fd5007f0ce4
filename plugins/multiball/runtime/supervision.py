"""The processes of a workspace's stack, and supervisord, which starts, restarts and stops them with all their children."""

from __future__ import annotations

import fcntl
import http.client
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import psutil
from supervisor.xmlrpc import SupervisorTransport, UnixStreamHTTPConnection

from multiball.runtime import metadata, superset
from multiball.settings import Workspace
from multiball.shapes import Failure, Notify
from multiball.warehouse import embedded_postgres

DATABASE = "postgres"
"""The program that all others need: it starts first and ends last."""

_STOP_SECONDS = 45
_ANSWER_SECONDS = 15


class SupervisionFailed(Failure):
    """supervisord does not start. The message names its log. Exit code 1."""


@contextmanager
def claim(workspace: Workspace, notify: Notify) -> Iterator[None]:
    """Be the only process that starts or stops servers of the workspace: waits for another, and reports it."""
    with _alone(workspace, "servers.lock", lambda: notify(f"waiting for another command that uses the servers of {workspace.home}")):
        yield


@contextmanager
def claim_demo(workspace: Workspace, notify: Notify) -> Iterator[None]:
    """Be the only demo that loads the workspace: two would start each run twice. Waits for another, and reports it."""
    with _alone(workspace, "demo.lock", lambda: notify(f"waiting for another demo of {workspace.home}, which is loading it")):
        yield


@contextmanager
def _alone(workspace: Workspace, name: str, must_wait: Callable[[], None]) -> Iterator[None]:
    workspace.var.mkdir(parents=True, exist_ok=True)
    with open(workspace.var / name, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            must_wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def runtime_folder(workspace: Workspace) -> Path:
    """The path of supervisord's socket: next to that of Postgres, as a socket's path must be short."""
    folder = embedded_postgres.socket_folder(workspace.var / "postgres")
    return folder.with_name(folder.name.replace("-pg-", "-stack-"))


def programs(workspace: Workspace, sandbox: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """The stack's programs in the order in which they start, as options of supervisord's configuration.

    `sandbox`: those of the sandbox that are to run, each with its module and arguments.
    """
    airflow = f"{sys.executable} -m airflow"
    database = embedded_postgres.server_command(workspace.var / "postgres", settings=metadata.SETTINGS)
    user = embedded_postgres.server_user()
    found: dict[str, dict[str, str]] = {
        DATABASE: {"command": shlex.join(database), "stopsignal": "INT", "directory": "/", **({"user": user} if user else {})},
        "api-server": {"command": f"{airflow} api-server --workers 1"},
        "scheduler": {"command": f"{airflow} scheduler --skip-serve-logs"},
        "dag-processor": {"command": f"{airflow} dag-processor"},
        "triggerer": {"command": f"{airflow} triggerer --skip-serve-logs"},
        superset.PROGRAM: superset.OPTIONS,
    }
    found |= {name: {"command": shlex.join([sys.executable, "-m", *command])} for name, command in sandbox.items()}
    return found


def configure(workspace: Workspace, found: Mapping[str, Mapping[str, str]]) -> Path:
    """Write supervisord's configuration. It contains no secrets: those are in the environment of `start`."""
    logs, folder = workspace.var / "logs", runtime_folder(workspace)
    logs.mkdir(parents=True, exist_ok=True)
    working_folder(workspace).mkdir(exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    sections: dict[str, Mapping[str, str]] = {
        "unix_http_server": {"file": str(folder / "supervisor.sock"), "chmod": "0700"},
        "supervisord": {
            "logfile": str(logs / "supervisord.log"),
            "pidfile": str(workspace.var / "supervisord.pid"),
            "childlogdir": str(logs),
            "directory": str(working_folder(workspace)),
            **({"user": "root"} if os.geteuid() == 0 else {}),
        },
        "rpcinterface:supervisor": {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"},
    }
    for name, options in found.items():
        sections[f"program:{name}"] = {
            "autostart": "false",
            "autorestart": "true",
            "startsecs": "1",
            "startretries": "5",
            "stopasgroup": "true" if name != DATABASE else "false",
            "killasgroup": "true",
            "stopwaitsecs": "20",
            "redirect_stderr": "true",
            "stdout_logfile": str(logs / f"{name}.log"),
            "stdout_logfile_maxbytes": "20MB",
            "stdout_logfile_backups": "2",
            **options,
        }
    text = "\n\n".join(
        "\n".join([f"[{name}]", *(f"{key}={value.replace('%', '%%')}" for key, value in options.items())])
        for name, options in sections.items()
    )
    path = workspace.var / "supervisord.conf"
    path.write_text(text + "\n", encoding="utf-8")
    return path


def start_supervisord(workspace: Workspace, configuration: Path, environment: Mapping[str, str]) -> None:
    """Start supervisord in the background; its programs wait for `startProcess`. Its working folder marks it as one of the workspace."""
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)]
    home = working_folder(workspace)
    done = subprocess.run(command, env=dict(environment), cwd=home, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise SupervisionFailed(f"supervisord did not start: {(done.stderr or done.stdout).strip()}")
    deadline = time.monotonic() + 20
    while server(workspace) is None:
        if time.monotonic() > deadline:
            raise SupervisionFailed(f"supervisord does not respond. Read {workspace.var / 'logs' / 'supervisord.log'}.")
        time.sleep(0.1)


def start_program(workspace: Workspace, name: str, *, wait: bool = False) -> None:
    """Have supervisord start the program; with `wait`, until it has run for a second. SupervisionFailed if it does not."""
    running = server(workspace)
    if running is None:
        raise SupervisionFailed(f"supervisord has ended.{tail(workspace, 'supervisord')}")
    try:
        running.startProcess(name, wait)
    except (OSError, xmlrpc.client.Error, http.client.HTTPException) as error:
        raise SupervisionFailed(f"{name} does not start.{tail(workspace, name)}") from error


def tail(workspace: Workspace, name: str) -> str:
    """The end of a program's log, as a sentence."""
    log = workspace.var / "logs" / f"{name}.log"
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()] if log.exists() else []
    return f" Its log {log} ends: {' / '.join(lines[-3:])[:600]}" if lines else f" It wrote no log ({log})."


class _Connection(UnixStreamHTTPConnection):  # type: ignore[misc]
    """A connection with a time-out, for a supervisord that accepts it but does not respond."""

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(_ANSWER_SECONDS)


def server(workspace: Workspace) -> Any | None:
    """The remote interface of the workspace's supervisord, or None if it does not run or respond."""
    path = runtime_folder(workspace) / "supervisor.sock"
    transport = SupervisorTransport(None, None, f"unix://{path}")

    def connection() -> _Connection:
        found = _Connection("localhost")
        found.socketfile = str(path)
        return found

    transport._get_connection = connection
    proxy = xmlrpc.client.ServerProxy(f"http://{socket.gethostname()}", transport=transport)
    try:
        proxy.supervisor.getState()
    except (OSError, xmlrpc.client.Error, http.client.HTTPException):
        return None
    return proxy.supervisor


def runs(workspace: Workspace) -> bool:
    """Whether the workspace's supervisord runs and responds."""
    return server(workspace) is not None


def states(workspace: Workspace) -> dict[str, str]:
    """The state of each program, as supervisord names it (RUNNING, BACKOFF, FATAL …); empty if the stack is down."""
    return {str(info["name"]): str(info["statename"]) for info in _programs(workspace)}


def listens(workspace: Workspace, program: str, *numbers: int) -> bool:
    """Whether the program of the workspace's own stack listens on the ports; other programs there do not count."""
    pids = [int(info["pid"]) for info in _programs(workspace) if info["name"] == program and info["pid"]]
    try:
        family = [member for pid in pids for member in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))]
        sockets = [found for member in family for found in member.net_connections(kind="tcp")]
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return set(numbers) <= {found.laddr.port for found in sockets if found.status == psutil.CONN_LISTEN}


def _programs(workspace: Workspace) -> list[dict[str, Any]]:
    running = server(workspace)
    try:
        return cast("list[dict[str, Any]]", running.getAllProcessInfo()) if running else []
    except (OSError, xmlrpc.client.Error, http.client.HTTPException):
        return []  # it has just ended


def processes(workspace: Workspace) -> list[psutil.Process]:
    """Every running process of the workspace's stack: supervisord, its descendants, and orphans of earlier ones.

    They are identified by their working folder, since many of them overwrite their environment and command line with a title.
    """
    found = {process.pid: process for process in embedded_postgres.processes(workspace.var / "postgres")}
    home = os.path.realpath(working_folder(workspace))
    interpreters = {os.path.realpath(python) for python in (sys.executable, superset.PYTHON)}
    for process in psutil.process_iter():
        try:
            ours = process.exe() in interpreters and process.cwd() == home
            family = [process, *process.children(recursive=True)] if ours else []
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        found |= {member.pid: member for member in family}
    found.pop(os.getpid(), None)
    return [process for process in found.values() if _lives(process)]


def left_over(workspace: Workspace) -> list[psutil.Process]:
    """Processes of a stack whose supervisor has ended, or of a killed command. Empty while a supervisor or a command runs."""
    return [] if server(workspace) is not None or _claimed(workspace) else processes(workspace)


def _claimed(workspace: Workspace) -> bool:
    try:
        with open(workspace.var / "servers.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def end_left_over(workspace: Workspace, notify: Notify) -> None:
    """Stop the processes of a killed stack or command, and report it. Only under `claim`."""
    if left := processes(workspace):
        notify(f"{len(left)} processes of a killed stack or command still run: stopping them first")
    stop(workspace)


def working_folder(workspace: Workspace) -> Path:
    """The working folder of all processes of a workspace, by which they are found."""
    return workspace.var / "airflow"


def stop(workspace: Workspace) -> list[psutil.Process]:
    """Shut the stack down and wait for its processes to end. Returns those that had to be killed."""
    before = processes(workspace)
    running = server(workspace)
    if running is not None:
        with suppress(OSError, xmlrpc.client.Error, http.client.HTTPException):  # it is just ending, or hangs
            _stop_programs(running)
            running.shutdown()
        before = survivors(before, _STOP_SECONDS)
    data = workspace.var / "postgres"
    servers = {process.pid for process in embedded_postgres.processes(data)}
    found = [*before, *processes(workspace)]
    stragglers = {process.pid: process for process in found if process.pid not in servers and _lives(process)}
    for process in stragglers.values():
        _signal(process, signal.SIGTERM)
    alive = survivors(stragglers.values(), 10)
    for process in alive:
        _signal(process, signal.SIGKILL)
    survivors(alive, 5)
    embedded_postgres.end(data)  # last, as the others need it for an orderly shutdown
    shutil.rmtree(runtime_folder(workspace), ignore_errors=True)
    return alive


def survivors(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those of the processes that have not ended after so many seconds; returns at once when all have ended.

    A zombie counts as ended: in a container whose first process reaps no children, no process waits for it.
    """
    deadline = time.monotonic() + seconds
    while (alive := [process for process in processes if _lives(process)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return alive


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _stop_programs(running: Any) -> None:
    """Stop all in parallel except Postgres, which the others need for an orderly shutdown; supervisord would stop one after the other."""

    def alive() -> list[str]:
        listed = cast("list[dict[str, Any]]", running.getAllProcessInfo())
        return [str(info["name"]) for info in listed if info["statename"] in ("STARTING", "RUNNING", "BACKOFF", "STOPPING")]

    for name in alive():
        if name != DATABASE:
            running.stopProcess(name, False)
    deadline = time.monotonic() + _STOP_SECONDS
    while set(alive()) - {DATABASE} and time.monotonic() < deadline:
        time.sleep(0.2)


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
