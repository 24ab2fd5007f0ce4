"""Two demos of one workspace at once."""

from __future__ import annotations

import os
import subprocess
import sys

from multiball.runtime import supervision
from multiball.settings import REPOSITORY
from tests.runtime import small_stack


def test_a_second_demo_says_at_once_that_it_waits_and_starts_nothing_meanwhile() -> None:
    with small_stack.folder("demo: true\nsources: {}\n") as here:
        with supervision.claim_demo(here, print):
            environment = {**os.environ, "MULTIBALL_HOME": str(here.home), "PYTHONPATH": str(REPOSITORY / "plugins")}
            command = [sys.executable, "-c", "from multiball.cli import main; main()", "demo"]
            second = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            assert second.stdout and f"waiting for another demo of {here.home}" in second.stdout.readline()
            second.terminate()
            _, said = second.communicate(timeout=60)
        assert (second.returncode, said.strip()) == (1, "multiball: stopped")
        assert not (here.var / "supervisord.conf").exists()
