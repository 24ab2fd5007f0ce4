"""Where a life is lived: a workspace on either engine with a mailbox, whose state can be kept and restored."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from chaos.life import CONTENT, MAIL, Place
from multiball.warehouse.embedded_postgres import connected, end, processes, running_postgres

SETTINGS = ["max_connections=50", "fsync=off"]
"""A stopped server loses nothing that the system has; a power cut is not tried."""


@dataclass
class Ground:
    """The folder of one engine's runs. States of the workspace are kept under numbers."""

    folder: Path
    smtp_port: int
    server: str | None = None
    """The URI of the Postgres server, without a database's name; None for DuckDB."""
    servers: ExitStack = field(default_factory=ExitStack)

    @property
    def place(self) -> Place:
        """The workspace that is disturbed."""
        return Place(self.folder / "home", self.smtp_port, self.folder / "mails")

    def begin(self) -> None:
        """An empty workspace."""
        self.place.mailbox.mkdir(parents=True, exist_ok=True)
        self.place.home.mkdir(parents=True)
        settings = f"warehouse: {{engine: postgres, dsn: '{self._dsn('life')}'}}\n" if self.server else "warehouse: {engine: duckdb}\n"
        (self.place.home / "sources.yml").write_text(settings)
        (self.place.home / MAIL).write_bytes(CONTENT)
        if self.server:
            self._statements('create database "life"')

    def keep(self, number: int) -> None:
        """Keep the state of workspace and database."""
        shutil.copytree(self.place.home, self.folder / f"home-{number}", copy_function=shutil.copy2)
        shutil.copytree(self.place.mailbox, self.folder / f"mails-{number}")
        if self.server:
            self._statements(f'create database "life-{number}" template "life"')

    def restore(self, number: int) -> None:
        """Restore a state that was kept."""
        for name in ("home", "mails"):
            for file in (self.folder / name).iterdir() if name == "mails" else ():
                file.unlink()
            if name == "home":
                shutil.rmtree(self.folder / name)
            shutil.copytree(self.folder / f"{name}-{number}", self.folder / name, dirs_exist_ok=True, copy_function=shutil.copy2)
        if self.server:
            self._statements('drop database "life" with (force)', f'create database "life" template "life-{number}"')

    def crash_server(self) -> None:
        """Stop the server at once, without a checkpoint, as a kill of the machine does."""
        for process in processes(self.folder / "postgres"):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGQUIT)

    def start_server(self) -> None:
        """Start it again; it recovers what was committed."""
        self.servers.close()
        self.server = self.servers.enter_context(running_postgres(self.folder / "postgres", settings=SETTINGS))

    def _dsn(self, database: str) -> str:
        assert self.server
        address, mark, options = self.server.partition("?")
        return f"{address.rpartition('/')[0]}/{database}{mark}{options}"

    def _statements(self, *statements: str) -> None:
        with connected(self._dsn("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)


@contextmanager
def ground(engine: str, folder: Path, smtp_port: int) -> Iterator[Ground]:
    """A ground for an engine; its server, if it has one, lasts as long."""
    if engine == "duckdb":
        yield Ground(folder, smtp_port)
        return
    with ExitStack() as servers:
        place = Ground(folder, smtp_port, servers=servers)
        try:
            place.start_server()
            yield place
        finally:
            servers.close()
            end(folder / "postgres")
