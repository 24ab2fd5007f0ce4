"""Returns of advertising that are withheld, unknown or uncertain."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from multiball.review.exact import ZERO
from multiball.review.facts import Days
from multiball.review.gather.coverage import runs
from multiball.review.gather.reading import Reading
from multiball.review.sections.returns.facts import Returns
from multiball.review.sections.returns.gather import RETURN_FACTS, are_returns_known
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 120


class ReturnWithheld(Caveat):
    """Spend and orders are both known on some days of the month only; on none where `days` is None."""

    kind: Literal["return_withheld"] = "return_withheld"
    days: tuple[Days, ...] | None

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The days."""
        return self.say(vocabulary, ".never") if self.days is None else self.say(vocabulary, days=vocabulary.days(self.days))


class ReturnWithoutSpend(Caveat):
    """A paid channel or campaign whose spend was never in the warehouse."""

    kind: Literal["return_without_spend"] = "return_without_spend"
    name: str
    orders: Decimal
    revenue: Decimal

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Its orders and revenue."""
        orders, revenue = vocabulary.count("orders", self.orders), vocabulary.money(self.revenue)
        return self.say(vocabulary, name=vocabulary.member(self.name), orders=orders, revenue=revenue)


class ReturnWithoutOrders(Caveat):
    """A campaign or channel without orders, whose return is unknown."""

    kind: Literal["return_without_orders"] = "return_without_orders"
    name: str
    spend: Decimal

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Its cost."""
        return self.say(vocabulary, name=vocabulary.member(self.name), spend=vocabulary.money(self.spend))


class IntervalWide(Caveat):
    """A return with a 90 % interval wider than the return itself, because of few orders."""

    kind: Literal["interval_wide"] = "interval_wide"
    name: str
    orders: Decimal
    low: Decimal
    high: Decimal

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The orders and the interval."""
        low, high, one = (vocabulary.money(amount) for amount in (self.low, self.high, Decimal(1)))
        orders = vocabulary.count("orders", self.orders)
        return self.say(vocabulary, name=vocabulary.member(self.name), orders=orders, low=low, high=high, one=one)


def read(reading: Reading) -> Iterator[Caveat]:
    """Whether all are withheld; then those without spend, those without orders, and uncertain ones."""
    state, coverage, returns = reading.state, reading.coverage, reading.of(Returns).returns
    if all(coverage.is_expected(fact, state.month) for fact in RETURN_FACTS) and not are_returns_known(state, coverage):
        yield ReturnWithheld(days=runs(coverage.known(RETURN_FACTS, state.month)) or None)
    for one in returns:
        if not one.is_spend_known and one.orders:
            yield ReturnWithoutSpend(name=one.name, orders=one.orders, revenue=one.revenue)
    for one in returns:
        if one.spend and one.are_orders_known and not one.orders:
            yield ReturnWithoutOrders(name=one.name, spend=one.spend)
    for one in returns:
        if one.low is not None and one.high is not None and one.high - one.low > (one.revenue_per_spend or ZERO):
            yield IntervalWide(name=one.name, orders=one.orders, low=one.low, high=one.high)
