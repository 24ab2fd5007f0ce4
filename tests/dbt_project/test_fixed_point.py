"""The fixed-point macros against Python's decimals, on every engine."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from macro_calls import answer, macros

Pair = tuple[Decimal | None, Decimal | None]


def pairs() -> list[Pair]:
    """Random pairs of many magnitudes, exact halves among them, and the edges."""
    chance = random.Random(7)
    numbers = [Decimal(chance.randint(-(10**digits), 10**digits)).scaleb(-6) for digits in range(1, 16) for _ in range(40)]
    drawn: list[Pair] = [(chance.choice(numbers), chance.choice([n for n in numbers if abs(n) >= 1])) for _ in range(2000)]
    halves: list[Pair] = [(Decimal(sign * n).scaleb(-6), Decimal(2)) for n in (1, 3, 5, 999_999) for sign in (1, -1)]
    return [
        *drawn,
        *halves,
        (Decimal(1), Decimal(0)),
        (Decimal(0), Decimal(0)),
        (None, Decimal(1)),
        (Decimal(1), None),
        (Decimal(0), Decimal(-3)),
    ]


def exact(numerator: Decimal | None, denominator: Decimal | None, multiplier: Decimal = Decimal(1)) -> Decimal | None:
    if numerator is None or not denominator:
        return None
    with localcontext(prec=80):
        return (numerator * multiplier / denominator).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def answers(engine: str, expression: str, given: list[Pair], dsn: str) -> list[Decimal | None]:
    rows = ", ".join(f"({i}, {'null' if n is None else n:}, {'null' if d is None else d})" for i, (n, d) in enumerate(given))
    typed = f"select i, cast(n as decimal(18, 6)) as n, cast(d as decimal(18, 6)) as d from (values {rows}) as given (i, n, d)"
    sql = f"select {expression} from ({typed}) as pairs order by i"
    return answer(engine, sql, dsn)


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
def test_a_ratio_is_exact_and_rounds_half_away_from_zero(engine: str, postgres_dsn: str) -> None:
    given = pairs()
    expected = [exact(*pair) for pair in given]
    assert answers(engine, macros(engine, "fixed_point").ratio("n", "d"), given, postgres_dsn) == expected
    assert {Decimal("0.000001"), Decimal("-0.000001"), None} <= set(expected[2000:])


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
def test_a_multiplied_ratio_is_rounded_once(engine: str, postgres_dsn: str) -> None:
    given = [(n, d) for n, d in pairs() if n is None or abs(n) < 10**8]
    expected = [exact(n, d, Decimal(1000)) for n, d in given]
    assert answers(engine, macros(engine, "fixed_point").ratio("n", "d", 1000), given, postgres_dsn) == expected


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
def test_an_amount_crosses_two_rates_with_one_rounding(engine: str, postgres_dsn: str) -> None:
    given = [(n, abs(d)) for n, d in pairs()[:2000] if n is not None and d is not None and abs(n) < 10**7]
    expected = [exact(n, d, Decimal("163.271")) for n, d in given]
    expression = macros(engine, "fixed_point").multiply_divide("n", "cast(163.271 as decimal(18, 6))", "d")
    assert answers(engine, expression, given, postgres_dsn) == expected
