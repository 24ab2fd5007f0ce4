"""How records of the CRM end without a trace: contacts are merged two at a time, and some contacts and deals are deleted for good."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.world.chance import Chance, Numbers
from sandbox.world.moments import DAY, make_table

MERGED, ERASED, ERASED_DEALS = 0.03, 0.02, 0.04


def make_endings(
    chance: Chance, contact_id: Numbers, person: Numbers, created: Numbers, archived: Numbers, with_deal: Numbers, deals: pa.Table
) -> dict[str, pa.Table]:
    """`crm_merges` and `crm_erasures`. A contact is merged with the one that came next; neither is archived. Deals outlive both."""
    free = ~archived
    starts = (chance.uniform("merged", person) < MERGED) & free
    starts[:-1] &= free[1:]
    starts[-1:] = False
    starts[1:] &= ~starts[:-1]
    first = np.flatnonzero(starts)
    second = first + 1
    at = np.maximum(created[first], created[second]) + (DAY * (2 + 18 * chance.uniform("merged at", person[first]))).astype(np.int64)
    into = np.array([f"9{text}" for text in contact_id[first].tolist()])
    touched = np.zeros(len(contact_id), dtype=bool)
    touched[first] = touched[second] = True
    erased = np.flatnonzero((chance.uniform("erased", person) < ERASED) & free & ~with_deal & ~touched)
    erased_at = created[erased] + (DAY * (10 + 50 * chance.uniform("erased at", person[erased]))).astype(np.int64)
    lost = [row for row in deals.select(["deal_id", "created_at", "archived_at"]).to_pylist() if row["archived_at"] is None]
    shares = chance.uniform("deal erased", np.array([int(row["deal_id"]) for row in lost], dtype=np.int64))
    gone = [row for row, share in zip(lost, shares.tolist(), strict=True) if share < ERASED_DEALS]
    days = [int(row["created_at"].timestamp() * 1_000_000) for row in gone]
    return {
        "crm_merges": make_table(
            "crm_merges",
            {
                "merged_id": np.concatenate([contact_id[first], contact_id[second]]),
                "into_id": np.concatenate([into, into]),
                "merged_at": np.concatenate([at, at]),
                "is_primary": np.concatenate([np.ones(len(first), bool), np.zeros(len(first), bool)]),
            },
        ).sort_by([("merged_at", "ascending"), ("merged_id", "ascending")]),
        "crm_erasures": make_table(
            "crm_erasures",
            {
                "kind": ["contacts"] * len(erased) + ["deals"] * len(gone),
                "object_id": [*contact_id[erased].tolist(), *(row["deal_id"] for row in gone)],
                "erased_at": np.concatenate([erased_at, np.array([day + 60 * DAY for day in days], dtype=np.int64)]),
            },
        ).sort_by([("erased_at", "ascending"), ("object_id", "ascending")]),
    }
