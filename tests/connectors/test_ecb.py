"""The bank's csvdata, with its columns in their order, quoted commas, a holiday without a value and nothing on weekends."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from connectors.contract import ConnectorContract, Records, extract
from connectors.local_server import Handler, Reply, Request, serve

from multiball.shapes import Source, SourceError, Window

IDENTITY = ["KEY", "FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX"]
COLUMNS = [*IDENTITY, "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "TITLE_COMPL", "UNIT_MULT"]
START, HOLIDAY = date(2026, 12, 21), date(2026, 12, 25)
NONE_FOUND = b'<mes:Error xmlns:mes="http://www.sdmx.org/x"><com:Text>No results found.</com:Text></mes:Error>'


def api(request: Request) -> Reply:
    currencies = (request.path.split("/")[-1].split(".")[1] or "GBP+USD").split("+")
    first = date.fromisoformat(request.query.get("startPeriod", f"{START}"))
    days = [
        first + timedelta(days=number)
        for number in range((date.fromisoformat(request.query.get("endPeriod", f"{START}")) - first).days + 1)
    ]
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for currency in currencies:
        for day in days:
            if day.isoweekday() < 6:
                value, status = ("", "H") if day == HOLIDAY else (f"1.0{day.day}", "A")
                title = "ECB reference rate, 2:15 pm (C.E.T.)"
                table.writerow([f"EXR.D.{currency}.EUR.SP00.A", "D", currency, "EUR", "SP00", "A", day, value, status, title, 0])
    if text.getvalue().count("\n") == 1:
        return Reply(404, NONE_FOUND)
    return Reply(200, text.getvalue().encode(), {"content-type": "text/csv"})


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    with serve(api) as base:
        yield Source("ecb", "ecb", base, ("EXR",), {}, START, "me@example.com")


@pytest.fixture(scope="module")
def window() -> Window:
    return Window(START, START + timedelta(days=9))


class TestEcb(ConnectorContract):
    def test_a_holiday_has_no_rate_and_rates_stay_text(self, records: Records) -> None:
        rates = {(record["date_day"], record["rate"]) for record in records["exchange_rates"] if record["currency"] == "USD"}
        assert rates == {(f"2026-12-{day}", f"1.0{day}") for day in (21, 22, 23, 24, 28, 29, 30)} | {(f"{HOLIDAY}", None)}

    def test_a_window_without_any_rate_is_empty_and_a_wrong_address_is_not(self, source: Source, at: Callable[[Handler], Source]) -> None:
        weekend = Window(date(2026, 12, 26), date(2026, 12, 27))
        assert extract(source, "EXR", weekend) == {}
        with pytest.raises(SourceError, match="HTTP 404"):
            extract(at(lambda _: Reply(404, b"<html>")), "EXR", weekend)
