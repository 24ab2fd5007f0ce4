"""What the brand's collector records of each visit: one event after the other, as far as consent allows."""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.chance import Chance, Numbers
from sandbox.world.moments import HOUR, SECOND, make_table, nullable
from sandbox.world.people import People
from sandbox.world.shop import Orders, customer_ids, list_price
from sandbox.world.visiting import OUTCOMES, Visits

_VIEW, _PRODUCT, _CART = ("page_view", "landing"), (("page_view", "product"), ("view_item", "product")), ("page_view", "cart")
_TO_CART = (_VIEW, *_PRODUCT, ("add_to_cart", "product"), _CART)
_STEPS: dict[str, tuple[tuple[tuple[str, str], ...], ...]] = {
    "bounce": ((_VIEW,),),
    "slow_page": ((_VIEW, ("timing", "landing")),),
    "search_failed": ((_VIEW, ("page_view", "search"), ("search", "search")),),
    "left_product": (
        (_VIEW, ("view_item_list", "list"), *_PRODUCT),
        (_VIEW, ("page_view", "search"), ("search", "search"), *_PRODUCT),
        (_VIEW, ("timing", "landing"), *_PRODUCT, ("page_view", "list"), ("view_item_list", "list")),
    ),
    "left_cart": (_TO_CART, (*_TO_CART, ("remove_from_cart", "cart")), (*_TO_CART, ("timing", "cart"))),
    "left_checkout": (
        (*_TO_CART, ("begin_checkout", "checkout")),
        (*_TO_CART, ("begin_checkout", "checkout"), ("add_payment_info", "checkout")),
    ),
    "purchase": (
        (*_TO_CART, ("begin_checkout", "checkout"), ("add_payment_info", "checkout"), ("purchase", "thanks")),
        (*_TO_CART, ("timing", "cart"), ("begin_checkout", "checkout"), ("add_payment_info", "checkout"), ("purchase", "thanks")),
    ),
    "lead": ((_VIEW, ("page_view", "business"), ("generate_lead", "business")),),
    "sign_up": ((_VIEW, ("page_view", "newsletter"), ("sign_up", "newsletter")),),
}
"""By outcome, the possible courses of a visit: (event, page). A purchase is the last event of its visit."""
_PATHS = {"cart": "/cart", "checkout": "/checkout", "thanks": "/thanks", "business": "/business", "newsletter": "/newsletter"}
_WITH_PRODUCT = ("view_item", "add_to_cart", "remove_from_cart")
_WITH_VALUE = (*_WITH_PRODUCT, "begin_checkout", "add_payment_info", "purchase")
_CLICK_IDS = ("fbclid", "gclid")


def make_events(chance: Chance, people: People, visits: Visits, table: pa.Table, orders: Orders) -> pa.Table:
    """`events`; `table` is `visits` of the world, row by row with `visits`."""
    visit, name, page = _unroll(chance, visits, table)
    count, key = len(visit), visits.key[visit]
    step = np.arange(count) - np.searchsorted(visit, visit)
    steps = np.bincount(visit, minlength=len(visits.key))[visit]
    share = np.where(steps > 1, step / np.maximum(steps - 1, 1), 0.0)
    occurred = visits.started_at[visit] + np.rint(share * visits.seconds[visit]).astype(np.int64) * SECOND
    late = chance.uniform("late", key, step) < 0.004
    received = occurred + np.where(late, 9 * HOUR * (1 + chance.uniform("later", key, step)), 2 * SECOND).astype(np.int64)

    order_of_visit = {int(one): row for row, (one, seen) in enumerate(zip(orders.visit, orders.has_visit, strict=True)) if seen}
    order = np.array([order_of_visit.get(int(one), -1) for one in visits.key], dtype=np.int64)[visit]
    # position -1, of a visit without order, falls on the value appended here
    first_product, revenue, order_id = np.append(orders.first_product, 0), np.append(orders.revenue, 0), np.append(orders.order_id, "")
    product = np.where(order >= 0, first_product[order], chance.choice("views product", [1] * len(brand.PRODUCTS), key))
    search = chance.choice("searches", [1] * len(brand.SEARCHES), key)
    failed = visits.outcome[visit] == OUTCOMES.index("search_failed")
    currency = np.where(visits.person[visit] >= 0, people.currency[visits.person[visit]], "EUR")
    is_basket = np.isin(name, ("begin_checkout", "add_payment_info", "purchase"))
    value = np.where(is_basket & (order >= 0), revenue[order], list_price(product, currency))
    slow = visits.outcome[visit] == OUTCOMES.index("slow_page")
    load = np.where(slow, 6000 + 9000 * chance.uniform("slow", key), 300 + 2200 * chance.uniform("quick", key) ** 2).astype(np.int64)

    analytics, ads = (table[consent].to_numpy()[visit] for consent in ("consent_analytics", "consent_ads"))
    path, url = _pages(table, visit, page, product, search, ads)
    tags = np.array(page) == "landing"
    known = np.isin(visits.outcome[visit], [OUTCOMES.index(won) for won in ("purchase", "lead", "sign_up")]) & (step == steps - 1)
    texts = {column: np.array(table[column].to_pylist(), dtype=object)[visit] for column in _TAGS}
    before = np.array([None, *(f"{brand.HOME}{one}" for one in path[:-1])], dtype=object)
    gclid = np.array([_gclid(one) for one in table["landing_url"].to_pylist()], dtype=object)[visit]
    columns = {
        "event_id": chance.text("event", 24, key, step),
        "visit_id": np.array(table["visit_id"].to_pylist(), dtype=object)[visit],
        "event_name": name,
        "occurred_at": occurred,
        "received_at": received,
        "visitor_id": nullable(texts["visitor_id"], analytics),
        "user_id": nullable(customer_ids(visits.person[visit]), analytics & known),
        "page_url": url,
        "page_path": path,
        "referrer": np.where(step == 0, texts["referrer"], before),
        **{column: nullable(texts[column], tags) for column in _TAGS if column.startswith("utm_")},
        "gclid": nullable(gclid, tags & ads),
        "fbclid": nullable(texts["click_id"], tags & ads),
        "msclkid": [None] * count,
        "product_id": nullable((product + 1).astype(str), np.isin(name, _WITH_PRODUCT)),
        "search_term": nullable(np.array(brand.SEARCHES)[search], name == "search"),
        "search_results": nullable(np.where(failed, 0, 3 + search), name == "search"),
        "value": nullable(value, np.isin(name, _WITH_VALUE)),
        "currency": nullable(currency, np.isin(name, _WITH_VALUE)),
        "order_id": nullable(order_id[order], name == "purchase"),
        "load_ms": nullable(load, name == "timing"),
        "consent_analytics": analytics,
        "consent_ads": ads,
        "user_agent": np.array(table["user_agent"].to_pylist(), dtype=object)[visit],
    }
    return make_table("events", columns).sort_by([("occurred_at", "ascending"), ("event_id", "ascending")])


_TAGS = ("referrer", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "click_id", "visitor_id")


def _unroll(chance: Chance, visits: Visits, table: pa.Table) -> tuple[Numbers, Numbers, Numbers]:
    """For each event its visit's position, its name and its kind of page; a browser's first visit requests consent after its first page."""
    rows, names, pages, places = [], [], [], []
    browsers = np.array(table["visitor_id"].to_pylist(), dtype=str)
    asks = np.zeros(len(browsers), dtype=bool)
    asks[np.unique(browsers, return_index=True)[1]] = True
    asks &= ~visits.is_bot
    for number, outcome in enumerate(OUTCOMES):
        ways = _STEPS[outcome]
        way = chance.choice("way", [1] * len(ways), visits.key)
        for position, steps in enumerate(ways):
            chosen = np.flatnonzero((visits.outcome == number) & (way == position))
            rows.append(np.repeat(chosen, len(steps)))
            places.append(np.tile(np.arange(len(steps)), len(chosen)) * 2)
            names.append(np.tile([step[0] for step in steps], len(chosen)))
            pages.append(np.tile([step[1] for step in steps], len(chosen)))
    requested = np.flatnonzero(asks)
    rows, places = [*rows, requested], [*places, np.ones(len(requested), dtype=np.int64)]
    names, pages = [*names, np.full(len(requested), "consent")], [*pages, np.full(len(requested), "landing")]
    order = np.lexsort((np.concatenate(places), np.concatenate(rows)))
    return np.concatenate(rows)[order], np.concatenate(names)[order], np.concatenate(pages)[order]


def _pages(table: pa.Table, visit: Numbers, page: Numbers, product: Numbers, search: Numbers, ads: Numbers) -> tuple[list[str], list[str]]:
    """Path and address of each event's page; click ids stay in the landing address only with consent to ads."""
    landing = [urlsplit(one) for one in table["landing_url"].to_pylist()]
    stripped = [_without_click_ids(one) for one in landing]
    paths, urls = [], []
    for row, kind, article, term, allowed in zip(
        visit.tolist(), page.tolist(), product.tolist(), search.tolist(), ads.tolist(), strict=True
    ):
        if kind == "landing":
            paths.append(landing[row].path)
            urls.append(landing[row].geturl() if allowed else stripped[row])
            continue
        path = {"product": f"/p/{article + 1}", "list": f"/c/{brand.PRODUCTS[article].category}", "search": "/search"}.get(kind) or _PATHS[
            kind
        ]
        paths.append(path)
        urls.append(f"{brand.HOME}{path}" + (f"?{urlencode({'q': brand.SEARCHES[term]})}" if kind == "search" else ""))
    return paths, urls


def _without_click_ids(url: SplitResult) -> str:
    kept = [(name, text) for name, text in parse_qsl(url.query) if name not in _CLICK_IDS]
    return url._replace(query=urlencode(kept)).geturl()


def _gclid(url: str) -> str | None:
    return dict(parse_qsl(urlsplit(url).query)).get("gclid")
