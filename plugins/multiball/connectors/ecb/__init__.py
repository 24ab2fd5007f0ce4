"""European Central Bank: the euro's daily reference rates, one series a currency, as CSV. No key is needed.

A holiday may come as a row without a value: it is left out and told, and no rate is made up. `options.currencies` (a list) asks for
some currencies instead of all. The bank corrects rates rarely; a week is read again.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from typing import Any

from multiball.connectors._rest import Refused, Rest
from multiball.connectors.ecb.entities import ENTITIES
from multiball.shapes import Connector, Page, Source, Window

log = logging.getLogger(__name__)
COLUMNS = ("TIME_PERIOD", "CURRENCY", "OBS_VALUE")


def extract(source: Source, account: str, window: Window) -> Iterator[Page]:
    """One page of rates. Raises SourceError."""
    with Rest(source, {"Accept": "text/csv"}) as api:
        rows = _rows(api, account, source, {"startPeriod": window.start.isoformat(), "endPeriod": window.end.isoformat()})
    if holidays := sorted({row["TIME_PERIOD"] for row in rows if not row["OBS_VALUE"]}):
        log.info("source %s: no rates on %s (holidays)", source.name, ", ".join(holidays))
    rates = [row for row in rows if row["OBS_VALUE"]]
    yield "exchange_rates", [{"date_day": row["TIME_PERIOD"], "currency": row["CURRENCY"], "rate": row["OBS_VALUE"]} for row in rates]


def check(source: Source, account: str) -> str:
    """The latest day that has rates."""
    with Rest(source, {"Accept": "text/csv"}) as api:
        days = [row["TIME_PERIOD"] for row in _rows(api, account, source, {"lastNObservations": 1})]
    return f"{account}: rates up to {max(days, default='never')}"


def _rows(api: Rest, account: str, source: Source, params: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of the daily series; the bank answers 404 where a window holds none."""
    series = f"/service/data/{account}/D.{'+'.join(source.options.get('currencies', []))}.EUR.SP00.A"
    try:
        return api.fetch("GET", series, _parse, params={**params, "format": "csvdata"})
    except Refused as refusal:
        if refusal.code != 404:
            raise
        return []


def _parse(text: str) -> list[dict[str, str]]:
    """The rows of csvdata. Raises ValueError where it breaks off."""
    rows = list(csv.DictReader(text.splitlines()))
    if any(row.get(column) is None for row in rows for column in COLUMNS):
        raise ValueError(f"CSV without {', '.join(COLUMNS)}")
    return rows


CONNECTOR = Connector(
    name="ecb",
    platform="ecb",
    title="European Central Bank: exchange rates",
    documentation="https://data.ecb.europa.eu/help/api/data",
    credentials=(),
    restatement_days=7,
    schedule="30 16 * * *",
    entities=ENTITIES,
    extract=extract,
    check=check,
)
