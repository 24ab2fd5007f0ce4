"""Airflow's metadata databases on the workspace's embedded Postgres: migrated once for each version of Airflow, with an administrator."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from multiball.settings import Workspace
from multiball.shapes import Failure
from multiball.warehouse import embedded_postgres

ADMINISTRATOR = "admin"
SETTINGS = ("shared_buffers=64MB", "max_connections=120", "jit=off", "max_wal_size=512MB")
"""PostgreSQL's configuration for a small database on a shared machine."""


class MigrationFailed(Failure):
    """The migration of the metadata database failed. The message names the log. Exit code 1."""


def prepare(workspace: Workspace, database: str, environment: Mapping[str, str]) -> bool:
    """Migrate the database to the installed Airflow's schema; the server must run. Returns whether there was anything to do.

    The database stores its version, so that a finished migration is detected in milliseconds.
    """
    data = workspace.var / "postgres"
    address = embedded_postgres.dsn(data, database=database)
    embedded_postgres.ensure_database(embedded_postgres.dsn(data), database)
    if _remembered(address) == _present():
        return False
    log = workspace.var / "logs" / f"migrate-{database}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(environment["AIRFLOW_HOME"])  # marks the process as one of the workspace, also after its parent was killed
    folder.mkdir(exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "multiball.orchestration.migration"],
            env=dict(environment),
            cwd=folder,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
    if done.returncode != 0:
        raise MigrationFailed(f"Airflow's metadata database could not be migrated. Read {log}.{_last_line(log)}")
    _remember(address, database)
    return True


def _present() -> str:
    return f"airflow {version('apache-airflow-core')}, fab {version('apache-airflow-providers-fab')}"


def _remembered(address: str) -> str | None:
    with embedded_postgres.connected(address) as connection, connection.cursor() as cursor:
        cursor.execute("select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()")
        row = cursor.fetchone()
    return row[0] if row else None


def _remember(address: str, database: str) -> None:
    with embedded_postgres.connected(address) as connection, connection.cursor() as cursor:
        cursor.execute(f'comment on database "{database}" is %s', [_present()])
        connection.commit()


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return f" It ends: {lines[-1]}" if lines else ""
