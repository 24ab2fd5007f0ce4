"""Fails where an installed package can be had under the GPL or AGPL alone. Names it, with what would be right.

A package under several licences is taken under the mildest. The LGPL is accepted: such libraries are used as they come.
Exit codes: 0 all well, 1 a forbidden licence.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

_GPL = re.compile(r"\bA?GPL|(?<!Lesser )(?<!Library or Lesser )General Public License", re.IGNORECASE)
_LESSER = re.compile(r"\bLGPL|Lesser General Public License", re.IGNORECASE)


def is_forbidden(licence: str) -> bool:
    """Whether none of the licences that a package offers is milder than the GPL. They stand apart by `;` or ` OR `."""
    offered = [part.strip() for part in re.split(r";| OR ", licence) if part.strip()]
    return bool(offered) and all(_GPL.search(part) and not _LESSER.search(part) for part in offered)


def main() -> int:
    """Check every package of this environment."""
    listing = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--format=json", "--with-system"], check=True, capture_output=True, text=True
    )
    packages = json.loads(listing.stdout)
    forbidden = [package for package in packages if is_forbidden(package["License"])]
    for package in forbidden:
        sys.stderr.write(f"{package['Name']} {package['Version']}: {package['License']}. Take a library without the GPL in its place.\n")
    sys.stdout.write(f"licences of {len(packages)} packages: {len(forbidden)} forbidden\n")
    return 1 if forbidden else 0


if __name__ == "__main__":
    sys.exit(main())
