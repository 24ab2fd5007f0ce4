"""The loopback ports of a workspace's servers: chosen free once, and kept in `var/ports.json`."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping

from multiball.settings import Workspace

LOOPBACK = "127.0.0.1"
SERVERS = ("api", "sandbox")


def kept(workspace: Workspace) -> Mapping[str, int]:
    """The ports chosen so far, by server."""
    file = workspace.var / "ports.json"
    return {name: int(port) for name, port in json.loads(file.read_text()).items()} if file.exists() else {}


def choose(workspace: Workspace) -> tuple[Mapping[str, int], list[str]]:
    """A free port for each server: the kept one, or another where somebody else took it. Says which were taken.

    Call it only while the workspace's own servers are down.
    """
    before = kept(workspace)
    taken = [name for name in SERVERS if name in before and not is_free(before[name])]
    chosen: dict[str, int] = {}
    for name in SERVERS:
        chosen[name] = before[name] if name in before and name not in taken else _free(avoid=set(chosen.values()))
    workspace.var.mkdir(parents=True, exist_ok=True)
    (workspace.var / "ports.json").write_text(json.dumps(chosen) + "\n")
    return chosen, [f"port {before[name]} of the {name} server is taken by another program: it moves to {chosen[name]}" for name in taken]


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _free(avoid: set[int]) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        if port not in avoid:
            return port
