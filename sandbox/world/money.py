"""Reference rates of the euro: an invented random walk on the days when the ECB would publish."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.chance import Chance, Numbers
from sandbox.world.moments import EPOCH, day_number, make_table

_ORIGIN = date(2024, 1, 2)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm, Meeus/Jones/Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), g = divmod(b, 4), (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def target_holidays(year: int) -> dict[date, bool]:
    """TARGET closing days. True: the ECB's data shows the day as a row without value (status H); false: it shows no row."""
    sunday = easter(year)
    return {
        date(year, 1, 1): False,
        sunday - timedelta(days=2): False,
        sunday + timedelta(days=1): True,
        date(year, 5, 1): True,
        date(year, 12, 25): False,
        date(year, 12, 26): True,
    }


def make_rates(chance: Chance, start: int, end: int) -> pa.Table:
    """`fx_rates` from ten days before `start` (a first day may be a holiday) to `end`."""
    days = np.arange(day_number(_ORIGIN), end + 1)
    calendar = {day: shown for year in range(_ORIGIN.year, EPOCH.year + end // 365 + 2) for day, shown in target_holidays(year).items()}
    holiday = {day_number(day): shown for day, shown in calendar.items()}
    days = days[(days + 3) % 7 < 5]
    rows: list[tuple[int, str, str | None, str]] = []
    for position, (currency, origin) in enumerate(brand.FX.items()):
        steps = np.where([int(day) in holiday for day in days], 0.0, chance.normal("fx", position, days) * 0.004)
        level = origin * np.exp(np.cumsum(steps))
        for day, rate in zip(days.tolist(), level.tolist(), strict=True):
            if day >= start - 10 and holiday.get(day, True):
                rows.append((day, currency, None if day in holiday else f"{rate:.5g}", "H" if day in holiday else "A"))
    rows.sort()
    columns = list(zip(*rows, strict=True))
    return make_table("fx_rates", {"date": columns[0], "currency": columns[1], "rate": columns[2], "status": columns[3]})


def rates_on(fx_rates: pa.Table, currency: str, days: Numbers) -> Numbers:
    """Units of `currency` per 1 EUR on each day, the last earlier one where none was published; 1 for EUR."""
    if currency == "EUR":
        return np.ones(len(days))
    kept = fx_rates.filter((pa.compute.field("currency") == currency) & pa.compute.field("rate").is_valid())
    published = kept["date"].cast(pa.int32()).to_numpy()
    rate = kept["rate"].cast(pa.float64()).to_numpy()
    return np.asarray(rate[np.maximum(np.searchsorted(published, days, side="right") - 1, 0)])
