"""Number and money styles of languages: declared where Babel lacks them, Babel's own otherwise."""

from __future__ import annotations

import pytest

from multiball.words.style import style


@pytest.mark.parametrize(
    ("language", "units", "shortened_from"),
    [
        ("en", ((12, "T"), (9, "B"), (6, "M"), (3, "K")), 100_000),
        ("zh", ((12, "\u00a0万亿"), (8, "\u00a0亿"), (4, "\u00a0万")), 10_000),
        ("de", ((12, "\u00a0Bio"), (9, "\u00a0Mrd"), (6, "\u00a0Mio")), 1_000_000),
        ("ja", ((16, "京"), (12, "兆"), (8, "億"), (4, "万")), 10_000),
    ],
)
def test_large_numbers_have_the_language_s_own_units(language: str, units: tuple[tuple[int, str], ...], shortened_from: int) -> None:
    found = style(language)
    assert [(exponent, word.rstrip(".").rstrip("\u00a0")) for exponent, word in found.units] == list(units)
    assert found.shortened_from == shortened_from


def test_money_and_percentages_are_written_as_the_language_does() -> None:
    english, german, chinese = style("en"), style("de"), style("zh")
    assert (english.is_symbol_first, english.symbol_gap, english.percent) == (True, "", "%")
    assert (german.is_symbol_first, german.symbol_gap, german.percent) == (False, "\u00a0", "\u00a0%")
    assert chinese.names_currency and chinese.currency_names["CNY"] == "元" and not german.names_currency


def test_only_ideographs_are_spaced_from_latin_letters() -> None:
    assert style("zh").joined("触达", "AB") == "触达 AB" and style("zh").joined("5", "笔") == "5 笔"
    assert style("en").joined("触达", "AB") == "触达AB"
    assert (style("en").between_sentences, style("zh").between_sentences) == (" ", "")
