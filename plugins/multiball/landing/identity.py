"""Plain e-mail addresses and phone numbers → keyed hashes, so that people can be matched without being identified.

The value is normalised, then hashed by HMAC-SHA256 with the workspace's identity key: without the key, guesses cannot be tested.
An invalid address or number has no hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from multiball.landing.placeholders import PLACEHOLDER, is_placeholder_email, is_placeholder_phone
from multiball.landing.texts import contains
from multiball.shapes import InputError

_ADDRESS = r"[^\s@\"'<>()\[\],;:=&?/]+(@|%40)[^\s@\"'<>()\[\],;:=&?/]+\.[A-Za-z]{2,}"
_LONGEST_ADDRESS = 254
MASK = "[e-mail]"


def normalised_email(text: str) -> str | None:
    """The address as `local@domain` in lower case, its domain in ASCII; None if it is invalid.

    Dots and plus parts are kept, since they can matter.
    """
    email = unicodedata.normalize("NFKC", text).strip().strip("<>\"' ").lower()
    local, at, domain = email.rpartition("@")
    if not at or not local or "@" in local or "." not in domain or len(email) > _LONGEST_ADDRESS or re.search(r"\s", email):
        return None
    import idna

    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return None


def normalised_phone(text: str, region: str | None = None) -> str | None:
    """The number in E.164, such as `+49301234567`; None if it is invalid. `region`, ISO 3166, applies to numbers without country code."""
    import phonenumbers  # takes long, and few loads have numbers

    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def fingerprint(key: str) -> str:
    """A keyed digest of an identity key, 16 hexadecimal digits. No address or number has this text, so it is no person's hash."""
    return hmac.new(key.encode(), b"fingerprint of the identity key", hashlib.sha256).hexdigest()[:16]


def _regions() -> frozenset[str]:
    from phonenumbers import SUPPORTED_REGIONS

    return frozenset(SUPPORTED_REGIONS)


class Identities:
    """Hashes under one key. `region` is the default region of phone numbers."""

    def __init__(self, key: str, region: str | None = None) -> None:
        if not key:
            raise InputError(
                "the identity key is empty",
                where="MULTIBALL_IDENTITY_KEY",
                remedy="Set it, in the environment or in var/secrets.env; multiball up generates one for a new workspace.",
            )
        if region is not None and region not in _regions():
            raise InputError(f"{region!r} is not a valid region", where="phone_region", remedy="Give two letters of ISO 3166, such as DE.")
        self._key, self._region = key.encode(), region

    @property
    def fingerprint(self) -> str:
        """Identifies the key without revealing it, 16 hexadecimal digits."""
        return fingerprint(self._key.decode())

    def key(self, text: str, kind: Literal["email", "phone"]) -> str | None:
        """The keyed hash of an address or number, 64 hexadecimal digits; None if it is invalid, `nobody` if it is a placeholder."""
        normal = normalised_email(text) if kind == "email" else normalised_phone(text, self._region)
        if normal is not None and (is_placeholder_email(normal) if kind == "email" else is_placeholder_phone(normal)):
            return PLACEHOLDER
        return None if normal is None else hmac.new(self._key, normal.encode(), hashlib.sha256).hexdigest()

    def keys(self, column: pa.Array, kind: Literal["email", "phone"]) -> pa.Array:
        """The keyed hashes of a column of text; each distinct value is hashed once."""
        different = column.dictionary_encode()
        hashes = [None if value is None else self.key(value, kind) for value in different.dictionary.to_pylist()]
        return pa.array(hashes, pa.string()).take(different.indices)

    def without_addresses(self, column: pa.Array) -> pa.Array:
        """A column of text without e-mail addresses: a text that is an address becomes its hash, an address within a text is masked."""
        if not contains(column, b"@", b"%40"):
            return column
        whole = pc.match_substring_regex(column, f"^{_ADDRESS}$")
        masked = pc.replace_substring_regex(column, _ADDRESS, MASK)
        return pc.if_else(pc.fill_null(whole, False), self.keys(column, "email"), masked)
