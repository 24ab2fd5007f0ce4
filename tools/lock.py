"""Compiles `requirements/*.in`, and those of the peers of `make bench`, to lock files with hashes. Run by `make lock`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from make_env import index

REPOSITORY = Path(__file__).resolve().parents[1]
UV = REPOSITORY / ".venv-uv" / "bin" / "uv"
_OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-emit-index-url", "--quiet"]


def main() -> int:
    """Compile; `dev` first, since its versions hold for `multiball` too. Each peer has versions of its own."""
    for name, constraint in (("uv", None), ("superset", None), ("dev", None), ("multiball", "dev.txt")):
        _compile(REPOSITORY / "requirements", name, ["-c", constraint] if constraint else [])
    for peer in sorted((REPOSITORY / "bench" / "peers").glob("*/requirements.in")):
        _compile(peer.parent, "requirements", [])
    return 0


def _compile(folder: Path, name: str, more: list[str]) -> None:
    command = [str(UV), "pip", "compile", *_OPTIONS, f"{name}.in", "-o", f"{name}.txt", *more]
    subprocess.run(command, check=True, cwd=folder, env={**os.environ, **index()})


if __name__ == "__main__":
    sys.exit(main())
