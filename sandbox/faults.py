"""Faults that can be switched on, per platform and path, for the next so many calls.

Kinds that answer in place of the platform: `rate_limited` (`retry_after`: seconds, or left out), `server_error` (`status`),
`expired_token`, `retired_metric` (`metric`: only calls that request it), `empty` (200 and nothing). Kinds that spoil the true answer:
`slow` (`seconds`), `hang` (`seconds`, then the connection breaks), `truncated` (the connection breaks in mid-body), `broken_json`
(half of the body, as if it were all), `half_page` (half of the rows, the rest untouched), `additive_field` (`field`, default
`sandbox_new_field`, in every row), `type_flip` (`field`: numbers become the text `n/a`, other texts an object).
"""

from __future__ import annotations

import asyncio
import fnmatch
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.refusals import Refusal, Words, refuse, words_of

_INSTEAD = ("rate_limited", "server_error", "expired_token", "retired_metric")
_SPOILING = ("empty", "slow", "hang", "truncated", "broken_json", "half_page", "additive_field", "type_flip")
KINDS = (*_INSTEAD, *_SPOILING)
_ROWS = ("data", "results")
_NEEDED = {"slow": "seconds", "hang": "seconds", "type_flip": "field", "retired_metric": "metric"}


@dataclass
class Fault:
    """One switched-on fault. `path` is a shell pattern; `times` None: until cleared; `after`: that many calls go well first."""

    platform: str
    kind: str
    path: str = "*"
    times: int | None = 1
    after: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    fired: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known are {', '.join(KINDS)}")
        if (needed := _NEEDED.get(self.kind)) and needed not in self.options:
            raise ValueError(f"the fault {self.kind} needs options.{needed}")

    def wants(self, platform: str, path: str, query: str) -> bool:
        """Whether it applies to such a call."""
        if self.platform != platform or not fnmatch.fnmatchcase(path, self.path):
            return False
        if self.kind != "retired_metric":
            return True
        return self.options["metric"] in ",".join(parse_qs(query).get("metric", [])).replace('"', "").split(",")


class Faults:
    """The faults of a sandbox. Thread-safe: each fires exactly as often as it was configured."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._words: dict[str, Mapping[str, Words]] = {}

    def add(self, platform: str, kind: str, path: str = "*", times: int | None = 1, after: int = 0, **options: Any) -> Fault:
        """Switch a fault on. Raises ValueError when it is not known or not complete."""
        fault = Fault(platform, kind, path, times, after, options)
        if kind in _INSTEAD:
            self.refuse(fault)
        with self._lock:
            self._faults.append(fault)
        return fault

    def know(self, platform: str, words: Mapping[str, Words]) -> None:
        """Register the messages of a platform that is not a module of `sandbox.platforms`."""
        self._words[platform] = words

    def refuse(self, fault: Fault) -> Refusal:
        """The platform's response for a fault that replaces the response. Raises ValueError if it has no message for it."""
        words = self._words.get(fault.platform) or words_of(fault.platform)
        return refuse(fault.platform, words, fault.kind, fault.options)

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._faults.clear()

    def list(self) -> list[Fault]:
        """All that were switched on and not cleared, with how often each fired."""
        with self._lock:
            return list(self._faults)

    def take(self, platform: str, path: str, query: str) -> Fault | None:
        """The first fault for this call, counted as fired; None: the call succeeds."""
        with self._lock:
            for fault in self._faults:
                if not fault.wants(platform, path, query) or (fault.times is not None and fault.fired >= fault.times):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.fired += 1
                return fault
        return None


class Faulty:
    """A platform's app with faults before it."""

    def __init__(self, app: ASGIApp, platform: str, faults: Faults) -> None:
        self._app, self._platform, self._faults = app, platform, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, well or as the fault says."""
        fault = None
        if scope["type"] == "http":
            fault = self._faults.take(self._platform, scope["path"], scope["query_string"].decode())
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind in _INSTEAD:
            answer = self._faults.refuse(fault)
            headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
            await _reply(send, answer.status, headers, answer.body.encode())
        else:
            await self._spoil(fault, scope, receive, send)

    async def _spoil(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind in ("slow", "hang"):
            await asyncio.sleep(float(fault.options["seconds"]))
        heard: list[Message] = []

        async def add_listener(message: Message) -> None:
            heard.append(message)

        await self._app(scope, receive, add_listener)
        status, headers = heard[0]["status"], heard[0].get("headers", [])
        body = b"".join(message.get("body", b"") for message in heard[1:])
        if fault.kind == "truncated" or fault.kind == "hang":
            sent = body[: len(body) // 2] if fault.kind == "truncated" else b""
            await _reply(send, status, headers, sent, promised=max(len(body), 1))
            return
        spoilt = {"slow": body, "empty": b"", "broken_json": body[: len(body) // 2]}.get(fault.kind)
        await _reply(send, status, headers, _spoil_rows(fault, body) if spoilt is None else spoilt)


async def _reply(send: Send, status: int, headers: Any, body: bytes, promised: int | None = None) -> None:
    """Send an answer. When it is shorter than `promised` the server breaks the connection, as it must by HTTP."""
    kept = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    length = str(len(body) if promised is None else promised).encode()
    await send({"type": "http.response.start", "status": status, "headers": [*kept, (b"content-length", length)]})
    await send({"type": "http.response.body", "body": body})


def _spoil_rows(fault: Fault, body: bytes) -> bytes:
    """The body with its rows halved or changed; text that is not JSON is halved by lines, or changed in the named CSV column."""
    try:
        content = json.loads(body)
    except ValueError:
        return _spoil_csv(fault, body.decode()).encode()
    if fault.kind == "type_flip":
        return json.dumps(_flip(content, str(fault.options["field"]))).encode()
    for rows in _rows_of(content):
        if fault.kind == "half_page":
            del rows[len(rows) // 2 :]
        else:
            new = str(fault.options.get("field", "sandbox_new_field"))
            rows[:] = [{**row, new: "new"} if isinstance(row, dict) else row for row in rows]
    return json.dumps(content).encode()


def _rows_of(content: Any) -> list[list[Any]]:
    """The lists of rows in an answer: the answer itself, its members `data` and `results`, or else the first list of objects in it."""
    if isinstance(content, list):
        return [content]
    if not isinstance(content, dict):
        return []
    named = [content[name] for name in _ROWS if isinstance(content.get(name), list)]
    lists = [value for value in content.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    inside = (found for value in content.values() if isinstance(value, dict) and (found := _rows_of(value)))
    return named or lists[:1] or next(inside, [])


def _spoil_csv(fault: Fault, text: str) -> str:
    lines = text.splitlines(keepends=True)
    if fault.kind == "half_page":
        return "".join(lines[: 1 + (len(lines) - 1) // 2])
    rows = [line.rstrip("\r\n").split(",") for line in lines]
    if fault.kind == "additive_field":
        new = str(fault.options.get("field", "sandbox_new_field"))
        return "".join(",".join([*row, new if number == 0 else "new"]) + "\r\n" for number, row in enumerate(rows))
    place = rows[0].index(str(fault.options["field"]))
    return "".join(
        ",".join(["n/a" if number and at == place else cell for at, cell in enumerate(row)]) + "\r\n" for number, row in enumerate(rows)
    )


def _flip(content: Any, name: str) -> Any:
    if isinstance(content, list):
        return [_flip(one, name) for one in content]
    if isinstance(content, dict):
        return {key: _flipped(value) if key == name else _flip(value, name) for key, value in content.items()}
    return content


def _flipped(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        return "n/a"
    try:
        float(value)
    except ValueError:
        return {"value": value}
    return "n/a"
