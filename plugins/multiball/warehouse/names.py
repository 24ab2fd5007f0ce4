"""Names that are valid for files and schemas."""

from __future__ import annotations

import hashlib
import re

_LONGEST = 36


def slug(build_id: str) -> str:
    """The build's id in at most 36 lower-case letters, digits and underscores; different ids stay different."""
    plain = re.sub(r"[^a-z0-9]+", "_", build_id.lower()).strip("_")
    if plain == build_id and len(plain) <= _LONGEST:
        return plain
    return f"{plain[: _LONGEST - 9]}_{hashlib.sha256(build_id.encode()).hexdigest()[:8]}"
