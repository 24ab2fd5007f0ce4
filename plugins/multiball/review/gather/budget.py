"""Whether money should move from one campaign to another, by what it brought back in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import ceil, log

from multiball.review.facts import Metric, Proposal, ProposalKind, Return
from multiball.review.gather.coverage import Coverage, runs
from multiball.review.gather.exact import ZERO, rounded
from multiball.review.gather.names import name_of
from multiball.review.gather.returns import ERROR, RETURN_FACTS, read_returns, return_interval
from multiball.review.gather.state import Span, State
from multiball.review.gather.values import TOTAL

_MOVED_SHARE = Decimal("0.2")
"""How much of the worse campaign's spend of the month is proposed to move: enough to be seen, and it can be taken back."""
_DAYS_OF_MONTH = 30.4375
_SELLING = ("SALES", "CONVERSION", "PURCHASE")
"""Parts of the objectives of campaigns that are meant to bring orders, as advertising platforms name them."""
_QUANTILES = 1.644854 + 0.841621
"""Of the normal distribution: an error of 5 % on either side, and 80 % certainty to see a difference that is there."""
_LONGEST_TEST = 24
"""Months; what takes longer to tell apart is as good as the same."""


def propose_budget(
    state: State, coverage: Coverage, returns: Sequence[Return], revenue: Metric, owner: str, decide_by: date
) -> Proposal | None:
    """Move money from the worst to the best campaign where their difference is credible; else hold, and test.

    The evidence is three months up to the month's end, as far as all spend and orders are known without a gap, of campaigns that are meant
    to sell and spent something in the month. The effect is what would come if the next unit of money did as well as the average one: the
    moved amount times the difference of the two returns.
    """
    spent: dict[str | None, Decimal] = {one.key: one.spend for one in returns if one.key is not None and one.spend > 0}
    span = _evidence(state, coverage)
    rivals = _rivals(state, span, spent)
    if len(rivals) < 2:
        return None
    worst, best = rivals[0], rivals[-1]
    is_credible = differ(best, worst, rivals=len(rivals))
    kind: ProposalKind = "move_budget" if is_credible else "hold_and_test"
    evidence = {"since": span.first, "until": span.last}
    amount = rounded(spent.get(worst.key, ZERO) * _MOVED_SHARE)
    low, high = difference_interval(best, worst)
    values: dict[str, str | int | Decimal | date | None]
    if is_credible:
        values = {**_side("from", worst), **_side("to", best), **evidence, "amount": amount, "share": _MOVED_SHARE}
    else:
        values = {**_side("low", worst), **_side("high", best), **evidence, "months": months_to_tell_apart(best, worst, span)}
    dimension, member = _place(state, span, worst, best)
    return Proposal(
        id=f"{state.month.first:%Y-%m}/{kind}/{worst.key}/{best.key}",
        kind=kind,
        values=values,
        metric=revenue,
        dimension=dimension,
        member=member,
        member_name=name_of({}, dimension, member),
        expected=rounded(amount * (_per_spend(best) - _per_spend(worst))) if is_credible else None,
        expected_low=rounded(amount * low) if is_credible else None,
        expected_high=rounded(amount * high) if is_credible else None,
        owner=owner,
        decide_by=decide_by,
    )


def differ(best: Return, worst: Return, rivals: int) -> bool:
    """Whether the best clearly brought more than the worst, given that they were picked from so many.

    Of many campaigns that are all alike, the luckiest and the unluckiest differ, too: so the error of 5 % on either side is shared by all
    pairs that could have been picked (the Bonferroni correction).
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

    By the method of variance estimates recovery: each side's distance to its own limits stands for its spread (G. Y. Zou and A. Donner,
    "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27, 2008).
    """
    one, other = _per_spend(best), _per_spend(worst)
    down = ((one - (best.low or ZERO)) ** 2 + ((worst.high or ZERO) - other) ** 2).sqrt()
    up = (((best.high or ZERO) - one) ** 2 + (other - (worst.low or ZERO)) ** 2).sqrt()
    return rounded(one - other - down), rounded(one - other + up)


def months_to_tell_apart(best: Return, worst: Return, evidence: Span) -> int | None:
    """How many more months like those of the evidence show a difference as great as the one seen; None where it is none, or too small.

    The logarithm of the ratio of two Poisson numbers has a variance of about 1/n + 1/m, which falls with time as both numbers grow.
    """
    if _per_spend(worst) <= 0 or _per_spend(best) == _per_spend(worst):
        return None
    months = ((evidence.last - evidence.first).days + 1) / _DAYS_OF_MONTH
    distance = log(_per_spend(best) / _per_spend(worst))
    variance = sum(1 / float(one.effective_orders or one.orders) for one in (best, worst))
    needed = (_QUANTILES / distance) ** 2 * variance * months
    return max(1, ceil(needed - months)) if needed <= _LONGEST_TEST else None


def _per_spend(one: Return) -> Decimal:
    return one.revenue_per_spend or ZERO


def _evidence(state: State, coverage: Coverage) -> Span:
    """The month and the two before it, as far as there is spend to judge by and no day between is missing."""
    three_months = Span(state.before.before().first, state.month.last)
    [found] = state.rows(f"select min(date_day) as first_day from attribution_daily where spend > 0 and {three_months.sql}")
    spent = Span(found["first_day"] or three_months.first, three_months.last)
    newest = runs(coverage.known(RETURN_FACTS, spent))[-1:]
    return Span(newest[0].first, spent.last) if newest and newest[0].last == spent.last else state.month


def _rivals(state: State, span: Span, spent: Mapping[str | None, Decimal]) -> list[Return]:
    """Campaigns that compete for the same money, the worst first. One whose objective is not known counts as meant to sell."""
    objectives = {
        row["campaign_key"]: row["objective"] for row in state.rows("select campaign_key, objective from dim_campaign order by 1")
    }
    rivals = [
        one
        for one in read_returns(state, span, span.before())
        if one.key in spent and one.revenue_per_spend is not None and _sells(objectives.get(one.key))
    ]
    return sorted(rivals, key=lambda one: (_per_spend(one), one.key or ""))


def _sells(objective: str | None) -> bool:
    return objective is None or any(part in objective.upper() for part in _SELLING)


def _place(state: State, span: Span, *campaigns: Return) -> tuple[str, str]:
    """Where the effect is to be seen: in the channel that the campaigns share, or in total."""
    keys = {f"key_{position}": one.key for position, one in enumerate(campaigns)}
    sql = f"""
        select distinct channel from attribution_daily
        where campaign_key in ({", ".join(f"${name}" for name in keys)}) and spend is not null and {span.sql}
        order by channel
    """
    rows = state.rows(sql, **keys)
    return ("channel", rows[0]["channel"]) if len(rows) == 1 else TOTAL


def _side(prefix: str, one: Return) -> dict[str, str | int | Decimal | date | None]:
    return {
        f"{prefix}_name": one.name,
        f"{prefix}_return": one.revenue_per_spend,
        f"{prefix}_spend": one.spend,
        f"{prefix}_orders": one.orders,
    }
