"""Which processes have ended."""

from __future__ import annotations

import subprocess
import time

import psutil

from multiball.runtime.supervision import survivors


def test_a_process_that_has_ended_and_was_not_asked_after_does_not_survive() -> None:
    ended, lasting = subprocess.Popen(["true"]), subprocess.Popen(["sleep", "60"])
    try:
        while psutil.Process(ended.pid).status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        began = time.monotonic()
        assert survivors([psutil.Process(ended.pid)], 10) == []
        assert time.monotonic() - began < 5
        assert [process.pid for process in survivors([psutil.Process(ended.pid), psutil.Process(lasting.pid)], 0.3)] == [lasting.pid]
    finally:
        lasting.kill()
        lasting.wait()
        ended.wait()
