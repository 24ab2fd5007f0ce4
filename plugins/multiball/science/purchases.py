"""Customers' purchases from the marts of a build, as input of the models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from multiball.science.likelihood import Numbers
from multiball.warehouse import Target, Warehouse

_HISTORIES = """
    with days as (
        select customer_key, date_day, sum(margin_reporting) as margin, count(*) = count(margin_reporting) as is_known
        from marts.fct_order
        where order_units = 1 and customer_key is not null and date_day <= date '{end}'
        group by customer_key, date_day
    ),
    firsts as (select customer_key, min(date_day) as first_day from days group by customer_key),
    purchases as (
        select days.customer_key, date_day, first_day, margin, date_day > date '{until}' as is_later,
            is_known and margin > 0 as is_gain, is_known and margin <= 0 as is_loss, not is_known as is_unknown
        from days inner join firsts on firsts.customer_key = days.customer_key
        where first_day <= date '{until}'
    )
    select customer_key, min(first_day) as first_day,
        max(case when not is_later then date_day end) as last_day,
        sum(case when not is_later and date_day > first_day then 1 else 0 end) as repeats,
        sum(case when not is_later and date_day > first_day and is_gain then 1 else 0 end) as valued,
        coalesce(sum(case when not is_later and date_day > first_day and is_gain then margin end), 0) as valued_margin,
        sum(case when not is_later and is_loss then 1 else 0 end) as at_a_loss,
        sum(case when not is_later and is_unknown then 1 else 0 end) as of_unknown_margin,
        coalesce(sum(case when not is_later and is_gain then margin end), 0) as gained,
        coalesce(sum(case when not is_later and is_loss then margin end), 0) as lost,
        sum(case when is_later then 1 else 0 end) as later,
        coalesce(sum(case when is_later and not is_unknown then margin end), 0) as later_margin
    from purchases
    group by customer_key
"""
_RETURNS = """
    select coalesce(sum(case when date_day <= date '{until}' then margin_reporting end), 0) as lost,
        coalesce(sum(case when date_day > date '{until}' then margin_reporting end), 0) as later_margin
    from marts.fct_order
    where is_counted and is_return and customer_key is not null and date_day <= date '{end}'
"""


@dataclass(frozen=True)
class Purchases:
    """The customers who had bought by the day `until`, ordered by key. Orders of one day are one purchase; times are days.

    `repeats`, `last` and `observed` are the x, t_x and T of the BG/NBD model. `valued` counts the repeat purchases of known margin above
    zero, with the total `valued_margin`. `later` and `later_margin` are those after `until`, up to the day `end`. `kept_share` is
    the share of the margin of all other purchases that remains after purchases at a loss and returns.
    """

    until: date
    end: date
    customers: list[str]
    repeats: Numbers
    last: Numbers
    observed: Numbers
    valued: Numbers
    valued_margin: Numbers
    later: Numbers
    later_margin: float
    at_a_loss: int
    of_unknown_margin: int
    kept_share: float


def last_observed_day(warehouse: Warehouse, target: Target, as_of: datetime, zone: str) -> date:
    """The last day with known purchases: that of the newest order, at most the reporting day of `as_of`.

    Not always the latter: if a file of past years was imported, the days since then are unknown.
    """
    today = as_of.astimezone(ZoneInfo(zone)).date()
    sql = f"select max(date_day) as newest from marts.fct_order where order_units = 1 and date_day <= date '{today}'"
    newest: date | None = warehouse.query(sql, target).column("newest")[0].as_py()
    return newest or today


def purchases(warehouse: Warehouse, target: Target, until: date, end: date) -> Purchases:
    """The purchases in the target's `fct_order`: histories up to `until`, and later ones up to `end`."""
    found = warehouse.query(_HISTORIES.format(until=until, end=end), target).sort_by("customer_key")
    returned = warehouse.query(_RETURNS.format(until=until, end=end), target)
    first, last = (found.column(name).cast(pa.date32()).cast(pa.int32()).to_numpy() for name in ("first_day", "last_day"))
    gained, lost = _total(found, "gained"), _total(found, "lost") + _total(returned, "lost")
    return Purchases(
        until=until,
        end=end,
        customers=found.column("customer_key").to_pylist(),
        repeats=_numbers(found, "repeats"),
        last=np.asarray(last - first, dtype=float),
        observed=np.asarray((until - date(1970, 1, 1)).days - first, dtype=float),
        valued=_numbers(found, "valued"),
        valued_margin=_numbers(found, "valued_margin"),
        later=_numbers(found, "later"),
        later_margin=_total(found, "later_margin") + _total(returned, "later_margin"),
        at_a_loss=int(_total(found, "at_a_loss")),
        of_unknown_margin=int(_total(found, "of_unknown_margin")),
        kept_share=(gained + lost) / gained if gained else 0.0,
    )


def _numbers(table: pa.Table, name: str) -> Numbers:
    """The same doubles for any scale of decimals: Arrow's own cast of 116.400000 differs from that of 116.40."""
    return np.asarray(table.column(name).cast(pa.string()).cast(pa.float64()).to_numpy(), dtype=float)


def _total(table: pa.Table, name: str) -> float:
    """An exact sum, independent of the order of rows: decimals are summed as decimals."""
    return float(sum(table.column(name).to_pylist()))
