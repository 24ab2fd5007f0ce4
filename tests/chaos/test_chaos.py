"""The harness: a short run finds nothing, and a planted defect is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from multiball.settings import REPOSITORY

pytestmark = [pytest.mark.engine, pytest.mark.slow]
PLANTED = """
import sys
from chaos import __main__, faults
from chaos.life import TASKS
from multiball.review import delivery
faults.TASKS = TASKS[-1:]
delivery._begin = lambda warehouse, mail, again: ((), mail.recipients)
sys.exit(__main__.main(sys.argv[1:]))
"""
"""The life has its last task only, a mail whose attempt is not recorded before it begins."""


def run(output: Path, *arguments: str, code: tuple[str, ...] = ("-m", "chaos")) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'plugins'}"}
    command = [sys.executable, *code, "--output", str(output), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=400, env=environment, cwd=REPOSITORY)


@pytest.mark.timeout(500)
def test_a_short_run_with_every_kind_of_fault_finds_no_difference(tmp_path: Path) -> None:
    ended = run(tmp_path / "chaos.json", "--engine", "duckdb", "--most", "1", "--seed", "7")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    figures = {entry["kind"]: entry for entry in json.loads((tmp_path / "chaos.json").read_text())["figures"]}
    assert set(figures) == {"kill", "clock", "flip", "disk", "server", "pair"}
    assert all(entry["tried"] == entry["equal"] for entry in figures.values() if entry["kind"] != "flip")
    assert figures["kill"]["tried"] == 9 and figures["kill"]["points"] > 500, "the life or its events are not seen any more"


@pytest.mark.timeout(500)
def test_a_planted_defect_is_found_and_named(tmp_path: Path) -> None:
    ended = run(tmp_path / "chaos.json", "--engine", "duckdb", "--only", "kills", code=("-c", PLANTED))
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "mail, killed before event" in ended.stdout and '"mails": 2' in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--only", "fire"], "chaos: --only: 'fire' is not a kind of fault. Choose from kills"), (["--engine", "oracle"], "invalid choice")],
)
def test_a_wrong_argument_is_refused_in_a_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    ended = run(tmp_path / "chaos.json", *arguments)
    assert ended.returncode == 2 and said in ended.stderr and "Traceback" not in ended.stderr
