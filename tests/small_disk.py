"""A real disk that is soon full. Only root may have one, and not in every container: the tests that need it are skipped there."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_FORBIDDEN = ("permission denied", "must be superuser", "not permitted")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A disk of that size (`64k`, `12m`) at the folder, and what gives it another size."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, text=True)
    if mounted.returncode and any(word in mounted.stderr.lower() for word in _FORBIDDEN):
        pytest.skip(f"a full disk is not tested, as no disk may be mounted here: {mounted.stderr.strip()}")
    assert mounted.returncode == 0, mounted.stderr

    def resize(to: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={to}", str(folder)], check=True)

    try:
        yield resize
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
