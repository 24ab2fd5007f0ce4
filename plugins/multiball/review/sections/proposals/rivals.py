"""Campaigns that compete for the same budget, and whether the best has a clearly higher return than the worst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from multiball.review.exact import ZERO, rounded
from multiball.review.facts import Facts, Metric
from multiball.review.gather.coverage import Coverage, runs
from multiball.review.gather.reading import Reading
from multiball.review.gather.state import Span, State
from multiball.review.gather.values import TOTAL
from multiball.review.sections.returns.facts import Return, Returns
from multiball.review.sections.returns.gather import ERROR, RETURN_FACTS, read_returns, return_interval
from multiball.review.vocabulary import Vocabulary

_SELLING = ("SALES", "CONVERSION", "PURCHASE")
"""Parts of the names of sales objectives on advertising platforms."""


class Side(Facts):
    """One of two compared campaigns, over the evidence period; `per_spend` is its revenue per unit of spend."""

    name: str
    per_spend: Decimal
    spend: Decimal
    orders: Decimal

    @classmethod
    def of(cls, one: Return) -> Side:
        """The side of a campaign."""
        return cls(name=one.name, per_spend=per_spend(one), spend=one.spend, orders=one.orders)

    def words(self, vocabulary: Vocabulary, prefix: str) -> dict[str, str]:
        """Its name, return and orders as values for a text: `<prefix>_name` and so on."""
        return {
            f"{prefix}_name": vocabulary.member(self.name),
            f"{prefix}_return": vocabulary.money(self.per_spend),
            f"{prefix}_orders": vocabulary.count("orders", self.orders),
        }


@dataclass(frozen=True)
class Rivals:
    """The campaigns with the highest and lowest return, and where the effect of a move would be measured."""

    best: Return
    worst: Return
    evidence: Span
    is_credible: bool
    spent_by_worst: Decimal
    """Its spend in the month."""
    metric: Metric
    dimension: str
    member: str


def find_rivals(reading: Reading) -> Rivals | None:
    """The best and the worst sales campaign with spend in the month; None for fewer than two, or without a metric of revenue.

    The evidence is the three months up to the month's end, after the last gap in spend or orders.
    """
    revenue = reading.metric("revenue")
    if revenue is None:
        return None
    spent = {one.key: one.spend for one in reading.of(Returns).returns if one.key is not None and one.spend > 0}
    span = _evidence(reading.state, reading.coverage)
    rivals = _rivals(reading.state, span, spent)
    if len(rivals) < 2:
        return None
    worst, best = rivals[0], rivals[-1]
    dimension, member = _place(reading.state, span, worst, best)
    return Rivals(
        best=best,
        worst=worst,
        evidence=span,
        is_credible=differ(best, worst, rivals=len(rivals)),
        spent_by_worst=spent.get(worst.key or "", ZERO),
        metric=revenue,
        dimension=dimension,
        member=member,
    )


def differ(best: Return, worst: Return, rivals: int) -> bool:
    """Whether the best has a clearly higher return than the worst, given that they were selected from `rivals` campaigns.

    Even among equal campaigns, the luckiest and the unluckiest differ. So the error of 5 % on either side is divided by the number of
    pairs (Bonferroni correction).
    """
    error = ERROR / (rivals * (rivals - 1) / 2)
    (best_low, best_high), (worst_low, worst_high) = (
        return_interval(one.spend, one.effective_orders or one.orders, one.revenue, error) for one in (best, worst)
    )
    low, _ = difference_interval(
        best.model_copy(update={"low": best_low, "high": best_high}), worst.model_copy(update={"low": worst_low, "high": worst_high})
    )
    return low > 0


def difference_interval(best: Return, worst: Return) -> tuple[Decimal, Decimal]:
    """The interval of the difference of two returns, from the interval of each.

    By the method of variance estimates recovery, which takes the spread from the distance to the limits (G. Y. Zou and A. Donner,
    "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27, 2008).
    """
    one, other = per_spend(best), per_spend(worst)
    down = ((one - (best.low or ZERO)) ** 2 + ((worst.high or ZERO) - other) ** 2).sqrt()
    up = (((best.high or ZERO) - one) ** 2 + (other - (worst.low or ZERO)) ** 2).sqrt()
    return rounded(one - other - down), rounded(one - other + up)


def per_spend(one: Return) -> Decimal:
    """Its revenue per unit of spend; 0 where unknown."""
    return one.revenue_per_spend or ZERO


def _evidence(state: State, coverage: Coverage) -> Span:
    """The month and the two before it, from the first spend on and after the last missing day."""
    three_months = Span(state.before.before().first, state.month.last)
    [found] = state.rows(f"select min(date_day) as first_day from attribution_daily where spend > 0 and {three_months.sql}")
    spent = Span(found["first_day"] or three_months.first, three_months.last)
    newest = runs(coverage.known(RETURN_FACTS, spent))[-1:]
    return Span(newest[0].first, spent.last) if newest and newest[0].last == spent.last else state.month


def _rivals(state: State, span: Span, spent: Mapping[str, Decimal]) -> list[Return]:
    """Sales campaigns with spend, the worst first. A campaign with an unknown objective counts as one."""
    objectives = {
        row["campaign_key"]: row["objective"] for row in state.rows("select campaign_key, objective from dim_campaign order by 1")
    }
    rivals = [
        one
        for one in read_returns(state, span, span.before())
        if one.key in spent and one.revenue_per_spend is not None and _sells(objectives.get(one.key))
    ]
    return sorted(rivals, key=lambda one: (per_spend(one), one.key or ""))


def _sells(objective: str | None) -> bool:
    return objective is None or any(part in objective.upper() for part in _SELLING)


def _place(state: State, span: Span, *campaigns: Return) -> tuple[str, str]:
    """Where the effect is measured: in the channel of both campaigns, else in total."""
    keys = {f"key_{position}": one.key for position, one in enumerate(campaigns)}
    sql = f"""
        select distinct channel from attribution_daily
        where campaign_key in ({", ".join(f"${name}" for name in keys)}) and spend is not null and {span.sql}
        order by channel
    """
    rows = state.rows(sql, **keys)
    return ("channel", rows[0]["channel"]) if len(rows) == 1 else TOTAL
