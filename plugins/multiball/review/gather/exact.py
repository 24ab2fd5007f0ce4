"""Exact arithmetic on the marts' numbers, which have six decimals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Number = Decimal | Fraction | int
ZERO = Decimal("0.000000")
_MILLION = 1_000_000


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


def apportion(parts: Sequence[Fraction], whole: Decimal) -> list[Decimal]:
    """The parts at six decimals, so that they add up to the whole exactly.

    By the method of the largest remainder: each part is rounded down, and the millionths that are then missing go to the parts that lost
    most, the first of equals. `whole` may differ from the sum of the parts by what rounding it has cost.
    """
    floors = [(part * _MILLION).__floor__() for part in parts]
    missing = int(whole * _MILLION) - sum(floors)
    each, further = divmod(missing, len(parts))
    lost_most = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place] * _MILLION, place))
    for place in lost_most[:further]:
        floors[place] += 1
    return [rounded(Fraction(floor + each, _MILLION)) for floor in floors]
