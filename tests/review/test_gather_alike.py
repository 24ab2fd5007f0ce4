"""With any days removed from a series, no comparison of a review contradicts the change on days with the same coverage."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marts_by_hand import CATALOGUE, number, review
from review_samples import LINKS, audience

from multiball.review.sections.figures.facts import Figures
from multiball.review.wording import build_report
from multiball.warehouse import Warehouse

FIRST = date(2026, 8, 25)
SEPTEMBER = [date(2026, 9, day) for day in range(1, 31)]
OCTOBER = [date(2026, 10, day) for day in range(1, 32)]
END = date(2026, 11, 2)
DAYS = [FIRST + timedelta(days=offset) for offset in range((END - FIRST).days + 1)]

amounts = st.lists(st.integers(1, 40), min_size=len(DAYS), max_size=len(DAYS))


@st.composite
def shops(draw: st.DrawFn) -> dict[date, int]:
    """The sales of a shop on each covered day of a range, with or without a gap."""
    first, last = draw(st.integers(0, 45)), draw(st.integers(20, len(DAYS) - 1))
    hole = draw(st.sampled_from([None, None, 30, 45, 50]))
    sold = draw(amounts)
    days = [place for place in range(first, last + 1) if hole is None or not hole <= place < hole + 5]
    return {DAYS[place]: sold[place] for place in days}


def expected_from(shop: dict[date, int]) -> list[date]:
    """From its first day to the end of the month after its last one."""
    if not shop:
        return []
    year_month = max(shop).year * 12 + max(shop).month + 1
    return [day for day in DAYS if day >= min(shop) and day.year * 12 + day.month <= year_month]


def alike(stock: list[dict[date, int]]) -> list[tuple[date, date]]:
    """The days of October and September with all shops, and with the same shops in both."""
    due = [expected_from(shop) for shop in stock]

    def selling(day: date) -> frozenset[int] | None:
        there = [place for place, days in enumerate(due) if day in days]
        return frozenset(there) if there and all(day in stock[place] for place in there) else None

    pairs = [(now, then) for now, then in zip(OCTOBER, SEPTEMBER, strict=False) if selling(now) and selling(now) == selling(then)]
    return [*pairs, (OCTOBER[-1], OCTOBER[-1])] if len(pairs) == 30 and selling(OCTOBER[-1]) == selling(OCTOBER[0]) else pairs


def marts(stock: list[dict[date, int]]) -> dict[str, Any]:
    sold: dict[date, int] = {}
    for shop in stock:
        for day, amount in shop.items():
            sold[day] = sold.get(day, 0) + amount
    coverage = [
        {"fact": "order", "source_name": f"shop{place}", "account_id": str(place), "date_day": day, "is_covered": day in shop}
        for place, shop in enumerate(stock)
        for day in expected_from(shop)
    ]
    return {
        "dim_metric": CATALOGUE,
        "metric_daily": [number(day.isoformat(), "revenue", amount) for day, amount in sold.items()],
        "metric_coverage": coverage,
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stock=st.lists(shops(), min_size=1, max_size=2).filter(lambda stock: any(day in shop for shop in stock for day in OCTOBER)))
def test_no_comparison_contradicts_the_days_covered_alike_in_both_months(embedded: Warehouse, stock: list[dict[date, int]]) -> None:
    found = review(embedded, marts(stock))
    [figure] = found.of(Figures).figures
    pairs = alike(stock)
    now = sum(shop.get(day, 0) for shop in stock for day, _ in pairs)
    before = sum(shop.get(then, 0) for shop in stock for _, then in pairs if then in SEPTEMBER)
    assert figure.value == sum(shop.get(day, 0) for shop in stock for day in OCTOBER)
    begins_late = min(min(shop) for shop in stock if shop) > date(2026, 9, 7)
    if figure.before is not None:
        assert len(pairs) == len(OCTOBER)
        assert (figure.value, figure.before) == (now, before)
    elif figure.like_for_like is not None:
        assert [day for run in figure.like_for_like.days for day in OCTOBER if run.first <= day <= run.last] == [day for day, _ in pairs]
        assert (figure.like_for_like.value, figure.like_for_like.before) == (now, before)
    else:
        assert len(pairs) < 7 or begins_late
    change = None if not before or (figure.before is None and figure.like_for_like is None) else Decimal(now - before) / before
    headline = build_report(found, audience("en"), LINKS).headline
    said = "rose" if " rose " in headline else "fell" if " fell " in headline else None
    assert said == (None if change is None or abs(change) < Decimal("0.0005") else "rose" if change > 0 else "fell")
