from __future__ import annotations

import csv
import io
from datetime import datetime

import httpx
import pytest

from sandbox.platforms.ecb import COLUMNS
from sandbox.serve import Sandbox


def ask(sandbox: Sandbox, key="D..EUR.SP00.A", **params):
    return httpx.get(f"{sandbox['ecb']}/service/data/EXR/{key}", params={"format": "csvdata", **params})


def rows(answer: httpx.Response):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_rates_come_as_csvdata_with_all_columns_ascending_by_day(sandbox, world):
    got = rows(ask(sandbox, "D.USD+GBP.EUR.SP00.A", startPeriod="2025-11-03", endPeriod="2025-11-14"))
    true = {(str(row["date"]), row["currency"]): row["rate"] for row in world.fx_rates.to_pylist()}
    assert tuple(got[0]) == COLUMNS and len(COLUMNS) == 32
    assert len(got) == 2 * 10
    assert all(row["OBS_VALUE"] == true[row["TIME_PERIOD"], row["CURRENCY"]] for row in got)
    dollars = [row["TIME_PERIOD"] for row in got if row["CURRENCY"] == "USD"]
    assert dollars == sorted(dollars)
    assert "," in got[0]["TITLE_COMPL"] and got[0]["KEY"] == "EXR.D.GBP.EUR.SP00.A"


def test_a_weekend_has_no_rows_and_a_window_over_it_skips_it(sandbox):
    weekend = ask(sandbox, startPeriod="2025-11-08", endPeriod="2025-11-09")
    assert weekend.status_code == 404 and "No results found" in weekend.text
    over = rows(ask(sandbox, "D.USD.EUR.SP00.A", startPeriod="2025-11-07", endPeriod="2025-11-10"))
    assert [row["TIME_PERIOD"] for row in over] == ["2025-11-07", "2025-11-10"]


def test_a_target_holiday_is_a_row_without_value_or_no_row(sandbox):
    got = rows(ask(sandbox, "D.USD.EUR.SP00.A", startPeriod="2025-12-24", endPeriod="2025-12-29"))
    assert [(row["TIME_PERIOD"], bool(row["OBS_VALUE"]), row["OBS_STATUS"]) for row in got] == [
        ("2025-12-24", True, "A"),
        ("2025-12-26", False, "H"),
        ("2025-12-29", True, "A"),
    ]


def test_a_day_s_rate_appears_in_the_afternoon(sandbox):
    last = {"startPeriod": "2026-01-05", "endPeriod": "2026-01-09"}
    sandbox.clock.set(datetime(2026, 1, 6, 14, 59))
    assert {row["TIME_PERIOD"] for row in rows(ask(sandbox, **last))} == {"2026-01-05"}
    sandbox.clock.set(datetime(2026, 1, 6, 15))
    assert {row["TIME_PERIOD"] for row in rows(ask(sandbox, **last))} == {"2026-01-05", "2026-01-06"}


def test_periods_may_be_months_and_last_observations_count_by_currency(sandbox):
    november = rows(ask(sandbox, startPeriod="2025-11", endPeriod="2025-11"))
    assert (november[0]["TIME_PERIOD"], november[-1]["TIME_PERIOD"]) == ("2025-11-03", "2025-11-28")
    latest = rows(ask(sandbox, lastNObservations=1))
    assert len(latest) == len({row["CURRENCY"] for row in latest}) == len({row["CURRENCY"] for row in november})
    assert {row["TIME_PERIOD"] for row in latest} == {"2026-01-05"}


def test_updated_after_gives_what_was_published_since(sandbox):
    assert {row["TIME_PERIOD"] for row in rows(ask(sandbox, updatedAfter="2026-01-02T15:00:00+00:00"))} == {"2026-01-05"}


@pytest.mark.parametrize(
    ("key", "params", "status"), [("D.USD", {}, 400), ("D.XXX.EUR.SP00.A", {}, 404), ("D..EUR.SP00.A", {"format": "jsondata"}, 406)]
)
def test_other_questions_are_refused(sandbox, key, params, status):
    assert ask(sandbox, key, **params).status_code == status
