"""The program `superset`: its environment of packages, its environment of variables, and its log-ins.

It runs as `python -m multiball.runtime.superset`, makes `.venv-superset` if that is missing or old, and continues in it. So it starts
in parallel to the rest of the stack.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from multiball.runtime import metadata
from multiball.runtime.environment import metadata_uri
from multiball.runtime.ports import LOOPBACK, kept
from multiball.settings import REPOSITORY, Workspace, inherited, workspace
from multiball.shapes import InputError
from multiball.warehouse import WarehouseError, embedded_postgres, open_warehouse

PROGRAM = "superset"
DATABASE = "superset"
PYTHON = REPOSITORY / ".venv-superset" / "bin" / "python"
OPTIONS = {"command": f"{sys.executable} -m multiball.runtime.superset", "autorestart": "unexpected", "exitcodes": "1,2,3"}
"""For supervisord: a failed set-up is not retried, as it would fail again; a killed server is restarted."""

_PASSED_ON = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ")
_MODULE = "multiball.dashboards.server"


def log_ins(here: Workspace) -> Mapping[str, str]:
    """The password of each log-in."""
    return {name: here.secrets[f"MULTIBALL_{name.upper()}_PASSWORD"] for name in (metadata.ADMINISTRATOR, "leadership", "analyst")}


def bundle(here: Workspace) -> Path:
    """The folder that Superset imports."""
    return here.var / "superset" / "assets"


def variables(here: Workspace) -> dict[str, str]:
    """Superset's environment: only what it needs of the present one and of the workspace's secrets."""
    url, engine_parameters = open_warehouse(here).reader()
    server = REPOSITORY / "plugins" / "multiball" / "dashboards" / "server"
    return {
        **{name: value for name, value in inherited().items() if name in _PASSED_ON},
        **{f"MULTIBALL_{name.upper()}_PASSWORD": password for name, password in log_ins(here).items()},
        "MULTIBALL_DASHBOARDS": str(bundle(here)),
        "MULTIBALL_SUPERSET_METADATA": metadata_uri(here, DATABASE),
        "MULTIBALL_SUPERSET_PORT": str(kept(here)["superset"]),
        "MULTIBALL_SUPERSET_WORKERS": str(here.environment.superset_workers),
        "MULTIBALL_QUERY_SECONDS": str(here.environment.query_seconds or 60),
        "MULTIBALL_WAREHOUSE_URL": url,
        "MULTIBALL_WAREHOUSE_ENGINE_PARAMS": json.dumps(engine_parameters),
        "FLASK_APP": "superset.app:create_app()",
        "NO_PROXY": LOOPBACK,
        "PYTHONPATH": str(REPOSITORY / "plugins"),
        "PYTHONUNBUFFERED": "1",
        "SCARF_ANALYTICS": "false",
        "SUPERSET_CONFIG_PATH": str(server / "config.py"),
        "SUPERSET_HOME": str(here.var / "superset"),
        "SUPERSET_SECRET_KEY": here.secrets["SUPERSET_SECRET_KEY"],
    }


def answers(address: str) -> bool:
    """Whether the server at the address is up."""
    try:
        return httpx.get(f"{address}/health", timeout=5, trust_env=False, verify=False).text == "OK"
    except httpx.HTTPError:
        return False


def make_environment() -> None:
    """Update `.venv-superset` to its lock file; quick if nothing changed. Prints what it does."""
    if subprocess.run([sys.executable, str(REPOSITORY / "tools" / "make_env.py"), "superset"]).returncode != 0:
        raise InputError("could not be made (see above)", where=str(PYTHON.parents[1]), remedy="Check the network, and run make up again.")


def main(arguments: list[str]) -> int:
    """Continue as Superset's server, or with `import` as its set-up only. The dashboards are checked first."""
    from multiball.dashboards.bundle import write_bundle

    here = workspace()
    try:
        write_bundle(bundle(here), currency=here.reporting_currency)
        make_environment()
        embedded_postgres.ensure_database(embedded_postgres.dsn(here.var / "postgres"), DATABASE)
        environment = variables(here)
    except embedded_postgres.ServerDown:
        sys.stderr.write(f"multiball: the stack of {here.home} is down, and Superset's database with it. Start it with: make up\n")
        return 1
    except (InputError, WarehouseError) as error:
        sys.stderr.write(f"multiball: {error}\n")
        return 2 if isinstance(error, InputError) else 1
    os.execve(PYTHON, [str(PYTHON), "-m", _MODULE, *arguments], environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
