"""The drivers of a metric's change between two months: parts that add up to the difference exactly.

A sum changes by the changes of its members. The change of a ratio N / D is split between its two factors by the Shapley value, which
averages over both orders in which the factors could have changed (A. F. Shorrocks, "Decomposition procedures for distributional
analysis: a unified framework based on the Shapley value", Journal of Economic Inequality 11, 2013),

    numerator:    (N1 - N0) * (1/D0 + 1/D1) / 2
    denominator:  (1/D1 - 1/D0) * (N0 + N1) / 2

and, because 1/D1 - 1/D0 = -(D1 - D0) / (D0 * D1), both are sums over the members i of a dimension, whose effect is

    (Ni1 - Ni0) * (1/D0 + 1/D1) / 2  -  (Di1 - Di0) * (N0 + N1) / (2 * D0 * D1).

A count of distinct people has no parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from multiball.review.exact import ZERO, apportion


@dataclass(frozen=True)
class Change:
    """A number in the month before and in the month; None where it is unknown."""

    before: Decimal | None
    now: Decimal | None

    @property
    def difference(self) -> Decimal:
        """The change, where an unknown number counts as 0."""
        return (self.now or ZERO) - (self.before or ZERO)


@dataclass(frozen=True)
class Quotient:
    """Numerator and denominator of a ratio, for the whole or for one member."""

    numerator: Change
    denominator: Change


def factor_effects(whole: Quotient, difference: Decimal, multiplier: int) -> tuple[Decimal, Decimal]:
    """The effects of numerator and denominator on the ratio. The denominator must be known and not 0 in both months."""
    per_numerator, per_denominator = _weights(whole, multiplier)
    parts = [Fraction(whole.numerator.difference) * per_numerator, Fraction(whole.denominator.difference) * per_denominator]
    of_numerator, of_denominator = apportion(parts, difference)
    return of_numerator, of_denominator


def member_effects(whole: Quotient, members: Sequence[Quotient], difference: Decimal, multiplier: int) -> list[Decimal]:
    """The effect of each member on the ratio of the whole, and last that of the part outside all members."""
    per_numerator, per_denominator = _weights(whole, multiplier)
    changes = [(member.numerator.difference, member.denominator.difference) for member in members]
    left = (
        whole.numerator.difference - sum((numerator for numerator, _ in changes), ZERO),
        whole.denominator.difference - sum((denominator for _, denominator in changes), ZERO),
    )
    return apportion(
        [Fraction(numerator) * per_numerator + Fraction(denominator) * per_denominator for numerator, denominator in [*changes, left]],
        difference,
    )


def _weights(whole: Quotient, multiplier: int) -> tuple[Fraction, Fraction]:
    """The effect of one unit of the numerator, and of the denominator, on the ratio, averaged over both orders."""
    before, now = Fraction(whole.denominator.before or 0), Fraction(whole.denominator.now or 0)
    numerators = Fraction(whole.numerator.before or 0) + Fraction(whole.numerator.now or 0)
    return multiplier * (1 / before + 1 / now) / 2, -multiplier * numerators / (2 * before * now)
