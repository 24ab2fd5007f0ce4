"""gunicorn's configuration: a few processes that serve one request at a time each.

One at a time, because DuckDB keeps one instance per file and process: the second of two overlapping queries in one process would read
the file of the first, although another has been published since. The workers are `gthread` nevertheless, since a connection that a
browser opens in advance would block a `sync` worker.
"""

from __future__ import annotations

import os
from typing import Any

bind = f"127.0.0.1:{os.environ['MULTIBALL_SUPERSET_PORT']}"
wsgi_app = "superset.app:create_app()"
worker_class = "gthread"
workers = int(os.environ["MULTIBALL_SUPERSET_WORKERS"])
threads = 1
timeout = 120
preload_app = True
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """Give each worker its own connection to the metadata database."""
    from superset import db

    with server.app.wsgi().app_context():
        db.engine.dispose(close=False)
