"""The identity key's fingerprint is stored next to the hashes made with it: with another key the same people would no longer match."""

from __future__ import annotations

from collections.abc import Mapping

from multiball.shapes import InputError
from multiball.warehouse import RawTransaction, Scope, Warehouse
from multiball.warehouse.records import IDENTITY_KEY, OWN, own_rows

VARIABLE = "MULTIBALL_IDENTITY_KEY"
_RESTORE = (
    f"Restore {VARIABLE} from the backup of var/secrets.env, in that file or in the environment. If it is lost, move raw away "
    "(var/raw, or the schemas raw_* on Postgres) and load everything again with a new key."
)


def key_of(secrets: Mapping[str, str]) -> str:
    """The workspace's identity key. InputError if there is none."""
    if not secrets.get(VARIABLE):
        raise InputError(
            "the identity key is missing",
            where=VARIABLE,
            remedy="multiball up generates one for a new workspace; otherwise restore it from the backup of var/secrets.env.",
        )
    return secrets[VARIABLE]


def stored_fingerprint(warehouse: Warehouse) -> str | None:
    """The fingerprint of the key that raw was landed with; None before the first load."""
    warehouse.ensure_raw(OWN, IDENTITY_KEY)
    rows = warehouse.read_raw(OWN, f"select fingerprint from raw_{OWN}.{IDENTITY_KEY.name} order by _extracted_at limit 1").to_pylist()
    return str(rows[0]["fingerprint"]) if rows else None


def check_fingerprint(warehouse: Warehouse, fingerprint: str | None) -> str | None:
    """The fingerprint of raw. InputError if it differs from that of the present key, which is None if there is no key."""
    stored = stored_fingerprint(warehouse)
    _compare(stored, fingerprint)
    return stored


def keep_fingerprint(raw: RawTransaction, fingerprint: str, run_id: str) -> None:
    """Store the fingerprint of the first load. InputError if another load has just stored that of another key."""
    stored = raw.newest(OWN, IDENTITY_KEY, Scope(OWN, "")).read_all().to_pylist()
    for row in stored:
        _compare(row["fingerprint"], fingerprint)
    if not stored:
        own_rows(raw, IDENTITY_KEY, [{"fingerprint": fingerprint}], run_id)


def _compare(stored: str | None, present: str | None) -> None:
    if stored is None or stored == present:
        return
    if present is None:
        raise InputError(
            f"the identity key is missing, and raw was landed with one (fingerprint {stored})", where=VARIABLE, remedy=_RESTORE
        )
    raise InputError(
        f"the identity key (fingerprint {present}) is not the one that raw was landed with (fingerprint {stored})",
        where=VARIABLE,
        remedy=_RESTORE,
    )
