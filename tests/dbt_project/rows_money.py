"""Raw rows of orders in every state, refunds, returns, and very small and large amounts, which test_money.py solves by hand."""

from __future__ import annotations

from typing import Any

from rows_loads import load
from rows_plan import goal

AT = "2026-10-29T06:00:00"

MEANINGS = {
    "sale": [
        "processing", "wc-completed", "paid", "Fulfilled", "complete", "in_progress", "versandt", "Bezahlt", "PAYÉE", "livre\u0301",
        "Enviado", "Concluído", "已发货", "交易成功", "支払い済み", "Оплачен", "sale",
    ],
    "pending": [
        "pending", "checkout-draft", "authorized", "Authorised", "wc-on-hold", "pending_payment", "holded", "offen", "en attente",
        "pendiente de pago", "Aguardando pagamento", "待付款", "未 付款",
    ],
    "cancelled": ["failed", "Cancelled", "canceled", "voided", "storniert", "STORNIERT", "annulé", "Anulado", "已取消", "交易关闭"],
    "unknown": ["closed", "whatever", "???"],
    "test": ["Test"],
}  # fmt: skip
"""Words of shops for the states of orders, by what they mean."""

REFUNDS = {  # revenue, refunded, quantity, status
    "r1": ("100", "0", 1, "completed"),
    "r2": ("100", "30", 1, "Partially_Refunded"),
    "r3": ("100", None, 1, "refunded"),
    "r4": ("100", "100", 1, "cancelled"),
    "r5": ("100", "0", 1, "cancelled"),
    "r6": ("0", "25", -1, "cancelled"),
    "r7": ("-40", None, -2, "completed"),
    "r8": ("15", None, -1, "completed"),
    "r9": ("10", "25", 1, "completed"),
    "r10": ("-5", "5", None, "refunded"),
    "r11": ("60", "-20", 1, "completed"),
    "r12": ("50", "50", 1, "pending"),
}
LARGE = ["0.01"] * 200 + ["1000000"] * 300 + ["999999999.99"]


def order(source: str, order_id: str, day: str, revenue: str | None, **further: Any) -> dict[str, Any]:
    return {
        "_source": source, "order_id": order_id, "ordered_at": f"{day}T08:00:00", "currency": "EUR", "revenue": revenue, "_at": AT,
        **further,
    }  # fmt: skip


ROWS = {
    ("import", "order"): [
        *(
            order("states", f"{meaning}-{number}", "2026-05-10", "1", status=state)
            for meaning, states in MEANINGS.items()
            for number, state in enumerate(states)
        ),
        order("states", "none", "2026-05-10", "1", status=" "),
        *(
            order("refunds", order_id, "2026-05-11", revenue, refunded=refunded, quantity=quantity, status=status, cost="40")
            for order_id, (revenue, refunded, quantity, status) in REFUNDS.items()
        ),
        order("stateless", "s1", "2026-05-12", "7"),
        order("own_words", "reif", "2026-05-13", "3", status="Reif  zur Abholung"),
        order("own_words", "closed", "2026-05-13", "5", status="closed"),
        # a return is no purchase: who only gives back is no customer of a purchase, and a return is not the second order
        order("returns", "t1", "2026-05-14", "80", customer_id="t", quantity=2, cost="30"),
        order("returns", "t2", "2026-05-15", "-40", customer_id="t", quantity=-1, cost="-15"),
        order("returns", "t3", "2026-05-13", "-10", customer_id="u", quantity=-1),
        # a currency is the same however it is written
        *(order("codes", code, "2026-05-16", "2", currency=code) for code in ("eur", " EUR ", "Eur\u00a0", "XYZ")),
        *(order("large", f"l{number}", "2026-02-20", amount, channel="Display") for number, amount in enumerate(LARGE)),
    ],
    ("import", "ad_day"): [
        {
            "date_day": "2026-02-20",
            "ad_id": "large",
            "segment": "all",
            "platform": "large",
            "currency": "EUR",
            "spend": "0",
            "_source": "large_ads",
            "_account": "main",
            "_at": AT,
        },
    ],
    ("multiball", "plan_goal"): [goal("large", "revenue", "1", "5000000000", "2026-02-01", "2026-02-28")],
    # a review says what came back only where orders and spend are known on all days of the month
    ("multiball", "load"): [
        load("till", "order", "large", "2026-02-01", "2026-02-28", AT),
        load("till_ads", "ad_day", "large_ads", "2026-02-01", "2026-02-28", AT),
    ],
}
