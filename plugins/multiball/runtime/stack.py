"""`up`, `down` and `status` for the command line and the Makefile: they print, and return the exit code."""

from __future__ import annotations

import sys
import time

from multiball.runtime import superset, supervision
from multiball.runtime.lifecycle import Status, bring_up, inspect, memory_mb, take_down
from multiball.runtime.signals import ended_by_sigterm
from multiball.settings import Workspace, workspace
from multiball.shapes import Notify


def up() -> int:
    """Start the stack, wait until it is healthy, and print where it is."""
    here = workspace()
    with ended_by_sigterm():
        present = bring_up(here, progress_printer())
    write(addresses(here, present))
    return 0


def down() -> int:
    """Stop the stack, and print whether a process had to be killed."""
    take_down(workspace(), progress_printer())
    return 0


def status() -> int:
    """Print the state of the stack; 1 unless all of it is healthy."""
    here = workspace()
    present = inspect(here)
    if not present.programs and (left := supervision.left_over(here)):
        write(f"The supervisor of the stack of {here.home} has ended or does not respond; {len(left)} of its processes still run.")
        write("make up ends them and starts the stack; make down ends them.")
        return 1
    if not present.programs:
        write(f"The stack of {here.home} is down. Start it with: make up")
        return 1
    for name, state in present.programs.items():
        write(f"{name:<15}{state}")
    for part, state in present.health.items():
        write(f"{part:<15}{state}")
    write(f"{'memory':<15}{memory_mb(here)} MB resident")
    if present.healthy:
        write(addresses(here, present))
    return 0 if present.healthy else 1


def addresses(here: Workspace, present: Status) -> str:
    """Where the stack is, the log-ins, and how to stop it."""
    lines = ["", f"  Superset   {present.dashboards}", f"  Airflow    {present.address}"]
    lines += [f"  log-in     {name} / {password}" for name, password in superset.log_ins(Workspace(here.home)).items()]
    lines[-2:] = [f"{line} (Superset)" for line in lines[-2:]]
    lines += [f"  Mailbox    {present.mailbox}"] if present.mailbox else []
    lines += [f"  Sandbox    {url} ({name})" for name, url in present.sandbox.items()]
    return "\n".join([*lines, f"  Logs       {here.var / 'logs'}", f"  Stop it    MULTIBALL_HOME={here.home} make down", ""])


def write(line: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def progress_printer() -> Notify:
    """A function that prints lines with the seconds since now."""
    started = time.monotonic()
    return lambda line: write(f"[{time.monotonic() - started:4.0f} s] {line}")
