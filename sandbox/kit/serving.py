"""Serves a declared platform: each call passes auth, limits, account, window and paging in that order, and is answered or refused."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import secrets
import threading
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as Path

from multiball.shapes import InputError
from sandbox.kit import fields, pages, window
from sandbox.kit.call import Call, Refused, Said, Text
from sandbox.kit.tables import ALWAYS, Ended, Row, tables_of
from sandbox.refusals import Words
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.kit.declared import Auth, Errors, Platform, Route, Throttle

_BY_STATUS = {404: "path", 405: "method"}


def make_app(platform: Platform, world: World, clock: Clock) -> Starlette:
    """The app of a platform. It reads tables at the first request."""
    server = _Server(platform, world, clock)

    async def no_route(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _refuse(platform.errors, Refused(_BY_STATUS[error.status_code]), request.url.path)

    return Starlette(
        routes=[Path(route.path, server.endpoint(route), methods=[route.method]) for route in platform.routes],
        exception_handlers={status: no_route for status, kind in _BY_STATUS.items() if kind in platform.errors.words},
    )


class _Server:
    """Answers the calls of one platform that is served."""

    def __init__(self, platform: Platform, world: World, clock: Clock) -> None:
        self._platform, self._world, self._clock = platform, world, clock
        self._spent: dict[Throttle, deque[float]] = defaultdict(deque)
        self._total = 0
        self._lock = threading.Lock()
        self._state: list[Any] = []

    def endpoint(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        """What answers a route's calls."""
        show = route.fields if callable(route.fields) else fields.shape(fields.read(route.fields))

        async def answer(request: Request) -> Response:
            body = await request.body()
            try:
                _authorize(route.auth or self._platform.auth, request)
                headers = self._spend(route.throttle or self._platform.throttle)
                status, content, more = await run_in_threadpool(self._answer, route, show, request, body)
            except Refused as refused:
                return _refuse(self._platform.errors, refused, request.url.path)
            return _response(status, content, headers | more)

        return answer

    def _spend(self, throttle: Throttle | None) -> dict[str, str]:
        """Count a call against its limit."""
        from sandbox.kit.declared import Usage

        self._total += 1
        if throttle is None:
            return {}
        now, calls = monotonic(), self._spent[throttle]
        while calls and calls[0] <= now - throttle.seconds:
            calls.popleft()
        wait = calls[0] + throttle.seconds - now if len(calls) >= throttle.calls else 0.0
        headers = throttle.headers(Usage(max(0, throttle.calls - len(calls) - 1), self._total, wait))
        if wait:
            refused = Refused(throttle.refused, wait=wait)
            refused.headers = headers
            raise refused
        calls.append(now)
        return headers

    def _answer(
        self, route: Route, show: Callable[[Row, Call], dict[str, Any]], request: Request, body: bytes
    ) -> tuple[int, Any, dict[str, str]]:
        """Status, content and headers of an authenticated call."""
        now = self._clock.now().astimezone(UTC).replace(tzinfo=None)
        tables = tables_of(self._world)
        call = Call(request, body, self._world, tables, self._made(), now, dict(request.query_params), path=request.path_params)
        call.account = self._account(route, call)
        if route.check:
            route.check(call)
        if route.window:
            window.read(route.window, call)
        if route.answer:
            content = route.answer(call)
            return (*content, {}) if isinstance(content, tuple) else (200, content, {})
        envelope, paging = self._platform.envelope_of(route), self._platform.paging_of(route)
        size = pages.size_of(paging, call)
        found = self._found(route, call)
        rows = route.rows(call, found) if route.rows else found
        page = pages.cut(paging, call, rows, size, pages.place_of(paging, call, size))
        if route.none and not page.rows:
            raise Refused(route.none, account=call.account)
        shown = [show(row, call) for row in page.rows]
        content = _csv(route, shown) if envelope == pages.CSV else pages.fill(envelope, page, shown, paging.first, paging.last)
        link = {"link": f'<{page.link}>; rel="next"'} if paging.kind == "header_link" and page.link else {}
        return 200, content, link

    def _made(self) -> Any:
        if self._platform.state is None:
            return None
        with self._lock:
            if not self._state:
                self._state.append(self._platform.state(self._world))
            return self._state[0]

    def _account(self, route: Route, call: Call) -> str | None:
        """The account of the call. Refused as `account` if it does not exist."""
        accounts = self._platform.accounts
        if accounts is None or not ("account" in call.path or (route.account and accounts.parameter)):
            return None
        requested = call.path["account"] if "account" in call.path else call.given.get(accounts.parameter or "", "")
        known = requested in accounts.ids if accounts.ids else bool(call.tables.equal(accounts.table, accounts.column, requested).any())
        if not known:
            raise Refused("account", account=requested)
        return requested

    def _found(self, route: Route, call: Call) -> Sequence[Row]:
        """The rows of the route's table that the call may see."""
        if route.table is None:
            return ()
        keep = np.ones(call.tables.table(route.table).num_rows, dtype=bool)
        if route.account and call.account is not None:
            keep &= call.tables.equal(route.table, route.account, call.account)
        if route.window and route.window.column:
            keep &= window.within(route.window, call, call.tables.column(route.table, route.window.column))
        if isinstance(route.appears, Ended):
            keep &= route.appears.by(call.tables, route.table, call.now)
        elif route.appears != ALWAYS:
            keep &= call.tables.column(route.table, str(route.appears)) <= np.datetime64(call.now)
        return call.tables.rows(route.table, keep)


def _authorize(auth: Auth, request: Request) -> None:
    """Refused as `token` without the right one."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if auth.kind == "open":
        return
    if auth.kind == "api_key":
        given = (request.query_params if auth.location == "query" else request.headers).get(auth.name, "")
        right = [given]
    elif auth.kind == "http_basic":
        right = basic(given).split(":") if scheme.lower() == "basic" else []
    else:
        right = [given] if scheme.lower() == "bearer" else []
    if not any(secrets.compare_digest(one.encode(), auth.secret.encode()) for one in right):
        raise Refused("token")


def basic(given: str) -> str:
    """User and password of an Authorization header, with a colon between. Refused as `token` if it is not Basic."""
    try:
        return base64.b64decode(given).decode()
    except (binascii.Error, ValueError) as error:
        raise Refused("token") from error


def _response(status: int, content: Any, headers: Mapping[str, str]) -> Response:
    if isinstance(content, Text):
        return Response(content.text, status, dict(headers), content.media_type)
    if isinstance(content, str):
        return Response(content, status, dict(headers), "text/plain")
    return JSONResponse(content, status, dict(headers))


def _refuse(errors: Errors, refused: Refused, path: str) -> Response:
    said = _said(errors, refused.kind, refused.values, path)
    return _response(said.status, errors.envelope(said), refused.headers)


def _said(errors: Errors, kind: str, values: Mapping[str, Any], path: str) -> Said:
    if kind not in errors.words:
        raise InputError(f"there is no message for {kind!r}", where="Errors.words", remedy="Declare them with says(…).")
    words = errors.words[kind]
    return Said(kind, int(values.get("status", words.status)), words.message.format(**values), words.more, path)


def refusals(errors: Errors) -> dict[str, Words]:
    """The platform's words for faults, as `sandbox.refusals` wants them."""

    def words(kind: str) -> Words:
        def say(options: dict[str, Any]) -> tuple[int, dict[str, str], dict[str, Any] | str]:
            said = _said(errors, kind, options, "")
            body = errors.envelope(said)
            return said.status, {}, body.text if isinstance(body, Text) else body

        return say

    return {kind: words(kind) for kind in ("rate_limited", "server_error", "expired_token", "retired_metric") if kind in errors.words}


def _csv(route: Route, rows: list[dict[str, Any]]) -> Text:
    assert not callable(route.fields)
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields.read(route.fields)])
    writer.writeheader()
    writer.writerows(rows)
    return Text(text.getvalue(), "text/csv")
