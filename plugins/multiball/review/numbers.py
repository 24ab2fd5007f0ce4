"""Numbers, money and dates in the format of a language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date, format_interval, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal, get_currency_name, get_currency_symbol

from multiball.metrics import Format
from multiball.words.style import NO_BREAK, Style, style

MINUS = "−"
_THIN = "\u2009"


@dataclass(frozen=True)
class Scale:
    """How a number is written: in units of `unit`, with `suffix` as the unit's word."""

    unit: Decimal
    suffix: str
    decimals: int
    trimmed: bool
    """Whether trailing zeros are left out."""

    @property
    def step(self) -> Decimal:
        """The smallest difference that is visible."""
        return self.unit.scaleb(-self.decimals)

    def rounded(self, value: Decimal) -> Decimal:
        """The value as shown."""
        return (value / self.step).quantize(Decimal(1), ROUND_HALF_UP) * self.step


@dataclass(frozen=True)
class Numbers:
    """Formats numbers in a language, and money in the reporting currency."""

    language: str
    currency: str

    @property
    def style(self) -> Style:
        """The number style of the language."""
        return style(self.language)

    def scale(self, magnitude: Decimal, kind: Format) -> Scale:
        """The scale for about three digits at that magnitude; several numbers in one table or chart share the scale of the largest."""
        size, units = abs(magnitude), self.style.units
        if kind == "percent":
            return Scale(
                Decimal("0.01"), self.style.percent, 1 if size >= Decimal("0.01") or not size else _decimals_of_small(size * 100), False
            )
        if units and size >= self.style.shortened_from - Decimal("0.5"):
            exponent, suffix = next((unit for unit in units if size >= Decimal("0.9995").scaleb(unit[0])), units[-1])
            digits = max(1, (size * Decimal("1.0005")).adjusted() + 1 - exponent)
            return Scale(Decimal(1).scaleb(exponent), suffix, max(0, 3 - digits), True)
        if kind == "integer" or size >= 100:
            return Scale(Decimal(1), "", 0, False)
        return Scale(Decimal(1), "", 2 if size >= Decimal("0.01") or not size else _decimals_of_small(size), False)

    def split(self, value: Decimal, kind: Format, scale: Scale | None = None, *, signed: bool = False) -> tuple[str, str]:
        """The number and, where the language writes it separately, the currency's name."""
        scale, own = scale or self.scale(value, kind), scale is None
        shown = scale.rounded(value)
        if own and kind in ("currency", "decimal") and not scale.suffix and shown == shown.to_integral_value():
            scale = replace(scale, decimals=0)
        digits = f"0.{('#' if scale.trimmed else '0') * scale.decimals}" if scale.decimals else "0"
        text = format_decimal(abs(shown) / scale.unit, f"#,##{digits}", locale=self.language)
        sign = MINUS if shown < 0 else "+" if signed and shown > 0 else ""
        if kind != "currency":
            return f"{sign}{text}{scale.suffix}", ""
        if self.style.names_currency:
            name = self.style.currency_names.get(self.currency) or get_currency_name(self.currency, locale=self.language)
            return f"{sign}{text}{scale.suffix}", name
        symbol = get_currency_symbol(self.currency, locale=self.language)
        if not self.style.is_symbol_first:
            return f"{sign}{text}{scale.suffix}{self.style.symbol_gap}{symbol}", ""
        return f"{sign}{symbol}{NO_BREAK if symbol[-1].isalpha() else self.style.symbol_gap}{text}{scale.suffix}", ""

    def amount(self, value: Decimal, kind: Format, scale: Scale | None = None, *, signed: bool = False) -> str:
        """The number with its currency."""
        number, currency = self.split(value, kind, scale, signed=signed)
        return f"{number}{NO_BREAK if number[-1].isdigit() else ''}{currency}" if currency else number

    def change(self, share: Decimal, *, signed: bool = True) -> str:
        """A relative change in percent; one decimal below 10 %."""
        percent = share * 100
        whole = abs(percent) >= Decimal("9.95")
        return self.split(share, "percent", Scale(Decimal("0.01"), self.style.percent, 0 if whole else 1, False), signed=signed)[0]

    def day(self, day: date, *, year: bool = False) -> str:
        """A day, such as Nov 4."""
        return str(format_skeleton("yMMMd" if year else "MMMd", day, locale=self.language))

    def days(self, runs: Sequence[tuple[date, date]], *, year: bool = False) -> str:
        """Runs of days, such as Oct 1–9 and Oct 15–31."""
        written = [str(format_interval(first, last, "yMMMd" if year else "MMMd", locale=self.language)) for first, last in runs]
        return format_list([each.replace(_THIN, "") for each in written], locale=self.language)

    def month(self, day: date, *, year: bool = False) -> str:
        """A month, such as October, or October 2026."""
        pattern = self.style.month_of_year if year else self.style.month
        if pattern is None:
            return str(format_skeleton("yMMMM", day, locale=self.language))
        return str(format_date(day, pattern, locale=self.language))

    def short_month(self, day: date) -> str:
        """A month, such as Oct."""
        return str(format_date(day, "LLL", locale=self.language))


def relative(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    """The change from base to value as a share of the base; None where the base is unknown or not above 0."""
    return None if value is None or base is None or base <= 0 else (value - base) / base


def _decimals_of_small(size: Decimal) -> int:
    """The decimals for two significant digits."""
    return 1 - size.adjusted()
