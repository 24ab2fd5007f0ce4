"""The Gamma-Gamma model: the value of a customer's purchases.

Fader and Hardie: The Gamma-Gamma Model of Monetary Value (2013), brucehardie.com/notes/025. A customer's purchases vary around an
individual mean (gamma: p), and the means vary between customers (gamma: q, v). It assumes that value and frequency are independent.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln

from multiball.science.likelihood import Fit, Inconclusive, Numbers, most_likely

FEWEST_CUSTOMERS = 50


def fit(purchases: Numbers, total: Numbers) -> Fit:
    """The most likely (p, q, v) of customers with `purchases` valued purchases that were worth `total` together, both above zero.

    Raises `Inconclusive` with fewer than FEWEST_CUSTOMERS, if the data do not identify the parameters, or if the mean is not finite.
    """
    if len(purchases) < FEWEST_CUSTOMERS:
        raise Inconclusive(
            f"margins: {len(purchases)} customers have repeat purchases of a known margin above zero, {FEWEST_CUSTOMERS} are needed"
        )
    scale = float(total.sum() / purchases.sum())

    def in_scale(parameters: Numbers) -> tuple[float, Numbers]:
        return log_likelihood(parameters, purchases, total / scale)

    found = most_likely(in_scale, np.array([3.0, 3.0, 1.0]), float(len(purchases)), "margins")
    if found.parameters[1] <= 1:
        raise Inconclusive("margins: they vary so much between customers that they have no mean")
    in_money = found.parameters * np.array([1.0, 1.0, scale])
    return Fit(in_money, found.log_covariance, found.log_likelihood - len(purchases) * float(np.log(scale)))


def log_likelihood(parameters: Numbers, purchases: Numbers, total: Numbers) -> tuple[float, Numbers]:
    """The note's equation 1a, summed over customers, and its gradient by (p, q, v)."""
    p, q, v = parameters
    shape = p * purchases
    value = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v) - (shape + q) * np.log(total + v)
    value += (shape - 1) * np.log(total) + np.log(purchases)
    gradient = [
        (purchases * (digamma(shape + q) - digamma(shape) + np.log(total) - np.log(total + v))).sum(),
        (digamma(shape + q) - digamma(q) + np.log(v) - np.log(total + v)).sum(),
        (q / v - (shape + q) / (total + v)).sum(),
    ]
    return float(value.sum()), np.array(gradient)


def expected_value(parameters: Numbers, purchases: Numbers, total: Numbers) -> Numbers:
    """The expected value of a customer's next purchase; for one without a valued purchase, that of all customers."""
    p, q, v = parameters
    return np.asarray(p * (v + total) / (p * purchases + q - 1))
