"""The environment that Airflow runs in: all its settings, derived from the workspace. No `airflow.cfg` is edited by hand."""

from __future__ import annotations

import json
import os

from multiball.runtime.ports import LOOPBACK, kept
from multiball.settings import REPOSITORY, MailServer, Workspace, inherited
from multiball.warehouse import embedded_postgres

STACK_DATABASE = "airflow"
USERS = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
"""Real users and roles; a run in the foreground has no web server and needs none."""

FOREGROUND_DATABASE = "foreground"
"""The separate database of foreground runs: a scheduler that found them in its own would run their tasks again."""


def metadata_uri(workspace: Workspace, database: str) -> str:
    """The SQLAlchemy URI of a database of the embedded Postgres, with the driver that is installed."""
    return embedded_postgres.dsn(workspace.var / "postgres", database=database).replace("postgresql:", "postgresql+psycopg2:", 1)


def airflow_environment(workspace: Workspace, database: str = STACK_DATABASE) -> dict[str, str]:
    """The variables for all parts of Airflow, added to the present environment.

    A variable AIRFLOW__… that is already set overrides the defaults here, so a deployment can tune it. Secrets come from
    `var/secrets.env` and are in no other file and on no command line.
    """
    parallelism = min(8, 2 * (os.cpu_count() or 1))  # a task waits for its platform about as long as it computes
    port = kept(workspace).get("api", 8080)
    settings = {
        "CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAG_DISCOVERY_SAFE_MODE": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": str(parallelism),
        "CORE__MAX_MAP_LENGTH": "20000",
        **({"CORE__AUTH_MANAGER": USERS} if database == STACK_DATABASE else {}),
        "CORE__HOSTNAME_CALLABLE": "socket.gethostname",
        "API__HOST": LOOPBACK,
        "API__INSTANCE_NAME": "Multiball",
        "DATABASE__SQL_ALCHEMY_POOL_SIZE": "3",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "120",
        # after how long a scheduler takes over the tasks of a killed one; Airflow's default is five minutes
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
        # a task that was queued when the stack was killed starts before the API server is ready
        "WORKERS__EXECUTION_API_RETRIES": "12",
        "WORKERS__EXECUTION_API_RETRY_WAIT_MAX": "10",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "LOGGING__BASE_LOG_FOLDER": str(workspace.var / "logs" / "tasks"),
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(workspace.var / "logs" / "dag_processor"),
        "LOGGING__COLORED_CONSOLE_LOG": "False",
        "FAB__UPDATE_FAB_PERMS": "True",
        "TRIGGERER__CAPACITY": "100",
    }
    return {
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        **workspace.secrets,
        **_mail(workspace.mail_server),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata_uri(workspace, database),
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://{LOOPBACK}:{port}",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{LOOPBACK}:{port}/execution/",
        "AIRFLOW_HOME": str(workspace.var / "airflow"),
        "MULTIBALL_HOME": str(workspace.home),
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "plugins"), str(REPOSITORY)]),
        "PYTHONUNBUFFERED": "1",
        "SCARF_ANALYTICS": "false",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "NO_PROXY": ",".join(filter(None, [inherited().get("NO_PROXY"), LOOPBACK])),
    }


def _mail(server: MailServer | None) -> dict[str, str]:
    """Airflow's connection to the mail server, where there is one."""
    if server is None:
        return {}
    connection = {
        "conn_type": "smtp",
        "host": server.host,
        "port": server.port,
        "login": server.user,
        "password": server.password,
        "extra": {"disable_ssl": server.security != "ssl", "disable_tls": server.security != "starttls", "timeout": 10, "retry_limit": 1},
    }
    return {"AIRFLOW_CONN_SMTP_DEFAULT": json.dumps(connection)}
