"""Checks of values beyond their type: conditions that reject a row, and conditions that are only counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from multiball.importing.expressions import quoted
from multiball.importing.mapping import is_money
from multiball.shapes import Entity, Field
from multiball.sql import literal

_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BYR BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EEK EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP
    MRO MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG
    SEK SGD SHP SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VEF VES VND
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMK ZMW ZWG ZWL
"""
CURRENCIES = frozenset(_CODES.split())
"""ISO 4217 codes in use, and those that went out of use since 2010."""

CHANNELS = (
    "AI Assistant", "Affiliates", "Audio", "Cross-network", "Direct", "Display", "Email", "Mobile Push Notifications", "Organic Search",
    "Organic Shopping", "Organic Social", "Organic Video", "Paid Other", "Paid Search", "Paid Shopping", "Paid Social",
    "Paid Video", "Referral", "SMS", "Unassigned",
)  # fmt: skip
"""GA4's default channel groups: https://support.google.com/analytics/answer/9756891"""

EVENT_NAMES = (
    "page_view", "view_item", "view_item_list", "search", "add_to_cart", "remove_from_cart", "begin_checkout", "add_payment_info",
    "purchase", "generate_lead", "sign_up", "timing", "consent",
)  # fmt: skip
"""The events of the warehouse, by GA4's names."""

_NO_CHANNEL = ("(direct)", "(direct) / (none)", "(none)", "(not set)")
"""How logs write Direct and unknown channels; case does not matter."""

_KNOWN = {
    "channel": CHANNELS,
    "event_name": EVENT_NAMES,
    "account_type": ("organic", "advertising"),
    "goal": ("purchase", "lead"),
    "sentiment": ("positive", "neutral", "negative"),
}
_KNOWN_OF = {
    ("deal", "status"): ("open", "won", "lost"),
    ("deal_stage", "stage_meaning"): ("open", "won", "lost"),
    ("lead_stage", "stage_meaning"): ("lead", "qualified", "customer", "none"),
}
"""Values of fields that mean something else in another entity."""

_NAMES = {
    "platform": "such as facebook",
    "segment_kind": "such as placement",
    "dimension": "such as country",
    "unit_type": "such as visitor",
}
"""Fields with a name for programs, with an example: one name in two spellings would count as two."""

_SIGNED = frozenset({"net_followers", "quantity"})
_BETWEEN = {"published_weekday": (1, 7), "published_hour": (0, 23)}
_EARLIEST, _LATEST = "1990-01-01", "2100-01-01"


def rejections(entity: Entity, mapped: Collection[str]) -> list[tuple[str, str, str]]:
    """Conditions that reject a row: the field, the condition in SQL over typed fields, the reason."""
    checks: list[tuple[str, str, str]] = []
    for field in entity.fields:
        name, column = field.name, quoted(field.name)
        if name not in mapped:
            continue
        known = _KNOWN_OF.get((entity.name, name)) or _KNOWN.get(name)
        if known:
            in_any_case = name == "channel"
            listed = [*map(str.lower, known), *_NO_CHANNEL] if in_any_case else known
            value = f"lower({column})" if in_any_case else column
            checks.append((name, f"{value} NOT IN ({', '.join(map(literal, listed))})", f"{name} is not one of {', '.join(known)}"))
        if name == "currency":
            checks.append((name, f"{column} NOT IN ({', '.join(map(literal, sorted(CURRENCIES)))})", "currency is not an ISO 4217 code"))
        if name in _NAMES:
            reason = f"{name} is not a lower-case name, {_NAMES[name]}"
            checks.append((name, f"NOT regexp_full_match({column}, '[a-z][a-z0-9_]*')", reason))
        if name in _BETWEEN:
            low, high = _BETWEEN[name]
            checks.append((name, f"{column} NOT BETWEEN {low} AND {high}", f"{name} is not from {low} to {high}"))
        elif (field.type == "bigint" and name not in _SIGNED) or name == "conversions":
            checks.append((name, f"{column} < 0", f"{name} is a negative count"))
        if name == "rate":
            checks.append((name, f"{column} <= 0", "rate is not above 0"))
        if field.type in ("date", "timestamp"):
            reason = f"{name} is not from {_EARLIEST[:4]} to {_LATEST[:4]}: check its format or the epoch's unit"
            checks.append((name, f"{column} < TIMESTAMP '{_EARLIEST}' OR {column} >= TIMESTAMP '{_LATEST}'", reason))
    return checks


def amounts_without_currency(fields: Sequence[Field]) -> list[tuple[str, str, str]]:
    """As `rejections`, for the mapped amounts of money."""
    return [
        (field.name, f"{quoted(field.name)} IS NOT NULL AND currency IS NULL", f"{field.name} is an amount without a currency")
        for field in fields if is_money(field)
    ]  # fmt: skip


def warnings(entity: Entity, mapped: Collection[str]) -> list[tuple[str, str]]:
    """Conditions that occur in real files and reject nothing: the condition in SQL over typed fields, and its message."""
    pairs = [
        ("reach", "impressions", "reach above impressions"),
        ("clicks", "impressions", "more clicks than impressions"),
        ("created_at", "closed_at", "closed before it was created"),
        ("created_at", "qualified_at", "qualified before it was created"),
    ]
    found = [(f"{quoted(more)} > {quoted(less)}", say) for more, less, say in pairs if more in mapped and less in mapped]
    if {"revenue", "refunded"} <= set(mapped):
        # a separate return refunds more than it sells
        found.append(("revenue > 0 AND coalesce(quantity, 0) >= 0 AND abs(refunded) > revenue", "refunded above revenue"))
    return found
