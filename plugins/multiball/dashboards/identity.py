"""What tells one asset of Superset from another: made from its name, so that it stays the same over every import."""

from __future__ import annotations

import uuid

from multiball.dashboards.source import Language

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "multiball")
DATABASE = "warehouse"


def asset_uuid(kind: str, name: str) -> str:
    """The UUID of the asset `name` (a file's stem) of that kind: `database`, `dataset`, `chart` or `dashboard`."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


def name_in(name: str, language: Language) -> str:
    """The asset's name in a language: English ones have the plain name."""
    return name if language == "en" else f"{name}_{language}"
