"""A real Superset for tests: its metadata on the session's Postgres, its workspace and its dashboards given."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from multiball.runtime import ports, secret_file, superset
from multiball.settings import Workspace
from multiball.warehouse.embedded_postgres import ensure_database

_UP_SECONDS = 240


@dataclass
class Superset:
    """A running server, and how to speak with it."""

    workspace: Workspace
    folder: Path
    variables: Mapping[str, str]
    address: str
    _clients: dict[str, httpx.Client] = field(default_factory=dict)

    @property
    def passwords(self) -> Mapping[str, str]:
        return superset.log_ins(self.workspace)

    def anonymous(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, trust_env=False, timeout=60)

    def log_in(self, user: str, password: str) -> tuple[httpx.Client, httpx.Response]:
        """What a browser does with the form."""
        client = self.anonymous()
        form = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login/").text)
        assert form is not None
        return client, client.post("/login/", data={"username": user, "password": password, "csrf_token": form[1]})

    def as_user(self, user: str) -> httpx.Client:
        """A client that has logged in, and proves with every request that it comes from a page of the server."""
        if user not in self._clients:
            client, _ = self.log_in(user, self.passwords[user])
            client.headers["X-CSRFToken"] = client.get("/api/v1/security/csrf_token/").raise_for_status().json()["result"]
            self._clients[user] = client
        return self._clients[user]

    def ids(self, kind: str) -> dict[str, int]:
        """The ids of all objects of a kind (`chart`, `dataset`, `dashboard`) by uuid, as the administrator sees them."""
        found = self.as_user("admin").get(f"/api/v1/{kind}/?q=(page_size:1000,columns:!(id,uuid))").raise_for_status().json()
        return {row["uuid"]: row["id"] for row in found["result"]}

    def sql(self, user: str, sql: str) -> httpx.Response:
        """A question in SQL Lab."""
        [database] = self.as_user("admin").get("/api/v1/database/").json()["result"]
        return self.as_user(user).post("/api/v1/sqllab/execute/", json={"database_id": database["id"], "sql": sql})

    def import_assets(self, **variables: str) -> subprocess.CompletedProcess[str]:
        """What `make superset` runs."""
        environment = {**self.variables, **variables}
        command = [str(superset.PYTHON), "-m", "multiball.dashboards.server", "import"]
        return subprocess.run(command, env=environment, cwd=self.workspace.var, capture_output=True, text=True, timeout=120)


@contextmanager
def running_superset(home: Path, folder: Path, postgres_dsn: str, **variables: str) -> Iterator[Superset]:
    """Superset over the workspace in `home`, with the dashboards of `folder` (the layout that Superset imports); gone afterwards."""
    superset.make_environment()
    here = Workspace(home)
    ports.choose(here)
    here = secret_file.ensure(here)
    name = f"superset_{os.urandom(6).hex()}"
    ensure_database(postgres_dsn, name)
    metadata = urlunsplit(urlsplit(postgres_dsn)._replace(scheme="postgresql+psycopg2", path=f"/{name}"))
    environment = {**superset.variables(here), "MULTIBALL_DASHBOARDS": str(folder), "MULTIBALL_SUPERSET_METADATA": metadata, **variables}
    server = Superset(here, folder, environment, f"http://{ports.LOOPBACK}:{ports.kept(here)['superset']}")
    log = here.var / "superset.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [superset.PYTHON, "-m", "multiball.dashboards.server"],
            env=environment,
            cwd=here.var,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + _UP_SECONDS
        while not superset.answers(server.address):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()[-3000:]
            time.sleep(0.3)
        yield server
    finally:
        for client in server._clients.values():
            client.close()
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def chart_data(client: httpx.Client, chart: int, dashboard: int, dataset: int, metric: str) -> httpx.Response:
    """What a chart of a dashboard asks for."""
    question: dict[str, Any] = {
        "datasource": {"id": dataset, "type": "table"},
        "queries": [{"metrics": [metric], "columns": [], "filters": [], "row_limit": 100}],
        "form_data": {"slice_id": chart, "dashboardId": dashboard},
        "result_format": "json",
        "result_type": "full",
    }
    return client.post("/api/v1/chart/data", json=question)
