"""Checks the catalogues of the checkout and writes one line for each fault."""

from __future__ import annotations

import sys

from multiball.words.catalogue import faults


def main() -> int:
    """Write every fault to stderr. Exit code 2 if there is one."""
    found = list(faults())
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return 2 if found else 0


if __name__ == "__main__":
    sys.exit(main())
