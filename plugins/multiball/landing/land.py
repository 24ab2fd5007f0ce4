"""One load: pages of one account and window → raw vintages of all its entities, visible together or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from multiball.arrow import keep_pandas_out
from multiball.landing.identity import Identities
from multiball.landing.identity_key import check_fingerprint, keep_fingerprint
from multiball.landing.records import Records
from multiball.landing.spool import spooled
from multiball.landing.vintages import Comparison
from multiball.shapes import Entity, Load, Window
from multiball.warehouse import RawTransaction, Scope, Warehouse
from multiball.warehouse.disk import disk_failures
from multiball.warehouse.interface import RawSnapshot
from multiball.warehouse.records import HELD_ROW, LOAD, OWN, REJECTED_ROW, own_rows


def land(
    warehouse: Warehouse,
    *,
    source: str,
    connector: str,
    account: str,
    entities: Sequence[Entity],
    window: Window,
    pages: Iterable[tuple[str, Records]],
    run_id: str,
    identity_key: str,
    phone_region: str | None = None,
    extracted_at: datetime | None = None,
    refused: Sequence[Mapping[str, object]] = (),
    confirmed: bool = False,
) -> list[Load]:
    """Land an extraction; returns the result for each entity, which is also stored in `raw_multiball.load`.

    An entity counts as extracted when it has a page, even an empty one: only then can its missing rows be taken as deleted, and
    only if none of its records was rejected. `extracted_at` (UTC) is the moment at which the load becomes visible, unless given.
    `refused` are rows that never became records, in the columns of `raw_multiball.rejected_row`: they are stored and counted with the load.
    Missing rows are held instead of deleted if they are too many (`holds`), unless the deletion is `confirmed` beforehand.
    A row with a value that is not of its field's type is rejected; characters that cannot be stored are replaced and counted.
    Raises what the extraction raises, and `SourceError` when a field has changed its type: nothing of the load is kept then.
    `WarehouseError` when the warehouse fails. `InputError` when the identity key is not the one that raw was landed with.
    Landing the same data again stores nothing.
    """
    keep_pandas_out()
    identities = Identities(identity_key, phone_region)
    known_key = check_fingerprint(warehouse, identities.fingerprint)
    with spooled(warehouse.scratch, entities, pages, identities, source) as spools:
        for entity in entities:
            warehouse.ensure_raw(connector, entity)
        for record in (LOAD, REJECTED_ROW, HELD_ROW):
            warehouse.ensure_raw(OWN, record)
        scope = Scope(source, account)
        with disk_failures(warehouse.scratch), warehouse.raw_snapshot() as stored:
            extracted = [Comparison(spool, scope, connector, window) for spool in spools if spool.seen or spool.entity.kind != "snapshot"]
            compare(stored, extracted, scope, extracted_at or warehouse.clock()[0], confirmed)
        with warehouse.raw_transaction(run_id) as raw:
            stamp = extracted_at or raw.moment
            if _has_changed(raw, stored.sequence, extracted, scope):
                compare(raw, extracted, scope, stamp, confirmed)
            if known_key is None:
                keep_fingerprint(raw, identities.fingerprint, run_id)
            for comparison in extracted:
                comparison.append(raw, stamp, run_id)
            loads = [_with_refused(_load(comparison, scope, window, run_id), refused) for comparison in extracted]
            own_rows(raw, LOAD, [_record(load, connector) for load in loads], run_id)
            own_rows(raw, REJECTED_ROW, refused, run_id)
    return loads


def compare(stored: RawSnapshot, extracted: Sequence[Comparison], scope: Scope, moment: datetime, confirmed: bool) -> None:
    """Compare all entities of a load with what is `stored` at a moment. It can be repeated."""
    held = stored.newest(OWN, HELD_ROW, scope).read_all()
    for comparison in extracted:
        comparison.compare(stored)
    # hold the other entities of an implausible answer too, so that totals and their parts stay consistent
    holds = not confirmed and any(comparison.lacks_too_much(moment) for comparison in extracted)
    for comparison in extracted:
        comparison.decide(held, holds, confirmed)


def _has_changed(raw: RawTransaction, sequence: int, extracted: Sequence[Comparison], scope: Scope) -> bool:
    """Whether a commit since that one may have changed what was compared with."""
    return raw.changed_since(sequence, OWN, HELD_ROW, scope) or any(comparison.has_changed(raw, sequence) for comparison in extracted)


def _load(comparison: Comparison, scope: Scope, window: Window, run_id: str) -> Load:
    spool, superseded, missing, gone = comparison.spool, *(comparison.count(relation) for relation in ("superseded", "missing", "gone"))
    return Load(
        source=scope.source,
        account=scope.account,
        entity=spool.entity.name,
        window=window,
        run_id=run_id,
        extracted=comparison.extracted,
        landed=comparison.landed,
        unchanged=comparison.unchanged,
        rejected=spool.rejected_rows + superseded,
        deleted=gone,
        drift=tuple(sorted(spool.drift)),
        replaced=spool.replaced,
        known=comparison.known if comparison.is_complete else None,
        held=missing - gone,
    )


def _with_refused(load: Load, refused: Sequence[Mapping[str, object]]) -> Load:
    number = sum(row["entity"] == load.entity for row in refused)
    return replace(load, extracted=load.extracted + number, rejected=load.rejected + number)


def _record(load: Load, connector: str) -> dict[str, object]:
    names = (
        "run_id",
        "source",
        "account",
        "entity",
        "extracted",
        "landed",
        "unchanged",
        "rejected",
        "deleted",
        "known",
        "held",
        "replaced",
    )
    counts = {name: getattr(load, name) for name in names}
    days = {"window_start": load.window.start, "window_end": load.window.end}
    return {**counts, **days, "connector": connector, "drift": json.dumps(load.drift)}
