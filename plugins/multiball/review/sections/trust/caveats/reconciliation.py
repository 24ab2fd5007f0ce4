"""Numbers of the month that should agree but do not, from the mart `reconciliation_daily`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from multiball.review.gather.reading import Reading
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 40
NO_STATE = "no state"
"""The state in `reconciliation_daily` of an order without one, in a source whose other orders have one."""


class OrderStateUnknown(Caveat):
    """Orders of the month in an unknown state, or without one (None); they do not count as sales."""

    kind: Literal["order_state_unknown"] = "order_state_unknown"
    source: str
    state: str | None
    orders: int

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The orders and their state."""
        source, orders = vocabulary.member(self.source), vocabulary.count("orders", self.orders)
        if self.state is None:
            return self.say(vocabulary, ".none", source=source, orders=orders)
        return self.say(vocabulary, source=source, orders=orders, state=vocabulary.member(self.state))


class ExchangeRateMissing(Caveat):
    """Amounts of the month without an exchange rate, left out of all sums."""

    kind: Literal["exchange_rate_missing"] = "exchange_rate_missing"
    currency: str
    amounts: int

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The currency and the number of amounts."""
        return self.say(vocabulary, currency=vocabulary.member(self.currency), amounts=vocabulary.whole(self.amounts))


class ReconciliationError(Caveat):
    """The number of days and scopes of the month in which two numbers differ."""

    kind: Literal["reconciliation_error"] = "reconciliation_error"
    check: str
    level: str
    count: int

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The check, and how often it fails."""
        known = vocabulary.catalogue.knows("check_name", self.check)
        check = vocabulary.word("check_name", self.check) if known else vocabulary.say("check_other")
        return self.say(vocabulary, check=check, count=vocabulary.whole(self.count))


def read(reading: Reading) -> Iterator[Caveat]:
    """Orders in unknown states, amounts without an exchange rate, then the other differences, blocking ones first."""
    rows = reading.state.rows(f"""
        select
            check_name,
            level,
            case when check_name in ('exchange_rate_is_known', 'order_state_is_known') then scope end as scope,
            count(*) as places,
            cast(sum(difference) as decimal(38, 6)) as difference
        from reconciliation_daily
        where status = 'error' and check_name <> 'no_deletion_is_held' and {reading.state.month.sql}
        group by 1, 2, 3
        order by 1, 2, 3
    """)
    amounts: Counter[str] = Counter()
    for row in rows:
        if row["check_name"] == "order_state_is_known":
            # the scope names the source and the state
            source, state = row["scope"].split(", ", 1)
            yield OrderStateUnknown(source=source, state=None if state == NO_STATE else state, orders=int(row["difference"]))
        elif row["scope"]:
            # the scope names the mart and the currency
            amounts[row["scope"].rsplit(", ", 1)[-1]] += int(row["difference"])
    for currency in sorted(amounts):
        yield ExchangeRateMissing(currency=currency, amounts=amounts[currency])
    for row in sorted((row for row in rows if not row["scope"]), key=lambda row: row["level"] != "block"):
        yield ReconciliationError(check=row["check_name"], level=row["level"], count=row["places"])
