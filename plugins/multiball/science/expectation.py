"""From fitted models to expected discounted margins with their intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg

from multiball.science import bg_nbd, gamma_gamma
from multiball.science.likelihood import Fit, Numbers
from multiball.science.purchases import Purchases

HORIZONS = (12, 24, 36)
"""Months ahead."""
_MONTH_DAYS = 365.25 / 12
_NORMAL_95 = 1.6448536269514722
_STEP = 1e-5


@dataclass(frozen=True)
class Range:
    """Expected margins, one row per customer or group and one column per horizon, and the 90 % interval of the expectation.

    The interval comes from the uncertainty of the models' parameters (delta method on Laplace's covariance, on the logarithm, so that it
    never reaches below zero). A single customer's actual margin varies far more.
    """

    expected: Numbers
    low: Numbers
    high: Numbers


def expected_orders(fit: Fit, known: Purchases) -> Numbers:
    """Expected purchases of every customer within each horizon, not discounted."""
    return _ahead(fit.parameters, known, np.array(HORIZONS) * _MONTH_DAYS)


def expected_margin(
    buying: Fit, value: Fit, known: Purchases, yearly_rate: float, groups: npt.NDArray[np.int64], number: int
) -> tuple[Range, Range]:
    """Expected discounted margin of every customer, and of each of `number` groups; `groups` has every customer's group.

    A month's purchases are discounted from its middle, at `yearly_rate` a year.
    """
    months: Numbers = np.arange(1, max(HORIZONS) + 1, dtype=np.float64)
    factors = (1 + yearly_rate) ** (-(months - 0.5) / 12)

    def within_horizons(cumulated: Numbers) -> Numbers:
        monthly = np.diff(cumulated, prepend=0.0, axis=1)
        return np.cumsum(monthly * factors, axis=1)[:, np.array(HORIZONS) - 1]

    def discounted(parameters: Numbers) -> Numbers:
        return _ahead(parameters, known, months * _MONTH_DAYS, within_horizons)

    def worth(parameters: Numbers) -> Numbers:
        return gamma_gamma.expected_value(parameters, known.valued, known.valued_margin)[:, None] * known.kept_share

    orders, each = discounted(buying.parameters), worth(value.parameters)
    slopes = [slope * each for slope in _slopes(discounted, buying.parameters)]
    slopes += [orders * slope for slope in _slopes(worth, value.parameters)]
    root = linalg.cholesky(linalg.block_diag(buying.log_covariance, value.log_covariance), lower=True)

    def together(matrix: Numbers) -> Numbers:
        return np.stack([np.bincount(groups, column, number) for column in matrix.T], axis=1)

    return _range(orders * each, slopes, root), _range(together(orders * each), [together(slope) for slope in slopes], root)


def _ahead(parameters: Numbers, known: Purchases, days: Numbers, condense: Callable[[Numbers], Numbers] = lambda each: each) -> Numbers:
    """Expected purchases of the customers, computed once for all with the same x and T."""
    alive = bg_nbd.p_alive(parameters, known.repeats, known.last, known.observed)
    span = known.observed.max() + 1
    pairs, position = np.unique(known.repeats * span + known.observed, return_inverse=True)
    repeats, observed = np.divmod(pairs, span)
    return alive[:, None] * condense(bg_nbd.purchases_if_alive(parameters, repeats, observed, days))[position]


def _slopes(function: Callable[[Numbers], Numbers], parameters: Numbers) -> list[Numbers]:
    """The derivatives by the logarithm of each parameter."""
    here = function(parameters)
    return [(function(parameters * np.exp(step)) - here) / _STEP for step in np.eye(len(parameters)) * _STEP]


def _range(expected: Numbers, slopes: list[Numbers], root: Numbers) -> Range:
    variance = np.zeros_like(expected)
    for direction in root.T:
        variance += sum((weight * slope for weight, slope in zip(direction, slopes, strict=True)), np.zeros_like(expected)) ** 2
    relative = np.divide(np.sqrt(variance), expected, out=np.zeros_like(expected), where=expected > 0)
    return Range(expected, expected * np.exp(-_NORMAL_95 * relative), expected * np.exp(_NORMAL_95 * relative))
