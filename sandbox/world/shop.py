"""What is ordered: baskets, prices, taxes, refunds; and the orders that the team places to try the shop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.chance import Chance, Numbers
from sandbox.world.moments import DAY, HOUR, SECOND, make_table, nullable
from sandbox.world.people import People
from sandbox.world.visit_texts import visit_ids
from sandbox.world.visiting import Purchases

_LINES = (0.55, 0.3, 0.15)
"""Chance of one, two and three lines in an order."""
_COUPON_SHARE, _COUPON_OFF = 0.2, 0.1
_PRICES = np.array([product.price for product in brand.PRODUCTS])
_COSTS = np.array([product.cost for product in brand.PRODUCTS])


@dataclass(frozen=True)
class Orders:
    """Columns by order, real ones and then test ones, in the order of `begun_at`. Money in cents of `currency`."""

    order_id: Numbers
    person: Numbers
    at: Numbers
    visit: Numbers
    has_visit: Numbers
    currency: Numbers
    revenue: Numbers
    first_product: Numbers
    is_test: Numbers


def mean_order_margin(people: People) -> Numbers:
    """Expected revenue − cost of one order of each person in EUR, before refunds, at list prices: lines × quantity × an article's."""
    lines = float(np.dot(_LINES, (1, 2, 3)))
    margin = float((_PRICES * (1 - _COUPON_SHARE * _COUPON_OFF) - _COSTS).mean()) / 100
    return lines * (1 + people.basket) * margin


def customer_ids(persons: Numbers) -> Numbers:
    """The shop's customer number of a person."""
    return np.array([f"C{10000 + person}" for person in persons.tolist()])


def list_price(product: Numbers, currency: Numbers) -> Numbers:
    """The price in cents of the currency the customer pays in."""
    factor = np.array([brand.CURRENCIES[name] for name in currency.tolist()])
    return np.asarray(np.rint(_PRICES[product] * factor), dtype=np.int64)


def make_orders(
    chance: Chance, people: People, purchases: Purchases, visitors: dict[str, str], start: int, end: int
) -> tuple[dict[str, pa.Table], Orders]:
    """`orders` and `order_lines`. `visitors`: visit_id → visitor_id of the visits whose events carry one."""
    test_days = np.arange(start, end + 1)
    test_days = test_days[chance.uniform("test order", test_days) < 0.2]
    tests, none = len(test_days), np.zeros(len(test_days), dtype=np.int64)
    person = np.concatenate([purchases.person, none])
    at = np.concatenate([purchases.at, test_days * DAY + 10 * HOUR])
    begun = np.concatenate([purchases.begun_at, test_days * DAY + 10 * HOUR])
    is_test = np.concatenate([np.zeros(len(purchases.at), bool), np.ones(tests, bool)])
    visit = np.concatenate([purchases.visit, none.astype(np.uint64)])
    has_visit = np.concatenate([purchases.has_visit, none.astype(bool)])
    is_repeat = np.concatenate([purchases.is_repeat, none.astype(bool)])
    order = np.lexsort((is_test, person, begun))
    person, at, is_test, visit, has_visit, is_repeat = (column[order] for column in (person, at, is_test, visit, has_visit, is_repeat))
    number = np.arange(len(person))
    order_id = np.array([f"H{100001 + one}" for one in number.tolist()])
    key = (person, at // SECOND, is_test)
    currency = np.where(is_test, "EUR", people.currency[person])

    lines = np.where(is_test, 1, 1 + chance.choice("lines", _LINES, *key))
    row = np.repeat(number, lines)
    line = np.arange(len(row)) - np.repeat(np.cumsum(lines) - lines, lines) + 1
    keys = (*(column[row] for column in key), line)
    product = chance.choice("product", [1] * len(_PRICES), *keys)
    quantity = 1 + chance.poisson("quantity", people.basket[person[row]], *keys)
    unit_price = list_price(product, currency[row])
    factor = np.array([brand.CURRENCIES[name] for name in currency.tolist()])
    unit_cost = np.rint(_COSTS[product] * factor[row]).astype(np.int64)

    def total_of(cents: Numbers) -> Numbers:
        return np.bincount(row, weights=cents * quantity, minlength=len(number)).astype(np.int64)

    subtotal, cost = total_of(unit_price), total_of(unit_cost)
    has_coupon = chance.uniform("coupon", *key) < _COUPON_SHARE
    discount = np.where(has_coupon, np.rint(subtotal * _COUPON_OFF), 0).astype(np.int64)
    revenue = subtotal - discount
    shipping = np.where(revenue >= 6000 * factor, 0, np.rint(490 * factor)).astype(np.int64)
    percent = np.array([brand.TAX_PERCENT[name] for name in people.country.tolist()])[person]
    tax = np.rint((revenue + shipping) * percent / 100).astype(np.int64)
    fate = chance.choice("fate", (0.915, 0.04, 0.03, 0.015), *key)
    fulfilled = at + (HOUR * (8 + 60 * chance.uniform("packs", *key))).astype(np.int64)
    returned = fulfilled + (DAY * (3 + 25 * chance.uniform("returns", *key))).astype(np.int64)
    cancelled = at + (HOUR * (0.2 + 6 * chance.uniform("cancels", *key))).astype(np.int64)
    part = unit_price[np.searchsorted(row, number)]
    back = np.select([fate == 1, fate == 2, fate == 3], [revenue, np.minimum(part, revenue), revenue], 0)
    visit_id = np.array(visit_ids(visit), dtype=object)
    visitor = [visitors.get(one) if seen else None for one, seen in zip(visit_id.tolist(), has_visit.tolist(), strict=True)]
    tables = {
        "orders": make_table(
            "orders",
            {
                "order_id": order_id,
                "person_id": nullable(person, ~is_test),
                "visit_id": nullable(visit_id, has_visit),
                "visitor_id": visitor,
                "customer_id": np.where(is_test, "C1", customer_ids(person)),
                "email": np.where(is_test, "qa@halmstein.example", people.email[person]),
                "phone": nullable(people.phone[person], ~is_test & (chance.uniform("gives phone", person) < 0.6)),
                "ordered_at": at,
                "fulfilled_at": nullable(fulfilled, fate < 3),
                "refunded_at": nullable(returned, (fate == 1) | (fate == 2)),
                "cancelled_at": nullable(cancelled, fate == 3),
                "currency": currency,
                "revenue": revenue,
                "shipping": shipping,
                "tax": tax,
                "discount": discount,
                "total": revenue + shipping + tax,
                "cost": cost,
                "refund_amount": back,
                "coupon": nullable(np.where(is_repeat, "TEA10", "WELCOME10"), has_coupon),
                "is_test": is_test,
                "is_repeat": is_repeat,
            },
        ),
        "order_lines": make_table(
            "order_lines",
            {
                "order_id": order_id[row],
                "line_number": line,
                "product_id": (product + 1).astype(str),
                "product_name": np.array([product.name for product in brand.PRODUCTS])[product],
                "quantity": quantity,
                "unit_price": unit_price,
                "unit_cost": unit_cost,
            },
        ),
    }
    return tables, Orders(order_id, person, at, visit, has_visit, currency, revenue, product[np.searchsorted(row, number)], is_test)


def make_products() -> pa.Table:
    """`products`."""
    return make_table(
        "products",
        {
            "product_id": [str(number + 1) for number in range(len(brand.PRODUCTS))],
            "name": [product.name for product in brand.PRODUCTS],
            "category": [product.category for product in brand.PRODUCTS],
            "price": _PRICES,
            "cost": _COSTS,
        },
    )
