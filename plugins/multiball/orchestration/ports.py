"""The loopback ports of a workspace's servers: chosen free once, and kept in `var/ports.json`."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence

from multiball.settings import Workspace

LOOPBACK = "127.0.0.1"
SANDBOX = ("meta_ads", "facebook_pages", "hubspot", "site", "ecb")
"""The sandbox's platforms, whose ports are consecutive and in this order."""

MAILBOX = ("mailbox", "smtp")
"""The sandbox's mailbox: its page, and where it takes mails."""

_GROUPS = (("api",), ("superset",), SANDBOX, MAILBOX)
SERVERS = tuple(name for group in _GROUPS for name in group)


def sandbox_variables(chosen: Mapping[str, int]) -> dict[str, str]:
    """The variables by which `sources.yml` names the sandbox's platforms (MULTIBALL_SANDBOX_META_ADS_URL …), and its mailbox."""
    urls = {f"MULTIBALL_SANDBOX_{name.upper()}_URL": f"http://{LOOPBACK}:{chosen[name]}" for name in SANDBOX}
    return {**urls, "MULTIBALL_SANDBOX_SMTP_PORT": str(chosen["smtp"])}


def kept(workspace: Workspace) -> Mapping[str, int]:
    """The ports chosen so far, by server."""
    file = workspace.var / "ports.json"
    return {name: int(port) for name, port in json.loads(file.read_text()).items()} if file.exists() else {}


def choose(workspace: Workspace) -> tuple[Mapping[str, int], list[str]]:
    """A free port for each server: the kept one, or others where somebody else took it. Says which were taken.

    Call it only while the workspace's own servers are down.
    """
    before = kept(workspace)
    chosen: dict[str, int] = {}
    told = []
    for group in _GROUPS:
        taken = [name for name in group if name in before and not is_free(before[name])]
        fresh = taken or not set(group) <= before.keys()
        chosen |= _free(group, avoid=set(chosen.values())) if fresh else {name: before[name] for name in group}
        told += [f"port {before[name]} of {name} is taken by another program: it moves to {chosen[name]}" for name in taken]
    workspace.var.mkdir(parents=True, exist_ok=True)
    (workspace.var / "ports.json").write_text(json.dumps(chosen) + "\n")
    return chosen, told


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
