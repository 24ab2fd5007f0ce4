"""Stand-in for the ECB's data API: `/service/data/EXR/{key}` as csvdata.

Source of the behaviour: https://data.ecb.europa.eu/help/api/data. Only csvdata is spoken; a window without any row is 404 with the
words `No results found.`; unknown query names are ignored. A day's rates appear at 15:00 UTC.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.refusals import plain
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.faults import Faults

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
PUBLISHED_AT = time(15, tzinfo=UTC)
NOTHING = "No results found."


def make_app(world: World, clock: Clock, faults: Faults) -> Starlette:
    """The server's app. It shows the rates published by the clock's time."""
    rows = sorted(world.fx_rates.to_pylist(), key=lambda row: (row["currency"], row["date"]))

    def data(request: Request) -> Response:
        """`GET /service/data/{flow}/{key}`."""
        if request.path_params["flow"] != "EXR":
            return PlainTextResponse(f"Dataflow {request.path_params['flow']} does not exist", 404)
        wanted = request.query_params.get("format") or ("csvdata" if "csv" in request.headers.get("accept", "") else "")
        if wanted != "csvdata":
            return PlainTextResponse("This stand-in speaks csvdata only: ask with format=csvdata or Accept: text/csv", 406)
        key = request.path_params["key"].split(".")
        if len(key) != 5:
            return PlainTextResponse(f"Not enough or too many key values in query, expecting 5 got {len(key)}", 400)
        try:
            first, last = _day(request, "startPeriod", date.min, 0), _day(request, "endPeriod", date.max, 1)
            after = request.query_params.get("updatedAfter")
            since = datetime.fromisoformat(after) if after else datetime.min
        except ValueError as error:
            return PlainTextResponse(f"Invalid parameter: {error}", 400)
        since = since if since.tzinfo else since.replace(tzinfo=UTC)
        asked = [set(part.split("+")) - {""} for part in key]
        fixed_fit = all(not part or value in part for part, value in zip(asked, ("D", None, "EUR", "SP00", "A"), strict=True) if value)
        found = [
            row
            for row in rows
            if fixed_fit
            and (not asked[1] or row["currency"] in asked[1])
            and first <= row["date"] <= last
            and since < datetime.combine(row["date"], PUBLISHED_AT) <= clock.now()
        ]
        for name, end in (("lastNObservations", True), ("firstNObservations", False)):
            if count := request.query_params.get(name):
                found = _some(found, int(count), end)
        return Response(_csv(found), media_type="text/csv") if found else PlainTextResponse(NOTHING, 404)

    return Starlette(routes=[Route("/service/data/{flow}/{key}", data)])


def _day(request: Request, name: str, default: date, end: int) -> date:
    """A period: a day, a month or a year; as an end it means the period's last day."""
    text = request.query_params.get(name)
    if not text:
        return default
    year, *rest = (int(part) for part in text.split("-"))
    if len(rest) == 2:
        return date(year, rest[0], rest[1])
    month = rest[0] if rest else (12 if end else 1)
    return date(year + (month == 12), month % 12 + 1, 1) - timedelta(days=1) if end else date(year, month, 1)


def _some(rows: list[dict[str, object]], count: int, last: bool) -> list[dict[str, object]]:
    """The first or last so many rows of each currency."""
    series: dict[object, list[dict[str, object]]] = {}
    for row in rows:
        series.setdefault(row["currency"], []).append(row)
    return [row for part in series.values() for row in (part[-count:] if last else part[:count])]


def _csv(rows: list[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for row in rows:
        currency = str(row["currency"])
        title = f"{NAMES.get(currency, currency)}/Euro"
        writer.writerow(
            {
                "KEY": f"EXR.D.{currency}.EUR.SP00.A",
                "FREQ": "D",
                "CURRENCY": currency,
                "CURRENCY_DENOM": "EUR",
                "EXR_TYPE": "SP00",
                "EXR_SUFFIX": "A",
                "TIME_PERIOD": str(row["date"]),
                "OBS_VALUE": row["rate"],
                "OBS_STATUS": row["status"],
                "OBS_CONF": "F",
                "TIME_FORMAT": "P1D",
                "COLLECTION": "A",
                "DECIMALS": "4",
                "SOURCE_AGENCY": "4F0",
                "TITLE": title,
                "TITLE_COMPL": f"ECB reference exchange rate, {title}, 2:15 pm (C.E.T.)",
                "UNIT": currency,
                "UNIT_MULT": "0",
            }
        )
    return text.getvalue()


REFUSALS = {"rate_limited": plain(429, "Too Many Requests"), "server_error": plain(500, "Internal Server Error")}
