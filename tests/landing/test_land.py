"""What becomes of an extraction, on both engines."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from multiball.landing import land, loads
from multiball.shapes import Entity, Field, InputError, SourceError, Window
from multiball.warehouse import Warehouse
from tests.landing.conftest import AD_DAYS, ADS, KEY, ORDERS, WINDOW, Landing, ad_day, newest, vintages


def load_of(loads: list, entity: str):
    return next(load for load in loads if load.entity == entity)


def test_rows_are_typed_and_carry_their_origin(warehouse: Warehouse, landing: Landing) -> None:
    load = load_of(landing(("ad_days", [ad_day(1, "a", "152"), ad_day(2, "a", 3)])), "ad_days")
    assert (load.extracted, load.landed, load.unchanged, load.rejected, load.deleted) == (2, 2, 0, 0, 0)
    row = min(newest(warehouse, AD_DAYS), key=lambda row: row["day"])
    assert (row["day"], row["ad_id"], row["clicks"], row["spend"]) == (date(2026, 10, 1), "a", 152, Decimal("1.500000"))
    assert (row["_source"], row["_account"], row["_run_id"], row["_deleted"], row["_undeclared"]) == ("shop", "1", "run 1", False, None)


def test_landing_the_same_again_stores_nothing(warehouse: Warehouse, landing: Landing) -> None:
    pages = [
        ("ad_days", [ad_day(1, "a"), ad_day(2, "b")]),
        ("ads", [{"ad_id": "a", "name": "A"}]),
        ("orders", [{"order_id": "1", "email": "a@b.de"}]),
    ]
    landing(*pages)
    before = [newest(warehouse, entity) for entity in (AD_DAYS, ADS, ORDERS)]
    again = landing(*pages)
    assert [(load.landed, load.deleted) for load in again] == [(0, 0)] * 3
    assert [load.unchanged for load in again] == [2, 1, 1]
    assert [newest(warehouse, entity) for entity in (AD_DAYS, ADS, ORDERS)] == before


def test_a_restated_row_becomes_a_second_vintage_and_the_newest_wins(warehouse: Warehouse, landing: Landing) -> None:
    landing(("ad_days", [ad_day(1, "a", 5), ad_day(2, "a", 5)]))
    first_seen = datetime.max
    load = load_of(landing(("ad_days", [ad_day(1, "a", 7), ad_day(2, "a", 5)])), "ad_days")
    assert (load.landed, load.unchanged) == (1, 1)
    assert vintages(warehouse, AD_DAYS) == 3
    assert {row["day"].day: row["clicks"] for row in newest(warehouse, AD_DAYS, first_seen)} == {1: 7, 2: 5}


def test_a_row_that_goes_back_to_what_it_was_is_a_vintage_again(warehouse: Warehouse, landing: Landing) -> None:
    for clicks in (5, 7, 5):
        landing(("ad_days", [ad_day(1, "a", clicks)]))
    assert vintages(warehouse, AD_DAYS) == 3
    assert [row["clicks"] for row in newest(warehouse, AD_DAYS)] == [5]


def test_a_row_missing_from_its_window_is_marked_deleted_and_may_come_back(warehouse: Warehouse, landing: Landing) -> None:
    landing(("ad_days", [ad_day(1, "a"), ad_day(2, "a")]))
    assert load_of(landing(("ad_days", [ad_day(1, "a")])), "ad_days").deleted == 1
    assert [row["day"].day for row in newest(warehouse, AD_DAYS)] == [1]
    assert load_of(landing(("ad_days", [ad_day(1, "a")])), "ad_days").deleted == 0
    assert load_of(landing(("ad_days", [ad_day(1, "a"), ad_day(2, "a")])), "ad_days").landed == 1
    assert sorted(row["day"].day for row in newest(warehouse, AD_DAYS)) == [1, 2]


def test_a_metric_that_the_platform_no_longer_answers_for_keeps_its_history(warehouse: Warehouse, landing: Landing) -> None:
    days = Entity(
        "page_days",
        "one row per day and metric",
        "daily",
        ("day", "metric"),
        (Field("day", "date", "Day"), Field("metric", "string", "Metric"), Field("value", "bigint", "Value")),
        report_date="day",
        answered_by=("metric",),
    )

    def page_day(day: int, metric: str) -> dict[str, object]:
        return {"day": f"2026-10-{day:02}", "metric": metric, "value": day}

    landing(("page_days", [page_day(day, metric) for day in (1, 2) for metric in ("views", "fans")]), entities=[days])
    retired = landing(("page_days", [page_day(1, "views")]), entities=[days])
    assert load_of(retired, "page_days").deleted == 1, "the second day's views are gone; fans were not answered for"
    assert {(row["day"].day, row["metric"]) for row in newest(warehouse, days)} == {(1, "views"), (1, "fans"), (2, "fans")}


def test_days_outside_the_window_and_other_accounts_are_left_alone(warehouse: Warehouse, landing: Landing) -> None:
    landing(("ad_days", [ad_day(1, "a"), ad_day(20, "a")]), ("ads", [{"ad_id": "a", "name": "A"}]))
    landing(("ad_days", [ad_day(1, "a")]), ("ads", [{"ad_id": "a", "name": "A"}]), account="2")
    narrow = landing(("ad_days", []), ("ads", [{"ad_id": "b", "name": "B"}]), window=Window(date(2026, 10, 15), date(2026, 10, 31)))
    assert load_of(narrow, "ad_days").deleted == 1 and load_of(narrow, "ads").deleted == 1
    assert sorted((row["_account"], row["day"].day) for row in newest(warehouse, AD_DAYS)) == [("1", 1), ("2", 1)]
    assert sorted((row["_account"], row["ad_id"]) for row in newest(warehouse, ADS)) == [("1", "b"), ("2", "a")]


def test_an_entity_of_which_no_page_came_is_not_taken_for_empty(warehouse: Warehouse, landing: Landing) -> None:
    landing(("ad_days", [ad_day(1, "a")]), ("ads", [{"ad_id": "a", "name": "A"}]))
    assert [(load.entity, load.deleted) for load in landing(("orders", []))] == [("ad_days", 0), ("orders", 0)]
    assert len(newest(warehouse, AD_DAYS)) == len(newest(warehouse, ADS)) == 1


def test_a_record_without_a_required_field_is_rejected_with_its_reason_and_counted(warehouse: Warehouse, landing: Landing) -> None:
    landing(("ad_days", [ad_day(1, "a"), ad_day(2, "a")]))
    load = load_of(landing(("ad_days", [ad_day(1, "a"), {"day": "2026-10-02", "ad_id": "a", "clicks": 1}, ad_day(3, None)])), "ad_days")
    assert (load.extracted, load.landed, load.unchanged, load.rejected) == (3, 0, 1, 2)
    assert load.deleted == 0, "what is rejected is not gone at the source"
    rows = warehouse.read_raw("multiball", "select * from raw_multiball.rejected_row order by row_number").to_pylist()
    assert [(row["row_number"], row["reason"], row["account"], row["entity"]) for row in rows] == [
        (2, "account_name missing", "1", "ad_days"),
        (3, "ad_id missing", "1", "ad_days"),
    ]
    assert json.loads(rows[0]["record"])["ad_id"] == "a"


def test_a_key_given_twice_counts_once_if_equal_and_is_reported_if_not(warehouse: Warehouse, landing: Landing) -> None:
    load = load_of(
        landing(("ad_days", [ad_day(1, "a", 5), ad_day(1, "a", 5), ad_day(2, "a", 5)]), ("ad_days", [ad_day(2, "a", 6)])), "ad_days"
    )
    assert (load.extracted, load.landed, load.rejected) == (3, 2, 1)
    assert {row["day"].day: row["clicks"] for row in newest(warehouse, AD_DAYS)} == {1: 5, 2: 6}
    (reported,) = warehouse.read_raw("multiball", "select reason, record from raw_multiball.rejected_row").to_pylist()
    assert "the last one counts" in reported["reason"] and json.loads(reported["record"])["clicks"] == 5


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (ad_day(1, "a", "many"), r"ad_days\.clicks is 'many', which is not a valid bigint"),
        (ad_day(1, "a", 1.5), r"ad_days\.clicks is 1\.5, which is not a valid bigint"),
        (ad_day(1, {"id": 1}), r"ad_days\.ad_id is \{'id': 1\}, which is not a valid string"),
        (ad_day(1, "a") | {"day": "31.10.2026"}, r"ad_days\.day is '31\.10\.2026', which is not a valid date \(good: 2026-01-31\)"),
    ],
)
def test_a_flipped_type_stops_the_load_with_entity_field_and_value(warehouse: Warehouse, landing: Landing, record: dict, said: str) -> None:
    landing(("ad_days", [ad_day(1, "a")]))
    with pytest.raises(SourceError, match=rf"source shop: {said}"):
        landing(("ads", [{"ad_id": "a", "name": "A"}]), ("ad_days", [ad_day(2, "a"), record]))
    assert vintages(warehouse, AD_DAYS) == 1 and vintages(warehouse, ADS) == 0
    assert len(loads(warehouse, "shop")) == 1


def test_an_extraction_that_fails_half_way_leaves_nothing(warehouse: Warehouse, landing: Landing) -> None:

    def pages():
        yield "ad_days", [ad_day(1, "a")]
        raise SourceError("answered half a page", source="shop", remedy="Run it again.")

    landing(("ads", []))
    with pytest.raises(SourceError, match="half a page"):
        land(
            warehouse,
            source="shop",
            connector="shop",
            account="1",
            entities=[AD_DAYS],
            window=WINDOW,
            pages=pages(),
            run_id="x",
            identity_key=KEY,
        )
    assert vintages(warehouse, AD_DAYS) == 0
    assert list(warehouse.scratch.glob("load-*")) == []


def test_undeclared_fields_are_kept_as_json_and_reported(warehouse: Warehouse, landing: Landing) -> None:
    load = load_of(landing(("ad_days", [ad_day(1, "a", saves=3, boost={"by": "x@y.org"}, work_email="q"), ad_day(2, "a")])), "ad_days")
    assert load.drift == ("boost", "saves", "work_email") and load.landed == 2
    first, second = sorted(newest(warehouse, AD_DAYS), key=lambda row: row["day"])
    assert json.loads(first["_undeclared"]) == {"saves": 3, "boost": {"by": "[e-mail]"}, "work_email": "[withheld]"}
    assert second["_undeclared"] is None
    drift = warehouse.read_raw("multiball", "select drift from raw_multiball.load where entity = 'ad_days'").to_pylist()
    assert json.loads(drift[0]["drift"]) == ["boost", "saves", "work_email"]


def test_plain_addresses_and_numbers_are_nowhere_in_what_is_stored(warehouse: Warehouse, landing: Landing, tmp_path: Path) -> None:
    people = [
        {
            "order_id": "1",
            "email": " Anna.Test+News@Example.COM ",
            "phone": "030 1234567",
            "page_url": "https://x.org/?e=anna.test@example.com",
        },
        {"order_id": "2", "email": "anna.test+news@example.com", "phone": "+49 (30) 123-4567", "page_url": None},
        {"order_id": None, "email": "anna.test@example.com", "phone": "+49 30 1234567"},
        {"order_id": "anna.test@example.com", "email": "not an address", "phone": "none"},
    ]
    landing(("orders", people))
    rows = {row["order_id"]: row for row in newest(warehouse, ORDERS)}
    assert len(rows) == 3 and "email" not in rows["1"]
    assert rows["1"]["email_key"] == rows["2"]["email_key"] and rows["1"]["phone_key"] == rows["2"]["phone_key"] is not None
    keyed = next(row for name, row in rows.items() if name not in ("1", "2"))
    assert keyed["email_key"] is None and keyed["phone_key"] is None and len(keyed["order_id"]) == 64
    everything = b"".join(
        row for table in ("raw_shop.orders", "raw_multiball.rejected_row", "raw_multiball.load") for row in as_bytes(warehouse, table)
    )
    files = b"".join(file.read_bytes() for file in (tmp_path / "var").rglob("*") if file.is_file())
    for plain in (b"example.com", b"anna", b"Anna", b"1234567"):
        assert plain not in everything and plain not in files


def as_bytes(warehouse: Warehouse, table: str) -> list[bytes]:
    return [
        repr(row).encode() for row in warehouse.read_raw(table.split(".")[0].removeprefix("raw_"), f"select * from {table}").to_pylist()
    ]


def test_arrow_pages_land_like_records(warehouse: Warehouse, landing: Landing) -> None:
    landing(("ad_days", [ad_day(1, "a"), ad_day(2, "b")]))
    page = pa.table(
        {
            "day": pa.array([date(2026, 10, 1), date(2026, 10, 2)]),
            "ad_id": ["a", "b"],
            "account_name": ["Brand"] * 2,
            "clicks": [1, 1],
            "spend": [Decimal("1.5")] * 2,
        }
    )
    assert load_of(landing(("ad_days", page)), "ad_days").unchanged == 2
    with pytest.raises(SourceError, match=r"ad_days\.clicks is 'x'"):
        landing(("ad_days", page.set_column(3, "clicks", pa.array(["1", "x"]))))


def test_rows_beyond_the_window_are_kept_and_not_doubled(warehouse: Warehouse, landing: Landing) -> None:
    week = Window(date(2026, 10, 5), date(2026, 10, 11))
    for _ in range(2):
        loaded = load_of(landing(("ad_days", [ad_day(4, "a"), ad_day(5, "a")]), window=week), "ad_days")
    assert (loaded.landed, loaded.unchanged) == (0, 2)


def test_an_undeclared_entity_and_an_empty_key_are_reported(landing: Landing) -> None:
    with pytest.raises(SourceError, match="returned records of ad_weeks"):
        landing(("ad_weeks", []))
    with pytest.raises(InputError, match="MULTIBALL_IDENTITY_KEY: the identity key is empty"):
        landing(("ads", []), identity_key="")


def test_loads_tell_which_windows_were_landed(warehouse: Warehouse, landing: Landing) -> None:
    october, november = Window(date(2026, 10, 1), date(2026, 10, 31)), Window(date(2026, 11, 1), date(2026, 11, 5))
    assert loads(warehouse, "shop") == []
    landing(("ad_days", []), window=october)
    landing(("ad_days", []), window=november, account="2")
    assert [(load.account, load.start, load.end) for load in loads(warehouse, "shop")] == [("1", *span(october)), ("2", *span(november))]
    assert [load.account for load in loads(warehouse, "shop", "2")] == ["2"]
    assert loads(warehouse, "other") == []


def span(window: Window) -> tuple[date, date]:
    return window.start, window.end
