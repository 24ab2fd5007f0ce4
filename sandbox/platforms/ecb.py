"""Stand-in for the ECB's data API: `/service/data/EXR/{key}` as csvdata.

Source of the behaviour: https://data.ecb.europa.eu/help/api/data. Only csvdata is supported; a window without any row is 404 with the
words `No results found.`; unknown query names are ignored. A day's rates appear at 15:00 UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.kit import CSV, Call, Errors, Platform, Refused, Route, Row, Window, const, says, sql, text

COLUMNS = (
    "KEY", "FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "OBS_CONF",
    "OBS_PRE_BREAK", "OBS_COM", "TIME_FORMAT", "BREAKS", "COLLECTION", "COMPILING_ORG", "DISS_ORG", "DOM_SER_IDS", "PUBL_ECB", "PUBL_MU",
    "PUBL_PUBLIC", "UNIT_INDEX_BASE", "COMPILATION", "COVERAGE", "DECIMALS", "NAT_TITLE", "SOURCE_AGENCY", "SOURCE_PUB", "TITLE",
    "TITLE_COMPL", "UNIT", "UNIT_MULT",
)  # fmt: skip
NAMES = {
    "USD": "US dollar", "GBP": "UK pound sterling", "CHF": "Swiss franc", "CNY": "Chinese yuan renminbi", "JPY": "Japanese yen",
    "SEK": "Swedish krona", "PLN": "Polish zloty",
}  # fmt: skip
SERIES = ("D", None, "EUR", "SP00", "A")
"""The parts of a series' key; the second one is the currency."""


def _title(row: Row, call: Call) -> str:
    return f"{NAMES.get(row['currency'], row['currency'])}/Euro"


VALUES: dict[str, Any] = {
    "KEY": lambda row, call: f"EXR.D.{row['currency']}.EUR.SP00.A", "CURRENCY": "currency", "UNIT": "currency", "TIME_PERIOD": text("date"),
    "OBS_VALUE": "rate", "OBS_STATUS": "status", "FREQ": const("D"), "CURRENCY_DENOM": const("EUR"), "EXR_TYPE": const("SP00"),
    "EXR_SUFFIX": const("A"), "OBS_CONF": const("F"), "TIME_FORMAT": const("P1D"), "COLLECTION": const("A"), "DECIMALS": const("4"),
    "SOURCE_AGENCY": const("4F0"), "UNIT_MULT": const("0"), "TITLE": _title,
    "TITLE_COMPL": lambda row, call: f"ECB reference exchange rate, {_title(row, call)}, 2:15 pm (C.E.T.)",
}  # fmt: skip
"""The columns that have a value."""


def _check(call: Call) -> None:
    """Refuse another flow, another format, or a key of another length."""
    if call.path["flow"] != "EXR":
        raise Refused("flow", flow=call.path["flow"])
    requested = call.given.get("format") or ("csvdata" if "csv" in call.request.headers.get("accept", "") else "")
    if requested != "csvdata":
        raise Refused("format")
    if (parts := len(call.path["key"].split("."))) != len(SERIES):
        raise Refused("key", expected=len(SERIES), got=parts)


def _period(written: str, is_end: bool) -> date:
    """A day, a month or a year; as an end it means the period's last day."""
    year, *rest = (int(part) for part in written.split("-"))
    if len(rest) == 2:
        return date(year, rest[0], rest[1])
    month = rest[0] if rest else (12 if is_end else 1)
    return date(year + (month == 12), month % 12 + 1, 1) - timedelta(days=1) if is_end else date(year, month, 1)


def _asked(call: Call, found: Sequence[Row]) -> list[Row]:
    """The rows of the key's currencies that were published after `updatedAfter`; of each currency the first or last few."""
    after = call.given.get("updatedAfter")
    try:
        since = datetime.fromisoformat(after) if after else datetime.min
    except ValueError as error:
        raise Refused("window", error=error) from error
    since = since.astimezone(UTC).replace(tzinfo=None) if since.tzinfo else since
    requested = [set(part.split("+")) - {""} for part in call.path["key"].split(".")]
    if any(part and value and value not in part for part, value in zip(requested, SERIES, strict=True)):
        return []
    rows = [row for row in found[:] if (not requested[1] or row["currency"] in requested[1]) and since < row["published_at"]]
    if count := call.given.get("lastNObservations"):
        rows = [row for series in _series(rows) for row in series[-int(count) :]]
    if count := call.given.get("firstNObservations"):
        rows = [row for series in _series(rows) for row in series[: int(count)]]
    return rows


def _series(rows: list[Row]) -> list[list[Row]]:
    """The rows of each currency."""
    return [[row for row in rows if row["currency"] == currency] for currency in dict.fromkeys(row["currency"] for row in rows)]


PLATFORM = Platform(
    name="ecb",
    documentation="https://data.ecb.europa.eu/help/api/data",
    envelope=CSV,
    errors=Errors(
        lambda said: said.message,
        {
            "rate_limited": says(429, "Too Many Requests"),
            "server_error": says(500, "Internal Server Error"),
            "window": says(400, "Invalid parameter: {error}"),
            "flow": says(404, "Dataflow {flow} does not exist"),
            "format": says(406, "This stand-in supports csvdata only: request it with format=csvdata or Accept: text/csv"),
            "key": says(400, "Not enough or too many key values in query, expecting {expected} got {got}"),
            "nothing": says(404, "No results found."),
        },
    ),
    routes=[
        Route(
            "/service/data/{flow}/{key}",
            sql("select currency, date, rate, status, date + interval 15 hour as published_at from fx_rates"),
            fields=[(name, VALUES.get(name, const(""))) for name in COLUMNS],
            window=Window("startPeriod", "endPeriod", "date", _period, is_required=False),
            appears="published_at",
            check=_check,
            rows=_asked,
            none="nothing",
        )
    ],
)
make_app, REFUSALS = PLATFORM.make_app, PLATFORM.refusals
