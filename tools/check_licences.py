"""Fails if an installed package is available only under the GPL or AGPL; includes those of Superset and of peers of `make bench`.

Names it, with what would be right.

A package under several licences is taken under the mildest. The LGPL is accepted: such libraries are used as they come.
Exit codes: 0 all well, 1 a forbidden licence.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
_GPL = re.compile(r"\bA?GPL|(?<!Lesser )(?<!Library or Lesser )General Public License", re.IGNORECASE)
_LESSER = re.compile(r"\bLGPL|Lesser General Public License", re.IGNORECASE)


def is_forbidden(licence: str) -> bool:
    """Whether none of the licences that a package offers is milder than the GPL. They stand apart by `;` or ` OR `."""
    offered = [part.strip() for part in re.split(r";| OR ", licence) if part.strip()]
    return bool(offered) and all(_GPL.search(part) and not _LESSER.search(part) for part in offered)


def _packages(python: Path) -> list[dict[str, str]]:
    command = [sys.executable, "-m", "piplicenses", "--python", str(python), "--format=json", "--with-system"]
    packages: list[dict[str, str]] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return packages


def main() -> int:
    """Check every package of this environment, and of those of Superset and of peers that have been made."""
    others = [*REPOSITORY.glob(".venv-superset/bin/python"), *REPOSITORY.glob(".venv-peer-*/bin/python")]
    packages = [package for python in (Path(sys.executable), *others) for package in _packages(python)]
    forbidden = [package for package in packages if is_forbidden(package["License"])]
    for package in forbidden:
        sys.stderr.write(f"{package['Name']} {package['Version']}: {package['License']}. Take a library without the GPL in its place.\n")
    sys.stdout.write(f"licences of {len(packages)} packages: {len(forbidden)} forbidden\n")
    return 1 if forbidden else 0


if __name__ == "__main__":
    sys.exit(main())
