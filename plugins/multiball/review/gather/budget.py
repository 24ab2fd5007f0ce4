"""Whether money should move from one campaign to another, by what it brought back in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import ceil, log

from multiball.review.facts import Metric, Proposal, ProposalKind, Return
from multiball.review.gather.exact import ZERO, rounded
from multiball.review.gather.returns import read_returns
from multiball.review.gather.state import Span, State
from multiball.review.gather.values import TOTAL

_MOVED_SHARE = Decimal("0.2")
"""How much of the worse campaign's spend of the month is proposed to move: enough to be seen, and it can be taken back."""
_MONTHS_OF_EVIDENCE = 3
_SELLING = ("SALES", "CONVERSION", "PURCHASE")
"""Parts of the objectives of campaigns that are meant to bring orders, as advertising platforms name them."""
_QUANTILES = 1.644854 + 0.841621
"""Of the normal distribution: an error of 5 % on either side, and 80 % certainty to see a difference that is there."""
_LONGEST_TEST = 24
"""Months; what takes longer to tell apart is as good as the same."""


def propose_budget(state: State, returns: Sequence[Return], revenue: Metric, owner: str, decide_by: date) -> Proposal | None:
    """Move money from the worst to the best campaign where their difference is credible; else hold, and test.

    The evidence is three months up to the month's end, of campaigns that are meant to sell and spent something in the month. The effect is
    what would come if the next unit of money did as well as the average one: the moved amount times the difference of the two returns.
    """
    spent: dict[str | None, Decimal] = {one.key: one.spend for one in returns if one.key is not None and one.spend > 0}
    span = Span(state.before.before().first, state.month.last)
    rivals = _rivals(state, span, spent)
    if len(rivals) < 2:
        return None
    worst, best = rivals[0], rivals[-1]
    low, high = difference_interval(best, worst)
    is_credible = low > 0
    kind: ProposalKind = "move_budget" if is_credible else "hold_and_test"
    evidence = {"since": span.first, "until": span.last}
    amount = rounded(spent.get(worst.key, ZERO) * _MOVED_SHARE)
    values: dict[str, str | int | Decimal | date | None]
    if is_credible:
        values = {**_side("from", worst), **_side("to", best), **evidence, "amount": amount, "share": _MOVED_SHARE}
    else:
        values = {**_side("low", worst), **_side("high", best), **evidence, "months": months_to_tell_apart(best, worst)}
    dimension, member = _place(state, span, worst, best)
    return Proposal(
        id=f"{state.month.first:%Y-%m}/{kind}/{worst.key}/{best.key}",
        kind=kind,
        values=values,
        metric=revenue,
        dimension=dimension,
        member=member,
        expected=rounded(amount * ((best.revenue_per_spend or ZERO) - (worst.revenue_per_spend or ZERO))) if is_credible else None,
        expected_low=rounded(amount * low) if is_credible else None,
        expected_high=rounded(amount * high) if is_credible else None,
        owner=owner,
        decide_by=decide_by,
    )


def difference_interval(best: Return, worst: Return) -> tuple[Decimal, Decimal]:
    """The 90 % interval of the difference of two returns, from the 90 % interval of each.

    By the method of variance estimates recovery: each side's distance to its own limits stands for its spread (G. Y. Zou and A. Donner,
    "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27, 2008).
    """
    one, other = best.revenue_per_spend or ZERO, worst.revenue_per_spend or ZERO
    down = ((one - (best.low or ZERO)) ** 2 + ((worst.high or ZERO) - other) ** 2).sqrt()
    up = (((best.high or ZERO) - one) ** 2 + (other - (worst.low or ZERO)) ** 2).sqrt()
    return rounded(one - other - down), rounded(one - other + up)


def months_to_tell_apart(best: Return, worst: Return) -> int | None:
    """How many more months like those of the evidence show a difference as great as the one seen; None where it is none, or too small.

    The logarithm of the ratio of two Poisson numbers has a variance of about 1/n + 1/m, which falls with time as both numbers grow.
    """
    if not best.revenue_per_spend or not worst.revenue_per_spend or best.revenue_per_spend == worst.revenue_per_spend:
        return None
    distance = log(best.revenue_per_spend / worst.revenue_per_spend)
    needed = (_QUANTILES / distance) ** 2 * float(1 / best.orders + 1 / worst.orders) * _MONTHS_OF_EVIDENCE
    return max(1, ceil(needed - _MONTHS_OF_EVIDENCE)) if needed <= _LONGEST_TEST else None


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
    return sorted(rivals, key=lambda one: (one.revenue_per_spend or ZERO, one.key or ""))


def _sells(objective: str | None) -> bool:
    return objective is None or any(part in objective.upper() for part in _SELLING)


def _place(state: State, span: Span, *campaigns: Return) -> tuple[str, str]:
    """Where the effect is to be seen: in the channel that the campaigns share, or in total."""
    keys = ", ".join("'" + (one.key or "").replace("'", "''") + "'" for one in campaigns)
    rows = state.rows(f"""
        select distinct channel from attribution_daily
        where campaign_key in ({keys}) and spend is not null and {span.sql}
        order by channel
    """)
    return ("channel", rows[0]["channel"]) if len(rows) == 1 else TOTAL


def _side(prefix: str, one: Return) -> dict[str, str | int | Decimal | date | None]:
    return {
        f"{prefix}_name": one.name,
        f"{prefix}_return": one.revenue_per_spend,
        f"{prefix}_spend": one.spend,
        f"{prefix}_orders": one.orders,
    }
