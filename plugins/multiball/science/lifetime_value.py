"""Expected lifetime value of customers and of the channels that won them, written next to the marts that it is computed from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.stats import pearsonr

from multiball.science import bg_nbd, gamma_gamma, holdout
from multiball.science.expectation import HORIZONS, expected_margin, expected_orders
from multiball.science.likelihood import Inconclusive
from multiball.science.purchases import Purchases, last_observed_day, purchases
from multiball.settings import Workspace
from multiball.warehouse import Target, Warehouse, as_utc

_LARGEST = 1e11
_DECIMAL = pa.decimal128(18, 6)
_MARGINS = ("expected_margin", "expected_margin_low", "expected_margin_high")
_EACH = [("as_of_date", pa.date32()), ("horizon_months", pa.int64())]
_MARGIN_COLUMNS = [(name, _DECIMAL) for name in _MARGINS]
_CUSTOMER = pa.schema(
    [
        ("customer_key", pa.string()),
        *_EACH,
        ("p_alive", _DECIMAL),
        ("expected_orders", _DECIMAL),
        *_MARGIN_COLUMNS,
        ("cannot_tell", pa.string()),
    ]
)
_CHANNEL = pa.schema([("acquisition_channel", pa.string()), *_EACH, *_MARGIN_COLUMNS, ("cannot_tell", pa.string())])
_QUALITY = pa.schema(
    [
        ("as_of_date", pa.date32()),
        *((name, pa.int64()) for name in ("customers", "repeat_customers", "purchases_at_a_loss", "purchases_of_unknown_margin")),
        *((name, _DECIMAL) for name in ("kept_share", "discount_rate", "r", "alpha_days", "a", "b", "buying_log_likelihood")),
        *((name, _DECIMAL) for name in ("p", "q", "v", "margin_log_likelihood", "frequency_value_correlation")),
        ("cannot_tell", pa.string()),
        ("calibration_end", pa.date32()),
        *((name, pa.int64()) for name in ("holdout_days", "holdout_customers", "actual_orders")),
        *((name, _DECIMAL) for name in ("expected_orders", "naive_orders", "error_per_customer", "naive_error_per_customer")),
        *((name, _DECIMAL) for name in ("rank_correlation", "naive_rank_correlation", "actual_margin", "expected_margin")),
        ("holdout_cannot_tell", pa.string()),
    ]
)


def write_lifetime_values(workspace: Workspace, warehouse: Warehouse, target: Target, as_of: datetime) -> dict[str, Any]:
    """Fit the models on the target's marts and write `science.lifetime_value`, `_channel` and `_quality`.

    Returns the row of `lifetime_value_quality`. If the data are insufficient, the values are null, and `cannot_tell` has the reason.
    """
    end = last_observed_day(warehouse, target, as_utc(as_of).replace(tzinfo=UTC), workspace.reporting_time_zone)
    known = purchases(warehouse, target, end, end)
    channels, groups = _channels(warehouse, target, known)
    of_customers, of_channels, quality = _estimate(known, channels, groups, workspace.discount_rate)
    if days := holdout.days_held_out(known):
        quality |= holdout.compare(purchases(warehouse, target, end - timedelta(days=days), end))
    else:
        quality["holdout_cannot_tell"] = "the purchases do not spread over time"
    row = pa.table({field.name: _column(field.type, [quality.get(field.name)]) for field in _QUALITY}, schema=_QUALITY)
    warehouse.write_table(target, "science", "lifetime_value", _long(_CUSTOMER, known.customers, of_customers, quality))
    warehouse.write_table(target, "science", "lifetime_value_channel", _long(_CHANNEL, channels, of_channels, quality))
    warehouse.write_table(target, "science", "lifetime_value_quality", row)
    return quality


def _estimate(
    known: Purchases, channels: list[str], groups: npt.NDArray[np.int64], rate: float
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Columns of customers and of channels by horizon, as far as they can be estimated, and the quality of the models."""
    quality: dict[str, Any] = {
        "as_of_date": known.end,
        "customers": len(known.customers),
        "repeat_customers": int(np.count_nonzero(known.repeats)),
        "purchases_at_a_loss": known.at_a_loss,
        "purchases_of_unknown_margin": known.of_unknown_margin,
        "kept_share": known.kept_share,
        "discount_rate": rate,
    }
    of_customers: dict[str, Any] = {}
    of_channels: dict[str, Any] = {}
    try:
        buying = bg_nbd.fit(known.repeats, known.last, known.observed)
        quality |= dict(zip(("r", "alpha_days", "a", "b"), buying.parameters, strict=True))
        quality["buying_log_likelihood"] = buying.log_likelihood
        alive = bg_nbd.p_alive(buying.parameters, known.repeats, known.last, known.observed)
        of_customers |= {"p_alive": np.repeat(alive, len(HORIZONS)), "expected_orders": expected_orders(buying, known)}
        valued = known.valued > 0
        value = gamma_gamma.fit(known.valued[valued], known.valued_margin[valued])
        quality |= dict(zip(("p", "q", "v"), value.parameters, strict=True))
        quality["margin_log_likelihood"] = value.log_likelihood
        means = known.valued_margin[valued] / known.valued[valued]
        if np.ptp(known.valued[valued]) and np.ptp(means):
            quality["frequency_value_correlation"] = float(pearsonr(known.valued[valued], means).statistic)
        if known.kept_share <= 0:
            raise Inconclusive("margins: purchases at a loss and returns leave nothing of them")
        ranges = expected_margin(buying, value, known, rate, groups, len(channels))
        for columns, found in zip((of_customers, of_channels), ranges, strict=True):
            columns |= dict(zip(_MARGINS, (found.expected, found.low, found.high), strict=True))
    except Inconclusive as reason:
        quality["cannot_tell"] = str(reason)
    return of_customers, of_channels, quality


def _channels(warehouse: Warehouse, target: Target, known: Purchases) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The channels that won the customers, and every customer's position among them."""
    sql = "select customer_key, acquisition_channel from marts.dim_customer where acquisition_channel is not null"
    found = warehouse.query(sql, target)
    of_customer = dict(zip(found.column("customer_key").to_pylist(), found.column("acquisition_channel").to_pylist(), strict=True))
    of_each = [of_customer[key] for key in known.customers]
    names = sorted(set(of_each))
    position = {name: index for index, name in enumerate(names)}
    return names, np.array([position[name] for name in of_each], dtype=np.int64)


def _long(schema: pa.Schema, members: list[str], columns: dict[str, Any], quality: dict[str, Any]) -> pa.Table:
    """One row per member and horizon, from columns of members by horizons; an unknown column is null."""
    rows = len(members) * len(HORIZONS)
    given = {
        schema.names[0]: [member for member in members for _ in HORIZONS],
        "as_of_date": [quality["as_of_date"]] * rows,
        "horizon_months": list(HORIZONS) * len(members),
        "cannot_tell": [quality.get("cannot_tell")] * rows,
        **columns,
    }
    return pa.table({field.name: _column(field.type, given.get(field.name, [None] * rows)) for field in schema}, schema=schema)


def _column(kind: pa.DataType, values: Any) -> pa.Array:
    """Convert doubles to decimals of six places; values out of range become null."""
    if not pa.types.is_decimal(kind):
        return pa.array(values, kind)
    numbers = np.array(values, dtype=float).ravel()
    fits = np.abs(numbers) < _LARGEST
    return pa.array(np.where(fits, numbers, 0.0), mask=~fits).cast(kind)
