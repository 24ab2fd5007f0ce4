"""Numbers, money and dates in each language; parts as shown add up to the total as shown."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multiball.review.exact import apportion
from multiball.review.numbers import Numbers, relative


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ("0", "€0", "0 欧元"),
        ("0.6", "€0.60", "0.60 欧元"),
        ("0.0042", "€0.0042", "0.0042 欧元"),
        ("35.42", "€35.42", "35.42 欧元"),
        ("8000", "€8,000", "8,000 欧元"),
        ("9999.6", "€10,000", "1 万欧元"),
        ("57500", "€57,500", "5.75 万欧元"),
        ("684000", "€684K", "68.4 万欧元"),
        ("999960", "€1M", "100 万欧元"),
        ("1840000", "€1.84M", "184 万欧元"),
        ("123456789", "€123M", "1.23 亿欧元"),
        ("-28000.4", "−€28,000", "−2.8 万欧元"),
        ("-0.0000001", "−€0.00000010", "−0.00000010 欧元"),
    ],
)
def test_money_is_short_and_has_the_units_of_the_language(value: str, english: str, chinese: str) -> None:
    assert Numbers("en", "EUR").amount(Decimal(value), "currency") == english
    assert Numbers("zh", "EUR").amount(Decimal(value), "currency").replace("\u00a0", " ") == chinese


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        ("138.4", "integer", "138"),
        ("1.6", "decimal", "1.60"),
        ("2", "decimal", "2"),
        ("0.0345", "percent", "3.5%"),
        ("0.0004", "percent", "0.040%"),
    ],
)
def test_other_numbers(value: str, kind: Any, written: str) -> None:
    assert Numbers("en", "EUR").amount(Decimal(value), kind) == written


def test_currencies_have_their_usual_name() -> None:
    assert Numbers("zh", "USD").amount(Decimal(1840000), "currency").replace("\u00a0", " ") == "184 万美元"
    assert Numbers("zh", "CNY").amount(Decimal(5), "currency").replace("\u00a0", " ") == "5 元"
    assert Numbers("en", "CHF").amount(Decimal(5), "currency").replace("\u00a0", " ") == "CHF 5"


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        ("35.42", "currency", "35,42 €"),
        ("684000", "currency", "684.000 €"),
        ("1840000", "currency", "1,84 Mio. €"),
        ("-28000.4", "currency", "−28.000 €"),
        ("0.0345", "percent", "3,5 %"),
    ],
)
def test_a_language_without_declarations_is_formatted_by_babel(value: str, kind: Any, written: str) -> None:
    assert Numbers("de", "EUR").amount(Decimal(value), kind).replace("\u00a0", " ") == written
    assert (Numbers("de", "EUR").month(date(2026, 10, 1)), Numbers("de", "EUR").month(date(2026, 10, 1), year=True)) == (
        "Oktober",
        "Oktober 2026",
    )


def test_changes_have_a_sign_and_one_decimal_below_ten_percent() -> None:
    numbers = Numbers("en", "EUR")
    assert [numbers.change(Decimal(share)) for share in ("0.035", "-0.0249", "0.0996", "-0.12", "0")] == [
        "+3.5%",
        "−2.5%",
        "+10%",
        "−12%",
        "0.0%",
    ]


def test_a_change_relative_to_0_or_less_is_unknown() -> None:
    assert relative(Decimal(5), Decimal(0)) is None
    assert relative(Decimal(5), Decimal(-5)) is None
    assert relative(None, Decimal(5)) is None


def test_dates() -> None:
    english, chinese = Numbers("en", "EUR"), Numbers("zh", "EUR")
    day = date(2026, 10, 4)
    assert [english.day(day), english.day(day, year=True), english.month(day, year=True), english.short_month(day)] == [
        "Oct 4", "Oct 4, 2026", "October 2026", "Oct",
    ]  # fmt: skip
    assert [chinese.day(day), chinese.day(day, year=True), chinese.month(day, year=True), chinese.month(day)] == [
        "10月4日", "2026年10月4日", "2026年10月", "10月",
    ]  # fmt: skip


@given(st.lists(st.decimals(-(10**9), 10**9, places=6), min_size=1, max_size=12), st.sampled_from(["0.01", "1", "100", "10000"]))
def test_apportioned_parts_add_up_and_are_close_to_their_values(parts: list[Decimal], step: str) -> None:
    unit = Decimal(step)
    total = (sum(parts, Decimal(0)) / unit).to_integral_value() * unit
    shown = apportion(parts, total, unit)
    assert sum(shown) == total
    assert all(abs(one - part) <= unit for one, part in zip(shown, parts, strict=True))
