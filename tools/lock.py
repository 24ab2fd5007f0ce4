"""Compiles `requirements/*.in` to lock files with hashes, for every platform, at one set of versions. Run by `make lock`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
UV = REPOSITORY / ".venv-uv" / "bin" / "uv"
_OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-emit-index-url", "--quiet"]


def main() -> int:
    """Compile; `dev` first, since its versions hold for `multiball` too."""
    for name, constraint in (("uv", None), ("superset", None), ("dev", None), ("multiball", "dev.txt")):
        command = [str(UV), "pip", "compile", *_OPTIONS, f"{name}.in", "-o", f"{name}.txt"]
        subprocess.run([*command, *(["-c", constraint] if constraint else [])], check=True, cwd=REPOSITORY / "requirements")
    return 0


if __name__ == "__main__":
    sys.exit(main())
