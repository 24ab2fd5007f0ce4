"""Superset's configuration, which overrides its defaults: SUPERSET_CONFIG_PATH names it. Secret key and home have their own variables."""

from __future__ import annotations

import os
import threading
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

QUERY_SECONDS = float(os.environ.get("MULTIBALL_QUERY_SECONDS", "60"))
"""The time limit of a query on DuckDB; PostgreSQL's is a setting of the reading role."""

_TRACKER = b"https://apachesuperset.gateway.scarf.sh/pixel/"

SQLALCHEMY_DATABASE_URI = os.environ["MULTIBALL_SUPERSET_METADATA"]
SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 2, "pool_pre_ping": True}

APP_NAME = "Multiball"
LANGUAGES = {"en": {"flag": "us", "name": "English"}, "zh": {"flag": "cn", "name": "简体中文"}}
_COLOURS = ["#0B62A8", "#C8500A", "#0B7A5A", "#5B6778", "#7A4FA3", "#B08900", "#2F9FC4", "#A83A5B", "#6FA35C", "#9AA5B1"]
EXTRA_CATEGORICAL_COLOR_SCHEMES = [{"id": "multiball", "label": "Multiball", "description": "", "isDefault": True, "colors": _COLOURS}]
FEATURE_FLAGS = {"DASHBOARD_RBAC": True, "EMBEDDABLE_CHARTS": False, "EMBEDDED_SUPERSET": False}
ENABLE_UI_THEME_ADMINISTRATION = False
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []

# every chart queries the warehouse, so that a publication is visible at once
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}

# a cookie is shared by all ports of a host: those of Airflow and of other workspaces must not replace this one
SESSION_COOKIE_NAME = f"multiball_superset_{os.environ.get('MULTIBALL_SUPERSET_PORT', '')}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
ENABLE_CORS = False
WTF_CSRF_ENABLED = True
AUTH_USER_REGISTRATION = False
PUBLIC_ROLE_LIKE = None
RATELIMIT_ENABLED = True
RATELIMIT_APPLICATION = ""  # a dashboard requests a hundred small files at once
RATELIMIT_STORAGE_URI = "memory://"
AUTH_RATE_LIMITED = True
AUTH_RATE_LIMIT = "30 per minute"

TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "default-src": ["'self'"],
        "base-uri": ["'self'"],
        "connect-src": ["'self'"],
        "font-src": ["'self'", "data:"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "object-src": ["'none'"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "worker-src": ["'self'", "blob:"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}


def FLASK_APP_MUTATOR(application: Any) -> None:
    """Called by Superset with its Flask application."""
    application.before_request(_unrecorded)
    application.after_request(_without_tracker)


def _unrecorded() -> tuple[str, int] | None:
    """Accept event reports of an anonymous page. Superset's refusal would reset the session, also that of a log-in in the meantime."""
    from flask import request
    from flask_login import current_user

    return ("", 204) if request.path == "/superset/log/" and not current_user.is_authenticated else None


def _without_tracker(response: Any) -> Any:
    """Remove the address of a tracker from the pages' scripts: the policy above blocks it, but with an error."""
    if response.status_code == 200 and response.mimetype == "text/javascript":
        response.direct_passthrough = False
        script = response.get_data()
        if _TRACKER in script:
            response.set_data(script.replace(_TRACKER, b"data:,"))
    return response


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, record: Any) -> None:
    """Give a connection to DuckDB what the role of readers has on PostgreSQL: the search path, and a time limit for its queries."""
    if type(connection).__module__.startswith("duckdb_engine"):
        connection.execute("use marts")
        timer = threading.Timer(QUERY_SECONDS, connection.interrupt)
        timer.daemon = True
        timer.start()
        record.info["limit"] = timer


@event.listens_for(Engine, "close")
def _release(connection: Any, record: Any) -> None:
    if timer := record.info.pop("limit", None):
        timer.cancel()
