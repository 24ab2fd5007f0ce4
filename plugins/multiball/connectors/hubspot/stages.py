"""Lifecycle stages: the portal's list, and the meaning of custom stages by the source's options.

`options.lifecycle_stages` names stages by id or by label: `{partner: none, "Trial user": qualified}`. HubSpot's eight stages need no entry;
what those mean is the seed `hubspot_lifecycle_stage` of the models.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from multiball.connectors._rest import DeadToken, Denied, Rest, listing
from multiball.connectors.hubspot.kinds import VERSION
from multiball.shapes import InputError, Record, Source

log = logging.getLogger(__name__)
MEANINGS = ("lead", "qualified", "customer", "none")
STANDARD = ("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist", "other")


def lifecycle_stages(api: Rest) -> list[dict[str, Any]]:
    """The portal's stages. A custom stage that the options do not name is logged, and its contacts are counted as unknown."""
    declared = _declared(api.source)
    path = f"/crm/properties/{VERSION}/contacts/lifecyclestage"
    try:
        options = api.fetch("GET", path, listing("options"))["options"]
    except Denied as refusal:
        if isinstance(refusal, DeadToken):
            raise
        line = "source %s: the portal's stages are not known, grant crm.schemas.contacts.read (%s)"
        log.warning(line, api.source.name, refusal.what)
        options = [{"value": name} for name in declared]
    stages = api.each("lifecycle_stages", options, lambda option: _stage(declared, option))
    known = {text.lower() for stage in stages for text in (stage["stage"], str(stage["label"]))}
    for name in sorted(declared.keys() - known):
        log.warning("source %s: options.lifecycle_stages names %r, which is not a stage of the portal", api.source.name, name)
    for stage in stages:
        if stage["meaning"] is None and stage["stage"] not in STANDARD:
            line = "source %s: the lifecycle stage %s (%s) has no meaning: add it to options.lifecycle_stages as one of %s"
            log.warning(line, api.source.name, stage["stage"], stage["label"], ", ".join(MEANINGS))
    return stages


def _stage(declared: Mapping[str, str], option: Record) -> dict[str, Any]:
    stage, label = str(option["value"]), option.get("label")
    meaning = declared.get(stage.lower()) or declared.get(str(label).lower())
    return {"stage": stage, "label": label, "display_order": option.get("displayOrder"), "meaning": meaning}


def _declared(source: Source) -> dict[str, str]:
    """The options by lower-case id or label. Raises InputError for an unknown meaning."""
    given = source.options.get("lifecycle_stages") or {}
    where = f"sources.{source.name}.options.lifecycle_stages"
    if not isinstance(given, dict):
        raise InputError(f"is {given!r}", where=where, remedy="Give stages with their meanings, such as {partner: none}.")
    for name, meaning in given.items():
        if meaning not in MEANINGS:
            raise InputError(f"{name} means {meaning!r}", where=where, remedy=f"Give one of {', '.join(MEANINGS)}.")
    return {str(name).strip().lower(): meaning for name, meaning in given.items()}
