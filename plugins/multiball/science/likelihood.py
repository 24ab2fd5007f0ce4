"""Maximum likelihood with flat priors over positive parameters, and how well the data identify them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize

Numbers: TypeAlias = npt.NDArray[np.float64]
LogLikelihood: TypeAlias = Callable[[Numbers], tuple[float, Numbers]]
"""Positive parameters to the log-likelihood and its gradient by them."""

_FARTHEST = 12.0
_LARGEST_ERROR = 2.0
_STEP = 1e-4


class Inconclusive(Exception):
    """The data are insufficient for a model; the message explains why to readers."""


@dataclass(frozen=True)
class Fit:
    """The most likely parameters, and the covariance of their natural logarithms (Laplace's approximation)."""

    parameters: Numbers
    log_covariance: Numbers
    log_likelihood: float


def most_likely(log_likelihood: LogLikelihood, start: Numbers, weight: float, what: str) -> Fit:
    """Maximise over the logarithms of the parameters, from `start`, whose scale the data should have.

    `weight` is the number of observations. Raises `Inconclusive` if the maximum is at infinity or zero, or if a parameter is known
    worse than to a factor of e² in either direction.
    """

    def loss(logs: Numbers) -> tuple[float, Numbers]:
        value, gradient = log_likelihood(np.exp(logs))
        return -value / weight, -gradient * np.exp(logs) / weight

    origin = np.log(start)
    bounds = [(each - _FARTHEST, each + _FARTHEST) for each in origin]
    options = {"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9}
    found = optimize.minimize(loss, origin, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    if not np.isfinite(found.fun) or np.any(np.abs(found.x - origin) > _FARTHEST - 0.01):
        raise Inconclusive(f"{what}: the parameters have no finite most likely values")
    curvature = np.array([(loss(found.x + step)[1] - loss(found.x - step)[1]) / (2 * _STEP) for step in np.eye(len(start)) * _STEP])
    try:
        covariance = linalg.cho_solve(linalg.cho_factor((curvature + curvature.T) / 2 * weight), np.eye(len(start)))
    except linalg.LinAlgError as error:
        raise Inconclusive(f"{what}: the parameters cannot be separated") from error
    if np.sqrt(np.diag(covariance)).max() > _LARGEST_ERROR:
        raise Inconclusive(f"{what}: the parameters are too uncertain")
    return Fit(np.exp(found.x), covariance, -float(found.fun) * weight)
