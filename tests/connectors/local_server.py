"""A loopback HTTP server for tests: a handler answers, or an upstream does, and faults can be laid over either."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    """Bytes at the end that are announced and never sent."""

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> Reply:
        return cls(status, json.dumps(value).encode(), {"content-type": "application/json", **headers})


Handler = Callable[[Request], Reply]


@contextmanager
def serve(handler: Handler) -> Iterator[str]:
    """The base URL of a server that answers with `handler`, on a free port."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = handler(Request(self.command, self.path, headers, body))
            self.send_response(reply.status)
            for name, value in {**reply.headers, "content-length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) - reply.cut])
            self.close_connection = self.close_connection or reply.cut > 0

        do_POST = do_GET

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def forward(upstream: str) -> Handler:
    """A handler that passes everything on to `upstream`."""
    client = httpx.Client(base_url=upstream, timeout=30)

    def handle(request: Request) -> Reply:
        headers = {name: request.headers[name] for name in ("authorization", "content-type", "accept") if name in request.headers}
        answer = client.request(request.method, request.target, headers=headers, content=request.body)
        passed = {name: value for name, value in answer.headers.items() if name.startswith("x-") or name == "content-type"}
        return Reply(answer.status_code, answer.content, passed)

    return handle


def failing_first(handler: Handler) -> Handler:
    """Every request fails the first time, each in another way; the second time it is answered."""
    seen: set[tuple[str, str, bytes]] = set()

    def handle(request: Request) -> Reply:
        asked = (request.method, request.target, request.body)
        if asked in seen:
            return handler(request)
        seen.add(asked)
        match len(seen) % 5:
            case 0:
                return Reply.of({"message": "slow down"}, 429, **{"retry-after": "1"})
            case 1:
                return Reply(500, b"<html>down</html>")
            case 2:
                return Reply(200, b"")
        whole = handler(request)
        half = len(whole.body) // 2
        if len(seen) % 5 == 3:
            return Reply(whole.status, whole.body, whole.headers, cut=len(whole.body) - half)
        return Reply(whole.status, whole.body[:half], whole.headers)

    return handle


def always(status: int, body: Any) -> Handler:
    """One answer to everything."""
    return lambda request: Reply.of(body, status)


Known = dict[tuple[str, str, bytes], Reply]
"""The last answer to each request, by its method, target and body."""


def recording(handler: Handler, known: Known) -> Handler:
    """Notes every answer in `known`."""

    def handle(request: Request) -> Reply:
        reply = handler(request)
        known[request.method, request.target, request.body] = reply
        return reply

    return handle


def replaying(known: Known, handler: Handler) -> Handler:
    """Answers as before what was asked before."""
    return lambda request: known.get((request.method, request.target, request.body)) or handler(request)


def dying(handler: Handler, after: int, refusal: Reply) -> Handler:
    """Answers `after` requests, then refuses all."""
    seen: list[Request] = []

    def handle(request: Request) -> Reply:
        seen.append(request)
        return handler(request) if len(seen) <= after else refusal

    return handle


def counting(handler: Handler, seen: list[Request]) -> Handler:
    """Notes every request in `seen`."""

    def handle(request: Request) -> Reply:
        seen.append(request)
        return handler(request)

    return handle


def with_new_fields(handler: Handler) -> Handler:
    """Every row of an answer, and the answer itself, has one field that no documentation knows."""
    new = {"brand_new_field": "1"}

    def handle(request: Request) -> Reply:
        whole = handler(request)
        if "json" not in whole.headers.get("content-type", ""):
            return whole
        body = json.loads(whole.body) | new
        rows = {name: [row | new for row in body[name]] for name in ("data", "results") if name in body}
        return Reply(whole.status, json.dumps(body | rows).encode(), whole.headers)

    return handle
