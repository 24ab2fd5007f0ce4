"""The loopback ports of a workspace's servers: chosen once, and stored in `var/ports.json`."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence

from multiball.connectors import connectors
from multiball.settings import REPOSITORY, SANDBOX_PREFIX, Workspace
from multiball.shapes import InputError

LOOPBACK = "127.0.0.1"
SANDBOX = tuple(name for name in sorted(connectors()) if (REPOSITORY / "sandbox" / "platforms" / f"{name}.py").exists())
"""The connectors whose platform the sandbox simulates. Their ports are consecutive."""

MAILBOX = ("mailbox", "smtp")
"""The sandbox's mailbox: its page, and its SMTP server."""

_GROUPS = (("api",), ("superset",))
_DEMO_GROUPS = (SANDBOX, MAILBOX)


def sandbox_variables(chosen: Mapping[str, int]) -> dict[str, str]:
    """The variables with the addresses of a demo's platforms (MULTIBALL_SANDBOX_META_ADS_URL …) and mailbox; else none."""
    urls = {f"{SANDBOX_PREFIX}{name.upper()}_URL": f"http://{LOOPBACK}:{chosen[name]}" for name in SANDBOX if name in chosen}
    return {**urls, **({f"{SANDBOX_PREFIX}SMTP_PORT": str(chosen["smtp"])} if "smtp" in chosen else {})}


def kept(workspace: Workspace) -> Mapping[str, int]:
    """The ports chosen so far, by server. InputError if their file is invalid."""
    file = workspace.var / "ports.json"
    if not file.exists():
        return {}
    try:
        return {str(name): int(port) for name, port in json.loads(file.read_bytes()).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError("does not contain ports", where=str(file), remedy="Remove it: multiball up chooses new ports.") from error


def choose(workspace: Workspace) -> tuple[Mapping[str, int], list[str]]:
    """A free port for each server: the stored one, or a new one if another program uses it. Also returns notes about those.

    Call it only while the workspace's own servers are down.
    """
    before: Mapping[str, int] = {}
    notes = []
    try:
        before = kept(workspace)
    except InputError as error:
        notes.append(f"{error.where} {error.what}: new ones are chosen")
    chosen: dict[str, int] = {}
    for group in (*_GROUPS, *(_DEMO_GROUPS if workspace.is_demo else ())):
        taken = [name for name in group if name in before and not is_free(before[name])]
        fresh = taken or not set(group) <= before.keys()
        chosen |= _free(group, avoid=set(chosen.values())) if fresh else {name: before[name] for name in group}
        notes += [f"port {before[name]} of {name} is taken by another program: it moves to {chosen[name]}" for name in taken]
    workspace.var.mkdir(parents=True, exist_ok=True)
    draft = workspace.var / "ports.draft"
    draft.write_text(json.dumps(chosen) + "\n")
    os.replace(draft, workspace.var / "ports.json")
    return chosen, notes


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _free(names: Sequence[str], avoid: set[int]) -> dict[str, int]:
    """Consecutive free ports for the names."""
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            first = int(probe.getsockname()[1])
        ports = range(first, first + len(names))
        if ports.stop < 65536 and not avoid & set(ports) and all(is_free(port) for port in ports):
            return dict(zip(names, ports, strict=True))
