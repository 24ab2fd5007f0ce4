"""gunicorn's configuration: a few processes that answer one request each.

One at a time, because DuckDB keeps one instance per file and process: of two questions that overlap in one process, the second would be
given the file of the first, although another has been published since. The workers are of the kind `gthread` all the same, since a
connection that a browser opens ahead of use would hold a `sync` worker up.
"""

from __future__ import annotations

import os
from typing import Any

bind = f"127.0.0.1:{os.environ['MULTIBALL_SUPERSET_PORT']}"
wsgi_app = "superset.app:create_app()"
worker_class = "gthread"
workers = int(os.environ.get("MULTIBALL_SUPERSET_WORKERS", "2"))
threads = 1
timeout = 120
preload_app = True
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """A connection to the metadata database belongs to one process: each worker opens its own."""
    from superset import db

    with server.app.wsgi().app_context():
        db.engine.dispose(close=False)
