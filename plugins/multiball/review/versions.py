"""Versions of a month's review, with the inputs of each, so that it can be reproduced byte for byte.

The first review of a month is version 1. Later loads do not change it; only a revision makes the next version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from multiball.review.facts import Audience, Links
from multiball.shapes import InputError
from multiball.warehouse import Warehouse
from multiball.warehouse.records import OWN, REVIEW, own_rows


class Settings(BaseModel):
    """The inputs of a review other than the warehouse."""

    model_config = ConfigDict(frozen=True)

    brand: str
    currency: str
    time_zone: str
    sources: tuple[str, ...]
    links: Links
    audiences: tuple[Audience, ...]


class Version(BaseModel):
    """One version of a month's review. `number` is None for a view of a past state, which is not sent."""

    model_config = ConfigDict(frozen=True)

    month: date
    number: int | None
    as_of: datetime
    issued_at: datetime
    build_id: str | None
    settings: Settings
    run_id: str = ""
    """The run that made it. A run makes at most one version, even if it is restarted."""

    @property
    def label(self) -> str:
        """Its name in addresses and folders."""
        return f"v{self.number}" if self.number else f"as-of-{self.as_of:%Y%m%dT%H%M%S}"


def versions(warehouse: Warehouse, month: date) -> list[Version]:
    """The versions of a month's review, from 1."""
    warehouse.ensure_raw(OWN, REVIEW)
    sql = f"select * from raw_{OWN}.{REVIEW.name} where month = date '{month}' order by version"
    return [
        Version(
            month=row["month"],
            number=row["version"],
            as_of=row["as_of"],
            issued_at=row["issued_at"],
            build_id=row["build_id"],
            settings=_settings(row),
            run_id=row["_run_id"],
        )
        for row in warehouse.read_raw(OWN, sql).to_pylist()
    ]


def _settings(row: Mapping[str, Any]) -> Settings:
    """The settings of a version from this release or an earlier one; InputError where they are invalid."""
    kept = json.loads(row["settings"])
    for audience in kept.get("audiences", ()):
        if "focus_parts" in audience:  # until 2026-11 sections were called parts, and proposals decisions
            parts = audience.pop("focus_parts")
            audience["focus_sections"] = ["proposals" if part == "decisions" else part for part in parts]
    try:
        return Settings.model_validate(kept)
    except ValidationError as error:
        [first, *_] = error.errors()
        fault = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        what = f"version {row['version']} of {row['month']:%Y-%m} was recorded by another release: {fault}"
        raise InputError(what, where=f"raw_{OWN}.{REVIEW.name}", remedy="Open it with the release that made it.") from error


def record_version(warehouse: Warehouse, version: Version, revise: bool) -> Version:
    """Record a version under the next number and return it.

    Returns the existing version where its run has made one already, and the newest one where there is any and `revise` is False.
    """
    warehouse.ensure_raw(OWN, REVIEW)
    with warehouse.raw_transaction() as raw:
        known = versions(warehouse, version.month)
        if found := made_by(version.run_id, known) or (known[-1] if known and not revise else None):
            return found
        numbered = version.model_copy(update={"number": len(known) + 1})
        row = {**numbered.model_dump(exclude={"number", "settings", "run_id"}), "version": numbered.number}
        own_rows(raw, REVIEW, [{**row, "settings": numbered.settings.model_dump_json()}], numbered.run_id)
    return numbered


def made_by(run_id: str, known: Sequence[Version]) -> Version | None:
    """The version that a run made."""
    return next((version for version in known if version.run_id == run_id), None)
