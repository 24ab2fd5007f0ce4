"""Raw rows of a shop whose answers came empty. test_holds.py says what the marts make of them."""

from __future__ import annotations

from typing import Any

FIRST, SECOND = "2026-03-10T06:00:00", "2026-03-11T06:00:00"


def load(entity: str, at: str, extracted: int, known: int | None, held: int | None, deleted: int = 0) -> dict[str, Any]:
    return {
        "run_id": f"{entity} {at}", "source": "hollow_shop", "account": "1", "connector": "import", "entity": entity,
        "window_start": "2026-03-01", "window_end": "2026-03-09", "extracted": extracted, "landed": extracted, "unchanged": 0,
        "rejected": 0, "deleted": deleted, "known": known, "held": held, "_source": "multiball", "_account": "", "_at": at,
    }  # fmt: skip


def held(entity: str, number: int, at: str, **further: Any) -> dict[str, Any]:
    return {
        "connector": "import", "entity": entity, "row_key": f'{{"id":"{number}"}}', "report_date": "2026-03-01",
        "_source": "hollow_shop", "_account": "1", "_at": at, **further,
    }  # fmt: skip


ROWS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("import", "ad_day"): [
        {
            "date_day": f"2026-03-0{day}", "ad_id": "1", "segment": "", "account_id": "hollow", "platform": "taboola", "currency": "EUR",
            "spend": "1.00", "_source": "hollow_ads", "_account": "1", "_at": FIRST,
        }
        for day in (1, 2, 3)
    ],
    ("multiball", "load"): [
        {**load("ad_day", "2026-12-20T06:00:00", 2, 3, 1), "source": "hollow_ads", "run_id": "ads"},
        load("held_days", FIRST, 30, None, None),  # as loads were recorded before there were holds
        load("held_days", SECOND, 0, 30, 30),
        load("given_again", FIRST, 0, 30, 30),
        load("given_again", SECOND, 28, 30, 0, deleted=2),
        load("few", FIRST, 9, 0, 0),
        load("few", SECOND, 0, 9, 0, deleted=9),
        load("quiet", FIRST, 5, None, 0),
        load("quiet", SECOND, 0, None, 0),
    ],
    ("multiball", "held_row"): [
        {
            "connector": "import", "entity": "ad_day", "row_key": "{}", "report_date": "2026-03-02", "_source": "hollow_ads",
            "_account": "1", "_at": SECOND,
        },
        *(held("held_days", number, SECOND) for number in range(30)),
        *(held("given_again", number, FIRST) for number in range(30)),
        *(held("given_again", number, SECOND, _deleted=True) for number in range(30)),
    ],
}  # fmt: skip
