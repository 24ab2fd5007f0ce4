"""`var/secrets.env`: generated once per workspace, readable only by its owner."""

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

    Existing lines and comments are kept, but the addresses of a sandbox are only in the file of a demo. The file is replaced
    atomically and never readable by others.
    An identity key is generated only if raw contains no hashes; InputError if it is missing and raw was landed with one.
    """
    workspace.var.mkdir(parents=True, exist_ok=True)
    folder = os.open(workspace.var, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # another command may also generate them
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
    missing = {name: make() for name, make in GENERATED.items() if name not in present and name != identity_key.VARIABLE} | dict(given)
    if not workspace.secrets.get(identity_key.VARIABLE) and _has_no_key_yet(workspace):
        missing[identity_key.VARIABLE] = GENERATED[identity_key.VARIABLE]()
    for name, value in missing.items():
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
        os.fsync(output.fileno())  # a key lost in a power failure cannot be generated again
    os.replace(draft, file)


def _has_no_key_yet(workspace: Workspace) -> bool:
    """Whether a new identity key is safe; unknown, and so false, if the warehouse does not respond. A later call checks again."""
    if not workspace.sources_file.exists():
        return True
    try:
        identity_key.check_fingerprint(open_warehouse(workspace), None)
    except WarehouseError:
        return False
    return True
