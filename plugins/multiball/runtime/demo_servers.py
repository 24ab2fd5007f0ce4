"""The sandbox and the mailbox of a demo, distinguished from other programs on their ports."""

from __future__ import annotations

from collections.abc import Mapping

from multiball.runtime import ports
from multiball.settings import Workspace
from multiball.shapes import Failure, Source

PORTS: Mapping[str, tuple[str, ...]] = {"sandbox": ports.SANDBOX, "mailbox": ports.MAILBOX}
"""The programs that only a demo has, each with the names of its ports."""


class DemoServerDown(Failure):
    """A server of the demo does not run; another program may listen on its port. Exit code 1."""


def is_up(workspace: Workspace, program: str) -> bool:
    """Whether the program of this workspace's own stack listens on all its ports."""
    from multiball.runtime import supervision  # imported late, not while DAGs are parsed: it imports the warehouse

    chosen = ports.kept(workspace)
    return set(PORTS[program]) <= chosen.keys() and supervision.listens(workspace, program, *(chosen[name] for name in PORTS[program]))


def require(workspace: Workspace, program: str) -> None:
    """Raises DemoServerDown unless the program runs; another listener on its port is not the demo's."""
    if not is_up(workspace, program):
        raise DemoServerDown(f"the {program} of the demo {workspace.home} does not run. Start the stack with: multiball up.")


def require_of(workspace: Workspace, source: Source) -> None:
    """Raises DemoServerDown if the source is a platform of the demo's sandbox, and the sandbox does not run."""
    if workspace.is_demo and source.base_url in ports.sandbox_variables(ports.kept(workspace)).values():
        require(workspace, "sandbox")
