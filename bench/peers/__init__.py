"""Environments of peers, made when a figure needs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from multiball.shapes import Notify

FOLDER = Path(__file__).resolve().parent
_MAKE_ENV = FOLDER.parents[1] / "tools" / "make_env.py"


class Unavailable(Exception):
    """A peer that is unavailable here; the message says why."""


def python(peer: str, notify: Notify) -> Path:
    """The interpreter of a peer's environment, which is made or repaired where need be. Raises `Unavailable`."""
    name = f"bench/peers/{peer}"
    if not (FOLDER / peer / "requirements.txt").exists():
        raise Unavailable(f"{name} has no requirements.txt: run make lock")
    done = subprocess.run([sys.executable, str(_MAKE_ENV), name], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        notify(line)
    if done.returncode != 0:
        raise Unavailable(f"{name} cannot be installed: {' '.join(done.stderr.split())[-500:] or f'exit code {done.returncode}'}")
    return _MAKE_ENV.parents[1] / f".venv-peer-{peer}" / "bin" / "python"
