"""The BG/NBD model: how often customers buy again, and whether they are still active.

Fader, Hardie and Lee: "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model. Marketing Science 24 (2005) 2.
While active, a customer buys at an individual rate (gamma: r, alpha), and leaves after a purchase with an individual probability (beta:
a, b). The data per customer are x, the purchases after the first one; t_x, the time of the last purchase; and T, the time of
observation, both since the first purchase. Times are in days.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, digamma, expit, gammaln

from multiball.science.likelihood import Fit, Inconclusive, Numbers, most_likely

FEWEST_REPEATERS = 50
_NODES = 40


def fit(x: Numbers, last: Numbers, observed: Numbers) -> Fit:
    """The most likely (r, alpha, a, b) of customers with `x` repeat purchases, `last` = t_x, `observed` = T.

    Raises `Inconclusive` with fewer than FEWEST_REPEATERS customers who bought again, or if the data do not identify the parameters.
    """
    repeaters = int(np.count_nonzero(x))
    if repeaters < FEWEST_REPEATERS:
        raise Inconclusive(f"buying again: {repeaters} customers have, {FEWEST_REPEATERS} are needed")
    rows, weights = np.unique(np.stack([x, last, observed], axis=1), axis=0, return_counts=True)
    scale = float(observed.max())

    def in_scale(parameters: Numbers) -> tuple[float, Numbers]:
        return log_likelihood(parameters, rows[:, 0], rows[:, 1] / scale, rows[:, 2] / scale, weights.astype(float))

    found = most_likely(in_scale, np.array([0.5, 0.3, 0.7, 2.0]), float(len(x)), "buying again and leaving")
    in_days = found.parameters * np.array([1.0, scale, 1.0, 1.0])
    return Fit(in_days, found.log_covariance, found.log_likelihood - float(x.sum() * np.log(scale)))


def log_likelihood(parameters: Numbers, x: Numbers, last: Numbers, observed: Numbers, weights: Numbers) -> tuple[float, Numbers]:
    """The paper's equation 6, summed over customers, and its gradient by (r, alpha, a, b)."""
    r, alpha, a, b = parameters
    again = x > 0
    left_odds = np.where(again, np.log(a) - np.log(np.where(again, b + x - 1, 1)) - (r + x) * np.log(alpha + last), -np.inf)
    either = np.logaddexp(-(r + x) * np.log(alpha + observed), left_odds)
    left = np.exp(left_odds - either)
    there = 1 - left
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    spread = digamma(a + b) - digamma(a + b + x)
    gradient = [
        digamma(r + x) - digamma(r) + np.log(alpha) - there * np.log(alpha + observed) - left * np.log(alpha + last),
        r / alpha - (r + x) * (there / (alpha + observed) + left / (alpha + last)),
        spread + left / a,
        spread + digamma(b + x) - digamma(b) - left / np.where(again, b + x - 1, 1),
    ]
    return float(weights @ (common + either)), np.array([weights @ part for part in gradient])


def p_alive(parameters: Numbers, x: Numbers, last: Numbers, observed: Numbers) -> Numbers:
    """The probability that a customer has not left. By the model, one who never bought again cannot have left."""
    r, alpha, a, b = parameters
    again = x > 0
    left = np.log(a) - np.log(np.where(again, b + x - 1, 1)) + (r + x) * (np.log(alpha + observed) - np.log(alpha + last))
    return np.where(again, expit(-left), 1.0)


def purchases_if_alive(parameters: Numbers, x: Numbers, observed: Numbers, ahead: Numbers) -> Numbers:
    """The expected purchases of active customers up to each of the times `ahead` (days from now): one row per customer.

    The paper's equation 10 without its hypergeometric function, a form that loses all precision where a is near 1: the gamma-distributed
    rate is integrated exactly, the beta-distributed probability of leaving by Gauss-Jacobi quadrature.
    """
    r, alpha, a, b = parameters
    expected = np.empty((len(x), len(ahead)))
    for repeats in np.unique(x):
        chosen = np.flatnonzero(x == repeats)
        leaving, weights = _beta_nodes(a, b + repeats)
        times, position = np.unique(observed[chosen], return_inverse=True)
        elapsed = ahead[None, :, None] * leaving / (alpha + times[:, None, None])
        expected[chosen] = (-np.expm1(-(r + repeats) * np.log1p(elapsed)) @ (weights / leaving))[position]
    return expected


def _beta_nodes(a: float, b: float) -> tuple[Numbers, Numbers]:
    """Nodes and weights of the expectation over Beta(a, b), by Golub and Welsch.

    SciPy's `roots_jacobi` overflows for customers with a thousand purchases, because its weights are not normalised.
    """
    k = np.arange(1, _NODES, dtype=float)
    total = a + b - 2
    double = 2 * k + total
    middle = np.concatenate([[(a - b) / (a + b)], (total * (a - b)) / (double * (double + 2))])
    square = 4 * k * (k + b - 1) * (k + a - 1) * (k + total) / (double**2 * (double + 1) * np.where(k == 1, 1, double - 1))
    square[0] = 4 * a * b / ((a + b) ** 2 * (a + b + 1))
    beside = np.sqrt(square)
    nodes, vectors = np.linalg.eigh(np.diag(middle) + np.diag(beside, 1) + np.diag(beside, -1))
    return np.clip((nodes + 1) / 2, 1e-12, 1.0), vectors[0] ** 2
