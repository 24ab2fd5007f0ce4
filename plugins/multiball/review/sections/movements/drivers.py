"""What drove a metric from one month to the next: parts that add up to the difference exactly.

A sum moves by what its members moved by. A ratio N / D moves by what its two factors did: by the two-factor Shapley value, which averages
both orders in which the factors could have changed (A. F. Shorrocks, "Decomposition procedures for distributional analysis: a unified
framework based on the Shapley value", Journal of Economic Inequality 11, 2013),

    numerator:    (N1 - N0) * (1/D0 + 1/D1) / 2
    denominator:  (1/D1 - 1/D0) * (N0 + N1) / 2

and, because 1/D1 - 1/D0 = -(D1 - D0) / (D0 * D1), both are sums over the members i of a dimension, whose effect is

    (Ni1 - Ni0) * (1/D0 + 1/D1) / 2  -  (Di1 - Di0) * (N0 + N1) / (2 * D0 * D1).

What counts different people has no parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from multiball.review.gather.exact import ZERO, apportion


@dataclass(frozen=True)
class Change:
    """A number of the month before and of the month; None where there is none."""

    before: Decimal | None
    now: Decimal | None

    @property
    def difference(self) -> Decimal:
        """What it changed by, with nothing for a missing side."""
        return (self.now or ZERO) - (self.before or ZERO)


@dataclass(frozen=True)
class Quotient:
    """Numerator and denominator of a ratio, of a whole or of one of its members."""

    numerator: Change
    denominator: Change


def factor_effects(whole: Quotient, difference: Decimal, multiplier: int) -> tuple[Decimal, Decimal]:
    """What numerator and denominator did to the ratio, in this order. Both denominators must be there and not 0."""
    per_numerator, per_denominator = _weights(whole, multiplier)
    parts = [Fraction(whole.numerator.difference) * per_numerator, Fraction(whole.denominator.difference) * per_denominator]
    of_numerator, of_denominator = apportion(parts, difference)
    return of_numerator, of_denominator


def member_effects(whole: Quotient, members: Sequence[Quotient], difference: Decimal, multiplier: int) -> list[Decimal]:
    """What each member did to the ratio of the whole; last, what the part of the whole did that no member has."""
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
    """What one more of the numerator, and one more of the denominator, does to the ratio on average over both orders."""
    before, now = Fraction(whole.denominator.before or 0), Fraction(whole.denominator.now or 0)
    numerators = Fraction(whole.numerator.before or 0) + Fraction(whole.numerator.now or 0)
    return multiplier * (1 / before + 1 / now) / 2, -multiplier * numerators / (2 * before * now)
