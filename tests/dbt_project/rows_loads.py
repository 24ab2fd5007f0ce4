"""Loads of the hand-made rows, so that their days are covered. None is so late that a platform's restatement window has passed."""

from __future__ import annotations

from typing import Any


def load(connector: str, entity: str, source: str, start: str, end: str, at: str) -> dict[str, Any]:
    return {
        "run_id": f"cover-{source}-{entity}-{start}", "source": source, "account": "main", "connector": connector, "entity": entity,
        "window_start": start, "window_end": end, "extracted": 1, "landed": 1, "unchanged": 0, "rejected": 0, "deleted": 0,
        "_source": "multiball", "_account": "", "_at": at,
    }  # fmt: skip


YEAR_END = "2026-12-31T22:00:00"

ROWS = {
    ("multiball", "load"): [
        load("meta_ads", "ad_insights", "meta_ads", "2026-10-04", "2026-10-28", "2026-10-29T06:00:00"),
        *(load("site", entity, "site", "2026-06-01", "2026-12-31", YEAR_END) for entity in ("events", "orders")),
        *(load("hubspot", entity, "hubspot", "2026-09-01", "2026-12-31", YEAR_END) for entity in ("contacts", "deals")),
        load("import", "lead", "marketplace_leads", "2026-10-02", "2026-10-16", YEAR_END),
        load("import", "deal", "marketplace_deals", "2026-10-15", "2026-10-16", YEAR_END),
        load("import", "page_event", "weblog", "2026-10-15", "2026-10-15", YEAR_END),
    ]
}
