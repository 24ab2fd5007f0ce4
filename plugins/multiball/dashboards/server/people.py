"""Access to Superset: the roles Leadership and Analyst, and one log-in for each and for the administrator."""

from __future__ import annotations

import os
from typing import Any

LEADERSHIP, ANALYST = "Leadership", "Analyst"
LOG_INS = {"admin": "Admin", "leadership": LEADERSHIP, "analyst": ANALYST}
"""The log-ins of every workspace and their roles. MULTIBALL_<NAME>_PASSWORD is the password."""

_LOOKING = {
    ("can_dashboard", "Superset"),
    ("can_dashboard_permalink", "Superset"),
    ("can_drill", "Dashboard"),
    ("can_get_drill_info", "Dataset"),
    ("can_explore_json", "Superset"),
    ("can_language_pack", "Superset"),
    ("can_log", "Superset"),
    ("can_read", "Chart"),
    ("can_read", "CssTemplate"),
    ("can_read", "CurrentUserRestApi"),
    ("can_read", "Dashboard"),
    ("can_read", "DashboardFilterStateRestApi"),
    ("can_read", "DashboardPermalinkRestApi"),
    ("can_read", "ExplorePermalinkRestApi"),
    ("can_read", "SecurityRestApi"),
    ("can_read", "Theme"),
    ("can_recent_activity", "Log"),
    ("can_slice", "Superset"),
    ("can_time_range", "Api"),
    ("can_userinfo", "UserDBModelView"),
    ("can_view_chart_as_table", "Dashboard"),
    ("can_write", "DashboardFilterStateRestApi"),
    ("can_write", "DashboardPermalinkRestApi"),
    ("can_write", "CurrentUserRestApi"),
    ("menu_access", "Dashboards"),
    ("menu_access", "Home"),
    ("resetmypassword", "UserDBModelView"),
}


def set_roles(security: Any, database_permission: str) -> None:
    """Set exactly the permissions of the two roles. `database_permission` is that of the warehouse."""

    def name(permission: Any) -> tuple[str, str]:
        return permission.permission.name, permission.view_menu.name

    def exploring(permission: Any) -> bool:
        own = security._is_gamma_pvm(permission) or security._is_sql_lab_pvm(permission)
        return own or name(permission) == ("database_access", database_permission)

    permissions = security._get_all_pvms()
    security.set_role(LEADERSHIP, lambda permission: name(permission) in _LOOKING, permissions)
    security.set_role(ANALYST, lambda permission: name(permission) in _LOOKING or exploring(permission), permissions)


def set_log_ins(security: Any) -> None:
    """Create or update every log-in of `LOG_INS` with the workspace's password."""
    for login, role in LOG_INS.items():
        password = os.environ[f"MULTIBALL_{login.upper()}_PASSWORD"]
        if user := security.find_user(login):
            security.reset_password(user.id, password)
        elif not security.add_user(login, "Multiball", role, f"{login}@localhost.localdomain", security.find_role(role), password):
            raise RuntimeError(f"the log-in {login} could not be added")
