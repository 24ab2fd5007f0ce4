"""Raw rows of visits, leads, deals and orders. The sums in test_people.py and test_funnel.py are solved by hand from these."""

from __future__ import annotations

from itertools import count
from typing import Any

AT = "2026-10-29T06:00:00"
SHOP = "https://shop.example"
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_numbers = count(1)


def event(visitor: str | None, moment: str, name: str | None = "page_view", url: str = f"{SHOP}/tea", **further: Any) -> dict[str, Any]:
    return {
        "event_id": f"e{next(_numbers):03}", "date_day": moment[:10], "event_name": name, "occurred_at": moment, "visitor_id": visitor,
        "page_url": url, "page_path": "/tea", "user_agent": PERSON, "consent_analytics": True, "consent_ads": True, "_at": AT, **further,
    }  # fmt: skip


def order(order_id: str, moment: str, revenue: str, **further: Any) -> dict[str, Any]:
    return {
        "order_id": order_id, "ordered_at": moment, "currency": "EUR", "revenue": revenue, "cost": "0", "refunded": "0", "status": "paid",
        "is_test": False, "_at": AT, **further,
    }  # fmt: skip


def lead(lead_id: str, moment: str, **further: Any) -> dict[str, Any]:
    return {"lead_id": lead_id, "created_at": moment, "_source": "marketplace_leads", "_at": AT, **further}


def stage(contact: str, name: str, moment: str) -> dict[str, Any]:
    return {"contact_id": contact, "stage": name, "entered_at": moment, "_at": AT}


def delivered(level: dict[str, Any], campaign: str, spend: str) -> dict[str, Any]:
    return {
        "date_start": "2026-10-10", "account_id": "900", "account_currency": "EUR", "campaign_id": campaign, "impressions": 1000,
        "clicks": 20, "spend": spend, "_at": AT, **level,
    }  # fmt: skip


def reported(day: str, spend: str, **further: Any) -> dict[str, Any]:
    """What the platform says of an account or a campaign on a day."""
    row = {"date_start": day, "account_id": "900", "account_currency": "EUR", "impressions": 1, "clicks": 0, "spend": spend, "_at": AT}
    return {**row, **further}


TAGGED = f"{SHOP}/?utm_source=facebook&utm_medium=paid_social&utm_campaign=autumn_tea"

ESCAPED = f"{SHOP}/?utm_source=facebook&utm_medium=paid_social&utm_campaign=%61utumn%5Ft%65a"

ROWS = {
    ("ecb", "exchange_rates"): [{"date_day": "2026-10-11", "currency": "USD", "rate": "1.25", "_at": AT}],
    ("meta_ads", "campaigns"): [
        {"campaign_id": "c9", "account_id": "900", "name": "Autumn Tea", "_at": AT},
        {"campaign_id": "c8", "account_id": "900", "name": "Nobody Bought", "_at": AT},
    ],
    ("meta_ads", "ads"): [
        {
            "ad_id": "a9", "campaign_id": "c9", "account_id": "900", "name": "A", "_at": AT,
            "url_tags": "utm_source=facebook&utm_campaign=autumn_tea",
        }
    ],
    ("meta_ads", "ad_insights"): [
        delivered({"ad_id": "a9", "campaign_name": "Autumn Tea"}, "c9", "100.00"),
        delivered({"ad_id": "a8", "campaign_name": "Nobody Bought"}, "c8", "40.00"),
    ],
    ("meta_ads", "campaign_insights"): [
        delivered({}, "c9", "100.00"), delivered({}, "c8", "40.00"),
        # three campaigns of 3.3333 each, rounded one by one; a day that runs; a day that was pulled before it had settled
        *(reported("2026-10-09", "3.33", campaign_id=campaign) for campaign in ("c7", "c8", "c9")),
        reported("2026-10-29", "2.00", campaign_id="c9"), reported("2026-10-25", "2.00", campaign_id="c9"),
    ],
    ("meta_ads", "account_insights"): [
        {
            "date_start": "2026-10-10", "account_id": "900", "account_currency": "EUR", "impressions": 2000, "clicks": 40,
            "spend": "141.00", "_at": AT,
        },
        reported("2026-10-09", "10.00", impressions=3), reported("2026-10-29", "3.00"), reported("2026-10-25", "3.00"),
    ],
    ("site", "events"): [
        # over midnight, with another campaign within the session: one session until 35 minutes pass
        event("v1", "2026-10-08T23:50:00", url=TAGGED),
        event("v1", "2026-10-09T00:05:00", url=f"{SHOP}/?utm_source=newsletter&utm_medium=email&utm_campaign=b"),
        event("v1", "2026-10-09T00:40:00"),
        # as the collector sends names, and as raw of an earlier release holds them
        event("v1", "2026-10-10T10:00:00", None, referrer="https://www.google.com/", event_type="page"),
        event("v1", "2026-10-10T10:01:00", "Product Viewed", event_type="track"),
        event("v1", "2026-10-10T10:02:00", "add_to_cart"),
        event("v1", "2026-10-10T10:03:00", "Checkout Started", event_type="track"),
        event("v1", "2026-10-10T10:04:00", "Order Completed", order_id="o1", event_type="track"),
        event("v2", "2026-10-11T09:00:00", referrer="https://m.facebook.com/story"),
        event("v3", "2026-10-05T08:00:00", url=f"{SHOP}/?utm_source=newsletter&utm_medium=email&utm_campaign=Welcome%20Mail"),
        event("v3", "2026-10-12T08:00:00"),
        event("v4", "2026-10-13T08:00:00", url=f"{SHOP}/?gclid=Cj0_aB&utm_source=x&utm_medium=y"),
        event("v5", "2026-06-01T08:00:00", url=f"{SHOP}/?utm_source=newsletter&utm_medium=email"),
        event("v6", "2026-10-13T09:00:00", user_agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
        # refused analytics: the id that came along is not used, and only the view that enters is a visit
        event("v1", "2026-10-14T09:00:00", referrer="https://t.co/abc", consent_analytics=False),
        event("v1", "2026-10-14T09:01:00", referrer=f"{SHOP}/", consent_analytics=False),
    ],
    ("import", "page_event"): [
        {
            "event_id": f"x{hour}", "occurred_at": f"2026-10-15T{hour}:00:00", "site_id": "blog", "session_id": session, "visitor_id": "u1",
            "event_name": "page_view", "_source": "weblog", "_at": AT,
        }
        for hour, session in [("08", "s1"), ("10", "s1"), ("11", "s2")]
    ] + [
        # a log that names sources as GA4's export does: from a post, then three direct visits in three spellings, the last with an order
        {
            "event_id": f"g{day}", "occurred_at": f"2026-08-{day}T08:00:00", "site_id": "blog", "session_id": f"g{day}", "visitor_id": "u2",
            "event_name": "page_view", "page_url": f"{SHOP}/%E8%8C%B6", "utm_source": source, "utm_medium": medium, "_source": "weblog",
            "_at": AT, **further,
        }
        for day, source, medium, further in [
            ("03", None, None, {"page_url": f"{SHOP}/?utm_source=weibo&utm_medium=social&utm_campaign=%E7%A7%8B%E8%8C%B6+2026"}),
            ("04", "(direct)", "(none)", {"referrer": "https://www.google.com/"}),
            ("05", "Direct", None, {}),
            ("06", "(not set)", "(none)", {}),
        ]
    ],
    ("site", "orders"): [
        order("o1", "2026-10-10T10:04:30", "100.00", cost="40", customer_id="k1", visitor_id="v1", email_key="mail1"),
        order("o2", "2026-10-11T09:10:00", "50.00", currency="USD", cost="20", visitor_id="v2", phone_key="phone2"),
        order("o3", "2026-10-11T12:00:00", "30.00", email_key="mail3"),
        order("o4", "2026-10-11T13:00:00", "999.00", is_test=True, email_key="mail3"),
        order("o5", "2026-10-11T14:00:00", "70.00", status="Cancelled", email_key="mail5"),
        order("o6", "2026-10-12T12:00:00", "10.00", cost="3", refunded="4", customer_id="k1"),
        order("o7", "2026-10-12T13:00:00", "20.00", currency="CHF", email_key="mail7"),
        order("o8", "2026-10-12T14:00:00", "0.01", visitor_id="v3"),
        order("o9", "2026-10-13T10:00:00", "15.00", visitor_id="v5", email_key="mail9"),
        order("o10", "2026-10-13T11:00:00", "5.00"),
    ],
    ("site", "order_lines"): [
        {"order_id": "o1", "line_number": line, "product_id": "t", "product_name": "Tea", "quantity": quantity, "unit_price": price,
         "unit_cost": "8.00", "_at": at, **further}
        for line, quantity, price, at, further in [
            (1, 1, "20.00", "2026-10-10T11:00:00", {}), (1, 2, "20.00", AT, {}), (2, 3, "20.00", AT, {}),
            (3, 1, "1.00", AT, {"_deleted": True}),
        ]
    ] + [
        {"order_id": "of_no_order", "line_number": 1, "product_id": "t", "quantity": 1, "unit_price": "5.00", "_at": AT},
    ],
    ("import", "order"): [
        {
            "order_id": order_id, "ordered_at": "2026-10-13T12:00:00", "customer_id": "77", "currency": "EUR", "revenue": revenue,
            "quantity": quantity,
            "channel": "Affiliates", "campaign": "partner", "_source": "shop_export", "_at": AT,
        }
        for order_id, revenue, quantity in [("p1", "25.00", 4), ("p2", "-5.00", -1)]
    ] + [
        {
            "order_id": order_id, "ordered_at": "2026-08-06T09:00:00", "customer_id": order_id, "currency": "EUR", "revenue": "8.00",
            "_source": "log_shop", "_account": "blog", "_at": AT, **further,
        }
        for order_id, further in [
            ("d1", {"visitor_id": "u2", "channel": "(direct)"}), ("d2", {"channel": "(direct)"}), ("d3", {"channel": "paid search"}),
            ("d4", {"channel": "(not set)"}),
        ]
    ],
    ("hubspot", "contacts"): [
        {
            "contact_id": "1", "email_key": "mail3", "created_at": "2026-10-01T08:00:00", "lifecycle_stage": "marketingqualifiedlead",
            "analytics_source": "PAID_SOCIAL", "first_url": ESCAPED, "_at": AT,
        },
        {"contact_id": "2", "email_key": "mail20", "created_at": "2026-10-01T08:00:00", "lifecycle_stage": "subscriber", "_at": AT},
        {"contact_id": "3", "email_key": "mail5", "created_at": "2026-10-02T08:00:00", "lifecycle_stage": "customer", "_at": AT},
    ],
    ("hubspot", "contact_stages"): [
        stage("1", "subscriber", "2026-10-01T08:00:00"), stage("1", "lead", "2026-10-02T08:00:00"),
        stage("1", "marketingqualifiedlead", "2026-10-05T08:00:00"), stage("2", "subscriber", "2026-10-01T08:00:00"),
        stage("3", "customer", "2026-10-02T08:00:00"),
    ],
    ("hubspot", "deals"): [
        {
            "deal_id": deal, "contact_id": "1", "amount": amount, "currency": "EUR", "created_at": created, "closed_at": closed,
            "is_closed": is_won, "is_won": is_won, "_at": AT,
        }
        for deal, amount, created, closed, is_won in [
            ("d1", "1000.00", "2026-10-06T08:00:00", "2026-10-20T00:00:00", True),
            ("d2", "500.00", "2026-10-07T08:00:00", "2026-12-31T00:00:00", False),
            ("d3", "70.00", "2026-10-01T09:00:00", "2026-10-01T10:00:00", True),
        ]
    ],
    ("import", "lead"): [
        lead("l1", "2026-10-02T00:00:00", origin="unknown"),
        lead("l2", "2026-10-02T00:00:00"),
        lead("l3", "2026-10-02T00:00:00", origin="paid_search", channel="Paid Search", qualified_at="2026-10-03T00:00:00"),
        lead("l4", "2026-10-16T00:00:00", visitor_id="v4"),
        *(
            lead(lead_id, "2026-08-10T00:00:00", **further) | {"_source": "log_leads"}
            for lead_id, further in [
                ("g1", {"utm_source": "(direct)", "utm_medium": "(none)", "utm_campaign": "(not set)"}),
                ("g2", {"channel": "direct"}),
                ("g3", {"landing_page": f"{SHOP}/?utm_source=%D0%B2%D0%BA&utm_medium=social&utm_campaign=%D0%A7%D0%B0%D0%B9"}),
                ("g4", {"utm_source": "(not set)", "utm_medium": "(not set)", "channel": "Email"}),
            ]
        ),
    ],
    ("import", "deal"): [
        {"deal_id": "m1", "lead_id": "l3", "status": "won", "closed_at": "2026-10-15T00:00:00", "_source": "marketplace_deals", "_at": AT},
        {"deal_id": "m2", "lead_id": "l9", "status": "lost", "closed_at": "2026-10-16T00:00:00", "_source": "marketplace_deals", "_at": AT},
    ],
    ("multiball", "load"): [
        {
            "run_id": run, "source": "shop_export", "account": "main", "connector": "import", "entity": "order",
            "window_start": "2026-10-13", "window_end": "2026-10-13", "extracted": extracted, "landed": 2,
            "unchanged": 1, "rejected": 2, "deleted": 0,
            "_source": "multiball", "_account": "", "_at": AT,
        }
        for run, extracted in [("good", 5), ("lossy", 6)]
    ] + [
        {
            "run_id": "levels", "source": "meta_ads", "account": "main", "connector": "meta_ads", "entity": "account_insights",
            "window_start": "2026-10-04", "window_end": "2026-10-29", "extracted": 0, "landed": 0, "unchanged": 0, "rejected": 0,
            "deleted": 0, "_source": "multiball", "_account": "", "_at": AT,
        }
    ],
    ("multiball", "rejected_row"): [
        {
            "run_id": run, "source": "shop_export", "account": "main", "entity": "order", "row_number": number, "reason": "no date",
            "record": "{}", "_source": "multiball", "_account": "", "_at": AT,
        }
        for run, number in [("good", 1), ("good", 2), ("lossy", 1)]
    ],
}  # fmt: skip
