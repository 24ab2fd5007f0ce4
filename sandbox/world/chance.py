"""Chance as a function: a number that looks random, of (seed, purpose, key).

Nothing is drawn in sequence, so no part of the world depends on the order of another part, and a longer world begins like a shorter one.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import special

Numbers = np.ndarray[Any, Any]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def _mix(bits: Numbers) -> Numbers:
    """The finalizer of SplitMix64 (Steele, Lea & Flood 2014): a bijection of 64-bit words that spreads every bit."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(bits ^ (bits >> np.uint64(31)))


class Chance:
    """Numbers by purpose and key; keys are arrays of integers that broadcast together. Equal arguments give equal numbers."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def bits(self, purpose: str, *keys: Any) -> Numbers:
        """64 bits per key, as uint64."""
        state: Numbers = np.asarray(zlib.crc32(f"{self.seed}/{purpose}".encode()) + (self.seed << 32), dtype=np.uint64)
        with np.errstate(over="ignore"):
            for key in keys:
                state = _mix((state + _GOLDEN) ^ np.asarray(key).astype(np.int64, casting="unsafe").view(np.uint64))
            return _mix(state + _GOLDEN)

    def uniform(self, purpose: str, *keys: Any) -> Numbers:
        """Uniform in the open interval (0, 1)."""
        return ((self.bits(purpose, *keys) >> np.uint64(11)).astype(np.float64) + 0.5) / float(1 << 53)

    def normal(self, purpose: str, *keys: Any) -> Numbers:
        """Standard normal, by the inverse of its distribution."""
        return np.asarray(special.ndtri(self.uniform(purpose, *keys)))

    def poisson(self, purpose: str, mean: Any, *keys: Any) -> Numbers:
        """Poisson counts of the given mean: the smallest k whose cumulative probability reaches the uniform."""
        chance, mean = np.broadcast_arrays(self.uniform(purpose, *keys), np.asarray(mean, dtype=float))
        if chance.size == 0:
            return np.zeros(0, dtype=np.int64)
        most = int(mean.max() + 10 * np.sqrt(mean.max()) + 20)
        if most > 200:
            return np.asarray(np.maximum(0, np.rint(mean + np.sqrt(mean) * special.ndtri(chance))), dtype=np.int64)
        cumulative = special.pdtr(np.arange(most)[:, None], mean.reshape(1, -1))
        return np.asarray((cumulative < chance.reshape(1, -1)).sum(axis=0).reshape(chance.shape))

    def gamma(self, purpose: str, shape: float, scale: float, *keys: Any) -> Numbers:
        """Gamma of the given shape and scale."""
        return np.asarray(special.gammaincinv(shape, self.uniform(purpose, *keys)) * scale)

    def beta(self, purpose: str, a: float, b: float, *keys: Any) -> Numbers:
        """Beta of the given parameters."""
        return np.asarray(special.betaincinv(a, b, self.uniform(purpose, *keys)))

    def exponential(self, purpose: str, mean: Any, *keys: Any) -> Numbers:
        """Exponential waiting times of the given mean."""
        return np.asarray(-np.log(self.uniform(purpose, *keys)) * mean)

    def choice(self, purpose: str, weights: Sequence[float], *keys: Any) -> Numbers:
        """Positions in `weights`, drawn with these weights."""
        cumulative = np.cumsum(np.asarray(weights, dtype=float))
        return np.searchsorted(cumulative / cumulative[-1], self.uniform(purpose, *keys))

    def text(self, purpose: str, length: int, *keys: Any) -> list[str]:
        """Hexadecimal text of the given length (up to 32) per key."""
        first, second = self.bits(purpose, 1, *keys), self.bits(purpose, 2, *keys)
        return [f"{a:016x}{b:016x}"[:length] for a, b in zip(np.atleast_1d(first).tolist(), np.atleast_1d(second).tolist(), strict=True)]
