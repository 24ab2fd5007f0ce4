"""Raw rows of a CRM whose records are merged, deleted, archived and in stages of its own, and of imported deals in many states."""

from __future__ import annotations

from typing import Any

SOURCE = "crm_of_others"
FIRST, LATER = "2026-10-20T06:00:00", "2026-10-29T06:00:00"


def row(**values: Any) -> dict[str, Any]:
    return {"_source": SOURCE, "_at": FIRST, **values}


def contact(contact_id: str, stage: str, **further: Any) -> dict[str, Any]:
    moment = f"2026-09-0{contact_id[0]}T08:00:00"
    return row(
        contact_id=contact_id, lifecycle_stage=stage, created_at=moment, modified_at=moment, email_key=f"crm-{contact_id}", **further
    )


def entered(contact_id: str, stage: str, day: int) -> dict[str, Any]:
    return row(contact_id=contact_id, stage=stage, entered_at=f"2026-09-{day:02}T09:00:00")


def deal(deal_id: str, contact_id: str, amount: str, stage_id: str | None, **further: Any) -> dict[str, Any]:
    moments = {"created_at": "2026-09-08T08:00:00", "closed_at": "2026-09-18T00:00:00"}
    return row(
        deal_id=deal_id, contact_id=contact_id, amount=amount, currency="EUR", pipeline_id="p", stage_id=stage_id, **moments, **further
    )


def gone(**values: Any) -> dict[str, Any]:
    return row(_deleted=True, **{**values, "_at": LATER})


ROWS = {
    # 1 and 2 were merged into 3, and 3 into 4; 5 was deleted for good; 6 is archived; 7 and 8 are in stages of the portal's own
    ("hubspot", "contacts"): [
        contact("1", "salesqualifiedlead"),
        contact("2", "lead"),
        contact("3", "subscriber"),
        contact("4", "lead"),
        contact("5", "lead"),
        contact("6", "marketingqualifiedlead", archived=True),
        contact("7", "1501"),
        contact("8", "1502"),
        contact("9", "1503"),
    ],
    ("hubspot", "contact_stages"): [
        entered("1", "lead", 2),
        entered("1", "salesqualifiedlead", 6),
        entered("2", "lead", 1),
        entered("3", "subscriber", 9),
        entered("3", "lead", 1),
        entered("4", "lead", 12),
        entered("5", "lead", 5),
        entered("6", "marketingqualifiedlead", 6),
        entered("7", "1501", 7),
        entered("8", "1502", 8),
        entered("9", "1503", 9),
    ],
    ("hubspot", "contact_merges"): [
        row(merged_id="1", contact_id="3"),
        row(merged_id="2", contact_id="3"),
        row(merged_id="3", contact_id="4"),
    ],
    ("hubspot", "contact_ids"): [
        *(row(contact_id=str(number)) for number in range(1, 9)),
        *(gone(contact_id=number) for number in ("1", "2", "3", "5")),
    ],
    ("hubspot", "lifecycle_stages"): [
        row(stage="1501", label="Trial", meaning="qualified"),
        row(stage="1502", label="Partner", meaning="none"),
        row(stage="1503", label="Whoever"),
    ],
    ("hubspot", "pipeline_stages"): [
        row(pipeline_id="p", stage_id="won", stage_label="Closed won", is_closed=True, probability="1"),
        row(pipeline_id="other", stage_id="trial", stage_label="Trial", is_closed=False, probability="0.5"),
        row(pipeline_id="p", stage_id="lost", is_closed=True, probability="0"),
        row(pipeline_id="p", stage_id="talk", is_closed=False, probability="0.2"),
    ],
    # w1's second stage is of another pipeline
    ("hubspot", "deal_stages"): [
        row(deal_id=deal_id, stage_id=stage_id, entered_at=f"2026-09-{day}T08:00:00")
        for deal_id, stage_id, day in [
            ("w1", "talk", "08"),
            ("w1", "trial", "09"),
            ("w1", "won", "18"),
            ("w2", "lost", "10"),
            ("w2", "won", "11"),
            ("w3", "won", "12"),
            ("w5", "won", "13"),
            ("x3", "elsewhere", "14"),
        ]
    ],
    ("hubspot", "deals"): [
        deal("w1", "1", "100.00", "won"),
        deal("w2", "4", "20.00", "won"),
        deal("w3", "4", "7.00", "won"),
        deal("w4", "6", "5.00", "won", archived=True),
        deal("w5", "5", "3.00", "won"),
        deal("w6", "8", "2.00", "old", is_closed=True, is_won=True),
        deal("x1", "4", "50.00", "lost", is_closed=False, is_won=False),
        deal("x2", "4", "60.00", "talk", is_closed=True, is_won=True),
        deal("x3", "4", "70.00", "elsewhere"),
    ],
    ("hubspot", "deal_merges"): [row(merged_id="w3", deal_id="w2")],
    ("hubspot", "deal_ids"): [
        *(row(deal_id=name) for name in ("w1", "w2", "w3", "w4", "w5", "w6", "x1", "x2", "x3")),
        gone(deal_id="w3"),
        gone(deal_id="w5"),
    ],
    ("import", "deal"): [
        {
            **row(deal_id=f"s{number}", status=status, amount="1.00", currency="EUR", created_at="2026-09-08T08:00:00"),
            "_source": "deals_of_others",
        }
        for number, status in enumerate(["Won", " won ", "LOST", "open", "parked", None, "won?"])
    ],
}
