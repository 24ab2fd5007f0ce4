"""The intake of the brand's collector: Segment's HTTP API, the write key as Basic user; a messageId is taken once."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.kit import Call, Refused
from sandbox.platforms.segment import take
from sandbox.world import World

WRITE_KEY = "sandbox-site-write"
MOST_BYTES = 500_000
KINDS = ("batch", "track", "page", "identify", "screen", "group", "alias")


class Collector:
    """The orders that events mention, each with its lines, and the messages that were posted, by messageId."""

    def __init__(self, world: World) -> None:
        lines: dict[str, list[dict[str, Any]]] = {}
        for line in world.order_lines.to_pylist():
            lines.setdefault(line.pop("order_id"), []).append(line)
        self.orders = {row["order_id"]: {**row, "lines": lines[row["order_id"]]} for row in world.orders.to_pylist()}
        self.posted: dict[str, dict[str, Any]] = {}
        self._known = frozenset(world.events["event_id"].to_pylist())

    def keep(self, message: dict[str, Any]) -> None:
        """Store a message that was not sent before."""
        if message["messageId"] not in self._known:
            self.posted.setdefault(message["messageId"], message)


def intake(call: Call) -> dict[str, bool]:
    """`POST /v1/batch`, `/v1/track`, `/v1/page` and their kin."""
    if len(call.body) > MOST_BYTES:
        raise Refused("too_large")
    body, kind = call.json(), call.path["kind"]
    if _write_key(call, body) != WRITE_KEY:
        raise Refused("write_key")
    if kind not in KINDS:
        raise Refused("call", call=kind)
    messages = body["batch"] if kind == "batch" else [{"type": kind, **body}]
    try:
        taken = [take(message, body.get("sentAt"), call.now) for message in messages]
    except ValueError as error:
        raise Refused("message", error=error) from error
    for message in taken:
        call.state.keep(message)
    return {"success": True}


def _write_key(call: Call, body: dict[str, Any]) -> str | None:
    scheme, _, text = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return body.get("writeKey")
    try:
        return base64.b64decode(text).decode().partition(":")[0]
    except (binascii.Error, ValueError) as error:
        raise Refused("not_basic") from error
