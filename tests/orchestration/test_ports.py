import socket
from pathlib import Path

from multiball.orchestration import ports
from multiball.settings import Workspace


def test_ports_are_chosen_once_and_kept(tmp_path: Path) -> None:
    first, said = ports.choose(Workspace(tmp_path))
    assert set(first) == set(ports.SERVERS)
    assert len(set(first.values())) == len(first)
    assert said == []
    assert ports.choose(Workspace(tmp_path)) == (first, [])
    assert ports.kept(Workspace(tmp_path)) == first


def test_a_port_that_somebody_took_is_chosen_anew_and_said_so(tmp_path: Path) -> None:
    before, _ = ports.choose(Workspace(tmp_path))
    with socket.create_server((ports.LOOPBACK, before["api"])):
        after, said = ports.choose(Workspace(tmp_path))
    assert after["api"] != before["api"]
    assert {**after, "api": 0} == {**before, "api": 0}
    assert said == [f"port {before['api']} of api is taken by another program: it moves to {after['api']}"]


def test_the_sandbox_gets_consecutive_ports_in_the_order_in_which_it_serves_its_platforms(tmp_path: Path) -> None:
    from sandbox.serve import PLATFORMS

    chosen, _ = ports.choose(Workspace(tmp_path))
    first = chosen[PLATFORMS[0]]
    assert [chosen[name] for name in PLATFORMS] == list(range(first, first + len(PLATFORMS)))
    assert ports.sandbox_variables(chosen)["MULTIBALL_SANDBOX_META_ADS_URL"] == f"http://127.0.0.1:{chosen['meta_ads']}"
