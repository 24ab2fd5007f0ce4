"""Checks the catalogues of the checkout: every fault of every language, one line each."""

from __future__ import annotations

import sys

from multiball.words.catalogue import faults


def main() -> int:
    """Write every fault to the error output. Exit code 2 where there is one."""
    found = list(faults())
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return 2 if found else 0


if __name__ == "__main__":
    sys.exit(main())
