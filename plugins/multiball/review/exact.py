"""Exact arithmetic on decimals. Numbers of the marts have six decimals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

Number = Decimal | Fraction | int
ZERO = Decimal("0.000000")
_MILLION = 1_000_000
_MILLIONTH = Decimal("0.000001")


def rounded(number: Number) -> Decimal:
    """A number at six decimals, rounded half away from zero as the marts' macro `ratio` does."""
    millionths = Fraction(number) * _MILLION
    whole = (2 * abs(millionths.numerator) + millionths.denominator) // (2 * millionths.denominator)
    return (Decimal(whole if millionths >= 0 else -whole) / _MILLION).quantize(ZERO, ROUND_HALF_UP)


def ratio(numerator: Number | None, denominator: Number | None, multiplier: int = 1) -> Decimal | None:
    """A ratio at six decimals; None where a side is missing or the denominator is 0."""
    if numerator is None or not denominator:
        return None
    return rounded(Fraction(numerator) * multiplier / Fraction(denominator))


def apportion(parts: Sequence[Number], whole: Decimal, step: Decimal = _MILLIONTH) -> list[Decimal]:
    """The parts in whole steps, so that they add up exactly to `whole`, itself in whole steps.

    By the method of the largest remainder: each part is rounded down, and the missing steps go to the parts with the largest remainder, the
    first of equals. `whole` may differ from the sum of the parts by rounding.
    """
    if not parts:
        return []
    sizes = [Fraction(part) / Fraction(step) for part in parts]
    floors = [floor(size) for size in sizes]
    each, further = divmod(int(Fraction(whole) / Fraction(step)) - sum(floors), len(parts))
    by_remainder = sorted(range(len(parts)), key=lambda place: (floors[place] - sizes[place], place))
    extra = set(by_remainder[:further])
    return [(down + each + (place in extra)) * step for place, down in enumerate(floors)]
