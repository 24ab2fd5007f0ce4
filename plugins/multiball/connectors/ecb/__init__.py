"""European Central Bank: the euro's daily reference rates, one series a currency, as CSV. No key is needed.

A holiday may come as a row without a value: it is left out and told, and no rate is made up. `options.currencies` (a list) asks for
some currencies instead of all. The bank corrects rates rarely; a week is read again.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from typing import Any

from multiball.connectors._rest import Answer, Refused, Rest, judge
from multiball.connectors.ecb.entities import ENTITIES
from multiball.shapes import Connector, InputError, Page, Record, Source, Window

log = logging.getLogger(__name__)
NONE_FOUND = "No results found"
COLUMNS = ("TIME_PERIOD", "CURRENCY", "OBS_VALUE")


def extract(source: Source, account: str, window: Window) -> Iterator[Page]:
    """One page of rates. Raises SourceError."""
    with Rest(source, {"Accept": "text/csv"}, _judge) as api:
        rows = _rows(api, account, {"startPeriod": window.start.isoformat(), "endPeriod": window.end.isoformat()})
        if holidays := sorted({row["TIME_PERIOD"] for row in rows if not row["OBS_VALUE"]}):
            log.info("source %s: no rates on %s (holidays)", source.name, ", ".join(holidays))
        yield "exchange_rates", api.each("exchange_rates", [row for row in rows if row["OBS_VALUE"]], _rate)


def check(source: Source, account: str) -> str:
    """The latest day that has rates."""
    with Rest(source, {"Accept": "text/csv"}, _judge) as api:
        days = [row["TIME_PERIOD"] for row in _rows(api, account, {"lastNObservations": 1})]
    return f"{account}: rates up to {max(days, default='never')}"


def _rate(row: Record) -> dict[str, Any]:
    return {"date_day": row["TIME_PERIOD"], "currency": row["CURRENCY"], "rate": row["OBS_VALUE"]}


def _rows(api: Rest, account: str, params: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of the daily series. For a window without any, such as a weekend, the bank answers 404 with words to that effect."""
    currencies = api.source.options.get("currencies") or []
    if not isinstance(currencies, list) or not all(isinstance(currency, str) for currency in currencies):
        where = f"sources.{api.source.name}.options.currencies"
        raise InputError(f"is {currencies!r}", where=where, remedy="Give a list of codes, such as [USD, GBP].")
    series = f"/service/data/{account}/D.{'+'.join(currencies)}.EUR.SP00.A"
    try:
        return api.fetch("GET", series, _parse, params={**params, "format": "csvdata"})
    except Refused as refusal:
        if refusal.code != NONE_FOUND:
            raise
        return []


def _judge(answer: Answer) -> None:
    if answer.status == 404 and NONE_FOUND in answer.text:
        raise answer.refused(NONE_FOUND, "Ask for other days", NONE_FOUND)
    judge(answer)


def _parse(text: str) -> list[dict[str, str]]:
    """The rows of csvdata. Raises ValueError where it is empty, breaks off or is something else."""
    reader = csv.DictReader(text.splitlines())
    try:
        rows = list(reader)
    except csv.Error as error:
        raise ValueError(f"no CSV: {error}") from error
    if not set(COLUMNS) <= set(reader.fieldnames or ()) or any(None in row.values() for row in rows):
        raise ValueError(f"CSV without {', '.join(COLUMNS)}, or broken off")
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
