"""Migrates Airflow's metadata database, in a separate process: importing Airflow takes seconds and prints a lot."""

from __future__ import annotations

from airflow.configuration import conf
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.utils import db

from multiball.runtime.environment import USERS
from multiball.runtime.metadata import ADMINISTRATOR, MigrationFailed
from multiball.settings import workspace


def _migrate() -> None:
    db.upgradedb()
    if conf.get("core", "auth_manager") == USERS:
        _add_administrator(workspace().secrets["MULTIBALL_ADMIN_PASSWORD"])


def _add_administrator(password: str) -> None:
    with get_application_builder() as builder:
        security = builder.sm
        security.sync_roles()
        user = security.find_user(ADMINISTRATOR)
        if user:
            security.reset_password(user.id, password)
        elif not security.add_user(
            ADMINISTRATOR, "Multiball", "Administrator", "admin@localhost.localdomain", security.find_role("Admin"), password
        ):
            raise MigrationFailed("the administrator could not be added")


if __name__ == "__main__":
    _migrate()
