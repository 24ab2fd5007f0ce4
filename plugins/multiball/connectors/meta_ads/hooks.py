"""Insights of Meta Ads: daily reports of three levels, and the reach of weeks and months.

Conversions are requested by named attribution windows, so that ad sets with different settings are comparable; every type of action is
kept, and the models select.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from multiball.connectors._declared.session import Session
from multiball.connectors._graph import pace, raise_for_error
from multiball.connectors.meta_ads.reports import daily, whole
from multiball.shapes import Page, Record, Window

__all__ = ["extract", "pace", "raise_for_error"]
WINDOWS = ("1d_click", "7d_click", "28d_click", "1d_view")
"""The attribution windows requested by name. Click windows are cumulative (1d within 7d within 28d): never add them."""
BY_TYPE = {"action_breakdowns": json.dumps(["action_type"])}
REPORTS = {"ad": "ad_insights", "campaign": "campaign_insights", "account": "account_insights"}
NOT_REQUESTED = ("date_start", "date_stop", "period")
"""Fields that a row has without a request, or that are added to it."""


def extract(api: Session, window: Window) -> Iterator[Page]:
    """Pages of daily insights by level, and of the periods that end in the window. Raises SourceError."""
    for level, entity in REPORTS.items():
        fields = _fields(api, entity) + (",actions,action_values" if level == "ad" else "")
        params = {"level": level, "fields": fields, "action_attribution_windows": json.dumps(WINDOWS), **BY_TYPE}
        for rows in daily(api, params, window.start, window.end):
            if level == "ad":
                yield "ad_actions", [record for made in api.each("ad_actions", rows, _actions) for record in made]
            yield from api.made(entity, rows)
    for period, since, until in _periods(window):
        params = {"level": "account", "fields": _fields(api, "account_period_insights")}
        for rows in whole(api, params, since, until):
            yield from api.made("account_period_insights", [{**row, "period": period} for row in rows])


def _fields(api: Session, entity: str) -> str:
    return ",".join(name for name in api.fields(entity) if name not in NOT_REQUESTED)


def _actions(row: Record) -> list[dict[str, Any]]:
    """One record per type of action: the count from `actions`, the value from `action_values`.

    A type may occur several times, with labels such as action_destination; these add up to the type.
    """
    merged: dict[str, dict[str, Any]] = {}
    for prefix, listed in (("actions", "actions"), ("amount", "action_values")):
        for action in row.get(listed) or ():
            kind = action["action_type"]
            record = merged.setdefault(kind, {"date_start": row["date_start"], "ad_id": row["ad_id"], "action_type": kind})
            for key, value in action.items():
                name = prefix if key == "value" else f"{prefix}_{key}"
                if key in ("value", *WINDOWS):
                    record[name] = record.get(name, 0) + Decimal(str(value))
                elif not key.startswith("action_"):
                    record[name] = value
    return list(merged.values())


def _periods(window: Window) -> Iterator[tuple[str, date, date]]:
    """The ISO weeks and months whose last day is in the window."""
    for day in window.days():
        if day.isoweekday() == 7:
            yield "week", day - timedelta(days=6), day
        if (day + timedelta(days=1)).day == 1:
            yield "month", day.replace(day=1), day
