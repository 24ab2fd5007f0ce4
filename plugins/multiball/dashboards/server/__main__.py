"""Set Superset up and serve it, or with `import` only import the dashboards: run by `multiball.runtime.superset`."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from multiball.dashboards.server import assets, people
from multiball.shapes import InputError


def main(arguments: list[str]) -> int:
    """0 done, 1 failed, 2 the asset folder is invalid. Does not return when it serves: gunicorn replaces the process."""
    try:
        set_up()
    except InputError as error:
        sys.stderr.write(f"multiball: {error}\n")
        return 2
    if arguments != ["import"]:
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", "python:multiball.dashboards.server.serving"])
    return 0


def set_up() -> None:
    """Update metadata, roles, log-ins and dashboards to the installed Superset, the workspace and the asset folder."""
    parameters = json.loads(os.environ["MULTIBALL_WAREHOUSE_ENGINE_PARAMS"])
    found = assets.read(Path(os.environ["MULTIBALL_DASHBOARDS"]), os.environ["MULTIBALL_WAREHOUSE_URL"], parameters)
    started = time.monotonic()

    def notify(line: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - started:4.0f} s] {line}\n")
        sys.stdout.flush()

    from flask_migrate import upgrade
    from superset.app import create_app

    application = create_app()
    with application.app_context():
        from superset import appbuilder, security_manager
        from superset.utils.core import override_user

        upgrade()
        notify("the metadata database has Superset's schema")
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        for role in (people.LEADERSHIP, people.ANALYST):
            security_manager.add_role(role)
        people.set_log_ins(security_manager)
        with override_user(security_manager.find_user("admin")):
            assets.bring_in(found, notify)
        people.set_roles(security_manager, assets.database_permission())
        security_manager.session.commit()
        notify("roles and log-ins are set")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
