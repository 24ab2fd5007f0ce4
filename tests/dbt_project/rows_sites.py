"""Raw rows of two sites whose visitors, customers and sessions have like ids, and of identifiers that identify nobody.

The values in test_identifiers.py are solved by hand from these.
"""

from __future__ import annotations

from typing import Any

AT = "2026-04-20T06:00:00"
NOBODIES = [
    "", "  ", "0", "0.0", "000", "-1", "-1.0", "undefined", "NULL", "None", "nan", "N/A", "(not set)", "[object Object]", "Anonymous",
    "guest", "00000000-0000-0000-0000-000000000000", "null.null", "{{user_id}}", "__CLICKID__", "%%USER%%", "{gclid}", '"null"', "-",
    "游客", "ГОСТЬ", "Gäst", "INVITÉ", "ゲスト", "\u00a0\u3000", "unbekannt", "undefined.1.undefined",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
]  # fmt: skip
"""Each is the only identifier of one order, of one visit and of one lead."""
SOMEBODIES = [
    "17",
    "guestavo",
    "nullius",
    "-8345983459834",
    "0042",
    "nan1",
    "{6F9619FF-8B86-D011-B42D-00CF4FC964FF}",
    "10.0",
    "用户1",
    "none of us",
]
TILL = [f"till{number}" for number in range(11)]
"""The e-mail keys of eleven people who bought at one till."""


def event(event_id: str, site: str, moment: str, **further: Any) -> dict[str, Any]:
    return {
        "event_id": event_id, "site_id": site, "occurred_at": moment, "event_name": "page_view", "page_url": f"https://{site}/", "_at": AT,
        "_source": "sites", "_account": "agency", **further,
    }  # fmt: skip


def order(order_id: str, account: str, moment: str, revenue: str = "10", **further: Any) -> dict[str, Any]:
    return {
        "order_id": order_id, "ordered_at": moment, "currency": "EUR", "revenue": revenue, "status": "paid", "_source": "shops",
        "_account": account, "_at": AT, **further,
    }  # fmt: skip


EVENING, NEXT_DAY = "2026-04-01T18:00:00", "2026-04-02T09:00:00"
ROWS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("import", "page_event"): [
        event("1", "a.example", EVENING, visitor_id="1", session_id="s", utm_source="newsletter", utm_medium="email", user_id="17"),
        event("1", "b.example", "2026-04-01T18:05:00", visitor_id="1", session_id="s", utm_source="partner", utm_medium="affiliate"),
        event("2", "b.example", "2026-04-01T18:06:00", visitor_id="1", session_id="s"),
        *(
            event(f"n{number}", "a.example", f"2026-04-03T{number // 6:02}:{number % 6 * 10:02}:00", visitor_id=nobody, session_id=nobody,
                  user_id=nobody, gclid=nobody, utm_source="newsletter", utm_medium="email")
            for number, nobody in enumerate(NOBODIES)
        ),
        *(event(f"t{number}", "a.example", f"2026-04-04T{number:02}:00:00", visitor_id="till", utm_source="x") for number in range(2)),
    ],
    ("import", "order"): [
        order("1", "a.example", NEXT_DAY, "100", visitor_id="1", customer_id="17"),
        order("1", "b.example", NEXT_DAY, "30", visitor_id="1", customer_id="17"),
        *(order(f"n{number}", "a.example", NEXT_DAY, visitor_id=nobody, customer_id=nobody) for number, nobody in enumerate(NOBODIES)),
        order("mails", "a.example", NEXT_DAY, email_key="nobody", phone_key="nobody"),
        order("mails again", "a.example", NEXT_DAY, email_key="nobody"),
        *(order(f"s{number}", "a.example", NEXT_DAY, customer_id=f" {somebody} ") for number, somebody in enumerate(SOMEBODIES)),
        *(order(f"till{key}", "a.example", "2026-04-05T09:00:00", email_key=key, visitor_id="till", customer_id="till") for key in TILL),
        order("at the till", "a.example", "2026-04-05T10:00:00", visitor_id="till", customer_id="till"),
        *(order(f"kin{number}", "a.example", "2026-04-05T09:00:00", email_key=f"kin{number}", visitor_id="family") for number in range(10)),
        order("without a site", "exported", NEXT_DAY, visitor_id="1", _source="exported"),
        order("of the family", "a.example", "2026-04-05T10:00:00", visitor_id="family"),
    ],
    ("import", "lead"): [
        {"lead_id": f"n{number}", "created_at": NEXT_DAY, "visitor_id": nobody, "_source": "forms", "_account": "a.example", "_at": AT}
        for number, nobody in enumerate(NOBODIES)
    ],
}  # fmt: skip
