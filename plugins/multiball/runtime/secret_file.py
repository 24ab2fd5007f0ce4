"""`var/secrets.env`: what Multiball generates once per workspace, readable by its owner alone."""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
from collections.abc import Callable, Mapping

from multiball.landing import identity_key
from multiball.settings import SANDBOX_PREFIX, Workspace
from multiball.texts import is_there, utf8_text
from multiball.warehouse import WarehouseError, open_warehouse


def _token() -> str:
    return secrets.token_urlsafe(32)


def _password() -> str:
    return secrets.token_urlsafe(12)


def _fernet_key() -> str:
    """A Fernet key: 32 random bytes in URL-safe base 64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


GENERATED: Mapping[str, Callable[[], str]] = {
    "AIRFLOW__CORE__FERNET_KEY": _fernet_key,
    "AIRFLOW__API__SECRET_KEY": _token,
    "AIRFLOW__API_AUTH__JWT_SECRET": _token,
    "SUPERSET_SECRET_KEY": _token,
    "MULTIBALL_ADMIN_PASSWORD": _password,
    "MULTIBALL_ANALYST_PASSWORD": _password,
    "MULTIBALL_LEADERSHIP_PASSWORD": _password,
    "MULTIBALL_READER_PASSWORD": _password,
    identity_key.VARIABLE: _token,
}
"""The secrets every workspace has, and how each is made."""


def ensure(workspace: Workspace, given: Mapping[str, str] = {}) -> Workspace:
    """Generate the secrets that are missing, and set those of `given`. Returns the workspace with its secrets read again.

    What the file already holds stays, its comments too; but where a sandbox is, stands in the file of a demo alone. The file is replaced
    in one move and never readable by others.
    An identity key is generated only where raw holds no hashes yet; InputError where one is missing and raw was landed with it.
    """
    workspace.var.mkdir(parents=True, exist_ok=True)
    folder = os.open(workspace.var, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # another command may generate them, too
        _write(Workspace(workspace.home), given)
    finally:
        os.close(folder)
    return Workspace(workspace.home)


def _write(workspace: Workspace, given: Mapping[str, str]) -> None:
    file = workspace.var / "secrets.env"
    before = utf8_text(file).splitlines() if is_there(file) else None
    lines = ["# Generated. Keep it: the hashes of identities depend on it."] if before is None else list(before)
    if not workspace.is_demo:
        lines = [line for line in lines if not line.startswith(SANDBOX_PREFIX)]
    present = {line.split("=", 1)[0]: position for position, line in enumerate(lines) if "=" in line and not line.startswith("#")}
    wanted = {name: make() for name, make in GENERATED.items() if name not in present and name != identity_key.VARIABLE} | dict(given)
    if not workspace.secrets.get(identity_key.VARIABLE) and _has_no_key_yet(workspace):
        wanted[identity_key.VARIABLE] = GENERATED[identity_key.VARIABLE]()
    for name, value in wanted.items():
        if name in present:
            lines[present[name]] = f"{name}={value}"
        else:
            lines.append(f"{name}={value}")
    if lines == before and file.stat().st_mode & 0o077 == 0:
        return
    draft = file.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as output:
        output.write("\n".join(lines) + "\n")
        output.flush()
        os.fsync(output.fileno())  # a key that is lost with the machine's power cannot be made again
    os.replace(draft, file)


def _has_no_key_yet(workspace: Workspace) -> bool:
    """Whether a new identity key harms nothing; unknown, and so false, where the warehouse does not answer. A later call asks again."""
    if not workspace.sources_file.exists():
        return True
    try:
        identity_key.check_fingerprint(open_warehouse(workspace), None)
    except WarehouseError:
        return False
    return True
