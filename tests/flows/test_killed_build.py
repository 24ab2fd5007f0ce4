"""A build's process group ends with the task that started it, however that ends."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from multiball.settings import REPOSITORY

TASK = """
import importlib
import sys
from multiball.runtime.signals import ended_by_sigterm

build = importlib.import_module("multiball.transform.build")
work = build._DBT.partition("from dbt")[0] + '''
import subprocess, time
subprocess.Popen(["sleep", "300"])
print("builds", flush=True)
time.sleep(300)
'''
with ended_by_sigterm():
    build._run([sys.executable, "-c", work], lambda line: print(line, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_task_leaves_no_process_of_its_build(number: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "plugins")}
    task = subprocess.Popen([sys.executable, "-c", TASK], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert task.stdout is not None
    assert task.stdout.readline() == "builds\n"
    group = psutil.Process(task.pid).children(recursive=True)
    assert len(group) == 2
    task.send_signal(number)
    task.wait(timeout=30)
    task.stdout.close()
    deadline = time.monotonic() + 20
    while any(process.is_running() for process in group) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [process for process in group if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []
