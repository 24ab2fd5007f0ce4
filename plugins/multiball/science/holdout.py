"""How well the models would have predicted what is known by now, compared with a naive rule."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import spearmanr

from multiball.science import bg_nbd, gamma_gamma
from multiball.science.likelihood import Inconclusive, Numbers
from multiball.science.purchases import Purchases

LONGEST = 365
"""The maximum of days to hold out; else a third of the time observed."""


def days_held_out(known: Purchases) -> int:
    """The number of last days to hold out; 0 if the time is too short."""
    return min(int(known.observed.max()) // 3, LONGEST) if known.customers else 0


def compare(past: Purchases) -> dict[str, Any]:
    """Compare what the models, fitted up to `past.until`, expect until `past.end` with what happened.

    The naive rate predicts that every customer keeps buying as often as before, for ever.
    """
    days = (past.end - past.until).days
    naive = np.divide(past.repeats * days, past.observed, out=np.zeros_like(past.observed), where=past.observed > 0)
    found: dict[str, Any] = {
        "calibration_end": past.until,
        "holdout_days": days,
        "holdout_customers": len(past.customers),
        "actual_orders": int(past.later.sum()),
        "actual_margin": past.later_margin,
        "naive_orders": float(naive.sum()),
        "naive_error_per_customer": float(np.abs(naive - past.later).mean()),
        "naive_rank_correlation": _rank(naive, past.later),
    }
    try:
        buying = bg_nbd.fit(past.repeats, past.last, past.observed)
        alive = bg_nbd.p_alive(buying.parameters, past.repeats, past.last, past.observed)
        ahead = np.array([float(days)])
        orders = alive * bg_nbd.purchases_if_alive(buying.parameters, past.repeats, past.observed, ahead)[:, 0]
        found["expected_orders"] = float(orders.sum())
        found["error_per_customer"] = float(np.abs(orders - past.later).mean())
        found["rank_correlation"] = _rank(orders, past.later)
        valued = past.valued > 0
        value = gamma_gamma.fit(past.valued[valued], past.valued_margin[valued])
        worth = gamma_gamma.expected_value(value.parameters, past.valued, past.valued_margin)
        found["expected_margin"] = float(orders @ worth) * past.kept_share
    except Inconclusive as reason:
        found["holdout_cannot_tell"] = str(reason)
    return found


def _rank(predicted: Numbers, came: Numbers) -> float | None:
    """Spearman's correlation; None if either is the same for all customers."""
    if len(came) < 2 or not np.ptp(predicted) or not np.ptp(came):
        return None
    return float(spearmanr(predicted, came).statistic)
