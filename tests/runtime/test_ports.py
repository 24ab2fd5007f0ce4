import socket
from pathlib import Path

import pytest

from multiball.runtime import ports
from multiball.settings import Workspace
from multiball.shapes import InputError


@pytest.fixture(params=["demo: true", "sources: {}"])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    (tmp_path / "sources.yml").write_text(request.param)
    return Workspace(tmp_path)


def test_ports_are_chosen_once_and_kept(here: Workspace, tmp_path: Path) -> None:
    first, said = ports.choose(here)
    assert {"api", "superset"} <= set(first)
    assert len(set(first.values())) == len(first)
    assert said == []
    assert ports.choose(Workspace(tmp_path)) == (first, [])
    assert ports.kept(Workspace(tmp_path)) == first


def test_a_port_that_somebody_took_is_chosen_again_and_said_so(tmp_path: Path) -> None:
    before, _ = ports.choose(Workspace(tmp_path))
    with socket.create_server((ports.LOOPBACK, before["api"])):
        after, said = ports.choose(Workspace(tmp_path))
    assert after["api"] != before["api"]
    assert {**after, "api": 0} == {**before, "api": 0}
    assert said == [f"port {before['api']} of api is taken by another program: it moves to {after['api']}"]


def test_only_a_demo_has_ports_for_the_sandbox_and_its_mailbox(here: Workspace) -> None:
    (here.var).mkdir()
    (here.var / "ports.json").write_text('{"api": 1, "superset": 2, "smtp": 40025, "mailbox": 40026}')
    chosen, _ = ports.choose(here)
    servers = set(chosen) - {"api", "superset"}
    assert servers == ({*ports.SANDBOX, *ports.MAILBOX} if here.is_demo else set())
    assert (ports.sandbox_variables(chosen) == {}) is not here.is_demo


@pytest.mark.parametrize("spoiled", [b"", b"{", b"[1]", b'{"api": "x"}', b'{"api": null}', b"\xff\x00"])
def test_a_spoiled_file_of_ports_is_said_and_made_again(here: Workspace, spoiled: bytes) -> None:
    here.var.mkdir()
    (here.var / "ports.json").write_bytes(spoiled)
    with pytest.raises(InputError, match=r"ports\.json: does not contain ports\. Remove it: multiball up chooses new ports\."):
        ports.kept(here)
    chosen, said = ports.choose(here)
    assert said == [f"{here.var / 'ports.json'} does not contain ports: new ones are chosen"]
    assert ports.kept(here) == chosen


def test_the_sandbox_gets_consecutive_ports_in_the_order_in_which_it_serves_its_platforms(tmp_path: Path) -> None:
    from sandbox.serve import PLATFORMS

    (tmp_path / "sources.yml").write_text("demo: true")
    chosen, _ = ports.choose(Workspace(tmp_path))
    first = chosen[PLATFORMS[0]]
    assert [chosen[name] for name in PLATFORMS] == list(range(first, first + len(PLATFORMS)))
    assert ports.sandbox_variables(chosen)["MULTIBALL_SANDBOX_META_ADS_URL"] == f"http://127.0.0.1:{chosen['meta_ads']}"
