"""How a language writes numbers, money and months: as Babel says, except for what is declared here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from babel import Locale

NO_BREAK = "\u00a0"
_LATIN_MEETS_IDEOGRAPH = re.compile(r"[A-Za-z0-9%][\u4e00-\u9fff]|[\u4e00-\u9fff][A-Za-z]")


@dataclass(frozen=True)
class _Own:
    """What a language declares instead of using Babel's."""

    is_ideographic: bool = False
    names_currency: bool = False
    currency_names: Mapping[str, str] = field(default_factory=dict)
    unit_gap: str | None = None
    month: str | None = None
    month_of_year: str | None = None


_OWN = {
    "zh": _Own(
        is_ideographic=True,
        names_currency=True,
        currency_names={"CNY": "元"},
        unit_gap=NO_BREAK,
        month="M月",
        month_of_year="y年M月",
    )
}


@dataclass(frozen=True)
class Style:
    """How a language writes.

    `units`: exponents of ten and the words for them (3, "K"), the largest first; numbers from `shortened_from` on use them.
    `percent`: what follows a percentage. The currency is a symbol, before or after the number, or a name apart from it. `month` and
    `month_of_year` are Babel's patterns; None for the second is the language's own. Ideographs are set apart from Latin letters.
    """

    units: tuple[tuple[int, str], ...]
    shortened_from: int
    percent: str
    is_symbol_first: bool
    symbol_gap: str
    names_currency: bool
    currency_names: Mapping[str, str]
    month: str
    month_of_year: str | None
    is_ideographic: bool

    @property
    def between_sentences(self) -> str:
        """The separator of two sentences."""
        return "" if self.is_ideographic else " "

    def joined(self, left: str, right: str) -> str:
        """The two texts joined, with a space between ideographs and Latin letters, and between a number and ideographs."""
        meets = self.is_ideographic and _LATIN_MEETS_IDEOGRAPH.match(f"{left[-1:]}{right[:1]}")
        return f"{left} {right}" if meets else left + right


@cache
def style(language: str) -> Style:
    """The style of a language: what it declares, and Babel's for the rest."""
    locale, own = Locale.parse(language), _OWN.get(language, _Own())
    units = _units(locale, own.unit_gap)
    smallest = min((exponent for exponent, _ in units), default=0)
    money = str(locale.currency_formats["standard"].pattern).split(";")[0]
    is_first = money.startswith("¤")
    return Style(
        units=units,
        # English writes 45,300 and 453K: a thousand is too small a unit for the first five digits
        shortened_from=10**smallest if smallest == 4 else max(100_000, 10**smallest),
        # a pattern with the sign before the number leaves nothing after it
        percent=str(locale.percent_formats[None].pattern).split(";")[0].rpartition("0")[2] or "%",
        is_symbol_first=is_first,
        symbol_gap=NO_BREAK if re.search(r"¤\s|\s¤", money) else "",
        names_currency=own.names_currency,
        currency_names=own.currency_names,
        month=own.month or "LLLL",
        month_of_year=own.month_of_year,
        is_ideographic=own.is_ideographic,
    )


def _units(locale: Locale, gap: str | None) -> tuple[tuple[int, str], ...]:
    """The words for thousands, millions and so on, from the patterns of Babel's short numbers, such as `00K` for 10000."""
    found: dict[int, str] = {}
    for power, pattern in locale.compact_decimal_formats["short"]["other"].items():
        text = str(pattern.pattern).split(";")[0].replace("'", "")
        suffix = text.lstrip("0")
        if suffix and text.startswith("0"):
            word = suffix if gap is None else gap + suffix.strip()
            found.setdefault(len(str(power)) - 1 - (len(text) - len(suffix) - 1), word)
    return tuple(sorted(found.items(), reverse=True))
