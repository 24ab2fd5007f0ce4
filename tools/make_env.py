"""Makes or repairs an environment from a lock file with hashes. Standard library only: it runs before anything is installed.

    python3.11 tools/make_env.py multiball    .venv: what Multiball runs on
    python3.11 tools/make_env.py dev          .venv: that, and what its tests and checks add
    python3.11 tools/make_env.py superset     .venv-superset: what the dashboards run on
    python3.11 tools/make_env.py bench/peers/NAME    .venv-peer-NAME: a tool that `make bench` compares with

An environment that matches its lock file is not changed; `dev` contains all of `multiball`.
Exit codes: 0 done, 1 failed, 2 wrong Python.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import TextIO

REPOSITORY = Path(__file__).resolve().parents[1]
ENVIRONMENTS = {"multiball": REPOSITORY / ".venv", "dev": REPOSITORY / ".venv", "superset": REPOSITORY / ".venv-superset"}
INSTALLER = REPOSITORY / ".venv-uv"
STAMP = "installed.json"
_OF_MULTIBALL = ("multiball", "dev")
_LARGER = {"multiball": "dev"}
"""An environment of the second lock file holds all of the first."""


def main(name: str) -> int:
    """Bring the environment of that name to the lock file `requirements/<name>.txt`. One at a time: another call waits."""
    if sys.version_info[:2] != (3, 11):
        sys.stderr.write(
            f"multiball: this is Python {sys.version.split()[0]}. Install Python 3.11, or say where it is: make env PYTHON=…\n"
        )
        return 2
    try:
        with open(REPOSITORY / ".venv.lock", "w") as lock:
            _wait_for(lock)
            if _installed(_environment(name)) not in [_wanted(known) for known in {name, _LARGER.get(name, name)}]:
                _install(name, _environment(name))
    except OSError as error:
        sys.stderr.write(f"multiball: {error.filename or REPOSITORY}: {error.strerror or error}. Correct that and run it again.\n")
        return 1
    except subprocess.CalledProcessError as error:  # venv sets up pip in a process of its own
        said = (error.output or b"").decode(errors="replace").strip().splitlines()
        sys.stderr.write(f"multiball: {_environment(name).name} could not be made: {said[-1] if said else error}. Run it again.\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("multiball: stopped; run it again to continue\n")
        return 1
    return 0


def _environment(name: str) -> Path:
    """Where the environment of that name is; a name with a slash is the folder of a peer, which holds its lock file."""
    return REPOSITORY / f".venv-peer-{Path(name).name}" if "/" in name else ENVIRONMENTS[name]


def _lock_file(name: str) -> Path:
    return REPOSITORY / name / "requirements.txt" if "/" in name else REPOSITORY / "requirements" / f"{name}.txt"


def _wait_for(lock: TextIO) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say(f"waiting for another command that makes an environment in {REPOSITORY}")
        fcntl.flock(lock, fcntl.LOCK_EX)


def _install(name: str, environment: Path) -> None:
    started = time.monotonic()
    lock = _lock_file(name)
    packages = sum("==" in line for line in lock.read_text().splitlines())
    _say(f"{environment.name} from {lock.relative_to(REPOSITORY)}: {packages} packages; a minute or two, more on a slow line")
    uv = _installer()
    python = environment / "bin" / "python"
    if not python.exists():
        venv.create(environment, with_pip=False, symlinks=True)
    (environment / STAMP).unlink(missing_ok=True)
    _run([uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", str(python), str(lock)])
    if name in _OF_MULTIBALL:
        _install_command(environment)
    _stamp(environment, name)
    _say(f"{environment.name} ready after {time.monotonic() - started:.0f} s")


def _install_command(environment: Path) -> None:
    """The command `multiball`, which runs the checkout."""
    site = next((environment / "lib").glob("python3.*")) / "site-packages"
    (site / "multiball.pth").write_text(f"{REPOSITORY / 'plugins'}\n{REPOSITORY}\n")
    command = environment / "bin" / "multiball"
    command.write_text(f"#!{environment / 'bin' / 'python'}\nfrom multiball.cli import main\n\nmain()\n")
    command.chmod(0o755)


def _wanted(name: str) -> list[str]:
    return [name, hashlib.sha256(_lock_file(name).read_bytes()).hexdigest(), sys.version]


def _installed(environment: Path) -> list[str] | None:
    """What the environment was made from; None where it is not complete, be it that a full disk cut its stamp off."""
    stamp = environment / STAMP
    try:
        return json.loads(stamp.read_text()) if stamp.exists() and (environment / "bin" / "python").exists() else None
    except ValueError:
        return None


def _stamp(environment: Path, name: str) -> None:
    (environment / STAMP).write_text(json.dumps(_wanted(name)))


def _installer() -> str:
    """uv, from its own lock file, in an environment of its own. What a killed installation left of it is not used."""
    pip = [str(INSTALLER / "bin" / "python"), "-m", "pip"]
    if _installed(INSTALLER) != _wanted("uv"):
        venv.create(INSTALLER, with_pip=True, clear=True, symlinks=True)
        _run(
            [
                *pip,
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "-r",
                str(REPOSITORY / "requirements" / "uv.txt"),
            ]
        )
        _stamp(INSTALLER, "uv")
    return str(INSTALLER / "bin" / "uv")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, env={**os.environ, **index()})
    if done.returncode != 0:
        sys.stderr.write(
            f"multiball: {Path(command[0]).name} could not install the packages (see above). Check the network, and run it again.\n"
        )
        raise SystemExit(1)


def index() -> dict[str, str]:
    """Pass pip's configured indexes to uv, which does not read pip's configuration. All are equal, as every file's hash is known."""
    found = {"UV_INDEX_STRATEGY": os.environ.get("UV_INDEX_STRATEGY", "unsafe-best-match")}
    for name, option, fallback in (
        ("UV_DEFAULT_INDEX", "index-url", "PIP_INDEX_URL"),
        ("UV_INDEX", "extra-index-url", "PIP_EXTRA_INDEX_URL"),
    ):
        value = os.environ.get(fallback) or _pip_option(option)
        if name not in os.environ and value:
            found[name] = " ".join(value.split())
    links = os.environ.get("PIP_FIND_LINKS") or _pip_option("find-links")
    if "UV_FIND_LINKS" not in os.environ and links:
        found["UV_FIND_LINKS"] = ",".join(links.split())
    return found


def _pip_option(name: str) -> str:
    asked = subprocess.run([sys.executable, "-m", "pip", "config", "get", f"global.{name}"], capture_output=True, text=True)
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
