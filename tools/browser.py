"""Makes sure that there is a Chromium for the tests that look at pages. Run by `make test`, in `.venv`.

An installed one is used. Otherwise, root on Debian or Ubuntu gets that of the distribution, all others Playwright's own.
Exit codes: 0 there is one, 1 there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APT = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]


def chromium() -> str | None:
    """The path of the browser: the machine's own, or Playwright's."""
    from playwright.sync_api import sync_playwright

    if found := next(filter(None, map(shutil.which, _NAMES)), None):
        return found
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else None


def main() -> int:
    """Install a Chromium where there is none."""
    if chromium():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*_APT, "update"], env=quiet)
        subprocess.run([*_APT, "install", "--yes", "--no-install-recommends", "chromium"], env=quiet, stdout=subprocess.DEVNULL)
    if chromium() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    if chromium() is None:
        sys.stderr.write("multiball: the tests need a browser, and none could be installed: put chromium or google-chrome on the PATH.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
