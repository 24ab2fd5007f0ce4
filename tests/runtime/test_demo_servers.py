"""A demo's own servers are distinguished from other programs on their ports."""

from __future__ import annotations

import json
import socket
from datetime import date

import pytest

from multiball.runtime import demo_servers, ports, supervision
from multiball.shapes import Source
from tests.runtime import small_stack

DEMO = "demo: true\n"


def mailbox(chosen: dict[str, int]) -> list[str]:
    return ["-m", "sandbox.mailbox", "--folder", "mails", "--port", str(chosen["mailbox"]), "--smtp-port", str(chosen["smtp"])]


def test_the_mailbox_of_the_workspaces_own_stack_is_up_and_a_stranger_on_its_port_is_not() -> None:
    with small_stack.folder(DEMO) as here, small_stack.folder(DEMO) as other:
        chosen = dict(ports.choose(here)[0])
        assert not demo_servers.is_up(here, "mailbox")
        small_stack.start(here, {"mailbox": mailbox(chosen)})
        small_stack.until(lambda: demo_servers.is_up(here, "mailbox"))
        demo_servers.require(here, "mailbox")

        (other.var / "ports.json").write_text(json.dumps(chosen))
        small_stack.start(other, {"mailbox": list(small_stack.SLEEPER)})
        assert not demo_servers.is_up(other, "mailbox")
        with pytest.raises(demo_servers.DemoServerDown, match=rf"mailbox of the demo {other.home} does not run.*multiball up"):
            demo_servers.require(other, "mailbox")

        supervision.stop(here)
        with socket.create_server((ports.LOOPBACK, chosen["smtp"])), socket.create_server((ports.LOOPBACK, chosen["mailbox"])):
            assert not demo_servers.is_up(here, "mailbox")


def test_a_source_is_not_pulled_from_another_program_at_the_sandboxs_port() -> None:
    with small_stack.folder(DEMO) as here, small_stack.folder() as real:
        chosen, _ = ports.choose(here)
        (real.var / "ports.json").write_text(json.dumps(chosen))
        with socket.create_server((ports.LOOPBACK, chosen["ecb"])):
            sandboxed = source(f"http://{ports.LOOPBACK}:{chosen['ecb']}")
            with pytest.raises(demo_servers.DemoServerDown, match="sandbox of the demo"):
                demo_servers.require_of(here, sandboxed)
            demo_servers.require_of(here, source("https://data-api.ecb.europa.eu"))
            demo_servers.require_of(real, sandboxed)


def source(base_url: str) -> Source:
    return Source("ecb", "ecb", base_url, ("EXR",), {}, date(2026, 1, 1), "owner@example.com")
