"""The sandbox's own switches, under `/_control` of every platform's address: clock, faults and truth. No platform has such paths.

- `GET /_control/clock` returns the time; `POST {"now": "2026-11-01T08:00:00Z"}` sets it, `{"now": null}` lets it follow real time.
- `GET /_control/faults` lists faults; `POST {"platform", "kind", "path"?, "times"?, "after"?, …options}` adds one; `DELETE` clears all.
- `GET /_control/truth` lists the tables of truth at the clock's time; `GET /_control/truth/{table}` gives the rows of one.

A page of another site that is open in the browser of this machine must not use them: they answer only under a name of this machine, and
to no page but their own.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import truth
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.world import World

HOSTS = ["127.0.0.1", "localhost"]


class OwnOriginOnly:
    """Refuses what a browser sends from a page of another address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        request = Request(scope)
        origin = request.headers.get("origin")
        own = {f"http://{request.headers.get('host', '')}"}
        refused = JSONResponse({"error": "a page of another address may not use the sandbox's switches"}, status_code=403)
        await (self.app if origin is None or origin in own else refused)(scope, receive, send)


def make_app(world: World, clock: Clock, faults: Faults) -> Starlette:
    """The switches of one sandbox. What is wrong with a request is said with status 400."""

    async def time(request: Request) -> Response:
        if request.method == "POST":
            now = (await request.json())["now"]
            clock.set(None if now is None else datetime.fromisoformat(now))
        return JSONResponse({"now": clock.now().isoformat(), "stands_still": clock.stands_still})

    async def switched(request: Request) -> Response:
        if request.method == "DELETE":
            faults.clear()
        elif request.method == "POST":
            faults.add(**await request.json())
        return JSONResponse([asdict(fault) for fault in faults.list()])

    async def tables(request: Request) -> Response:
        return JSONResponse(sorted(truth.TABLES))

    async def table(request: Request) -> Response:
        name = request.path_params["table"]
        if name not in truth.TABLES:
            return JSONResponse({"error": f"no truth about {name!r}; there is {', '.join(sorted(truth.TABLES))}"}, status_code=404)
        rows = await run_in_threadpool(lambda: truth.TABLES[name](world, clock.now()).to_pylist())
        return Response(json.dumps(rows, default=str), media_type="application/json")

    async def wrong(request: Request, error: Exception) -> Response:
        return JSONResponse({"error": f"{type(error).__name__}: {error}"}, status_code=400)

    return Starlette(
        routes=[
            Route("/_control/clock", time, methods=["GET", "POST"]),
            Route("/_control/faults", switched, methods=["GET", "POST", "DELETE"]),
            Route("/_control/truth", tables),
            Route("/_control/truth/{table}", table),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS), Middleware(OwnOriginOnly)],
        exception_handlers=dict.fromkeys((ValueError, TypeError, KeyError), wrong),
    )
