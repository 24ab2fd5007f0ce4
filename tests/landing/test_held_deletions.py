"""Deletions too large to believe are held until the source gives the rows again or a person confirms, on both engines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from multiball.landing import confirm, held_days, holds
from multiball.shapes import Entity, Field, InputError, Window
from multiball.warehouse import Warehouse
from tests.landing.conftest import AD_DAYS, ADS, ORDERS, Landing, ad_day, newest, vintages

ENTITIES = {("shop", entity.name): entity for entity in (AD_DAYS, ADS, ORDERS)}


def ads(*numbers: int) -> tuple[str, list[dict[str, Any]]]:
    return "ads", [{"ad_id": f"ad {number}", "name": f"Ad {number}"} for number in numbers]


def days(*numbers: int, each: int = 1) -> tuple[str, list[dict[str, Any]]]:
    return "ad_days", [ad_day(number, f"ad {ad}") for number in numbers for ad in range(each)]


def held(warehouse: Warehouse) -> dict[tuple[str, str], int]:
    return {(hold.account, hold.entity): hold.rows for hold in holds(warehouse)}


def confirmed(warehouse: Warehouse, **narrowed: Any) -> None:
    confirm(warehouse, "shop", ENTITIES, by="anna", run_id=f"confirm {datetime.now()}", **narrowed)


@pytest.mark.parametrize(
    ("before", "after", "is_held"),
    [
        (28, 0, True),
        (11, 0, True),
        (10, 0, False),  # no more than ten
        (100, 80, False),  # no more than 20 %
        (100, 79, True),
        (1, 0, False),
        (60, 48, False),
        (56, 44, True),  # 12 of 56 are more than 20 %
    ],
)
def test_more_than_ten_rows_and_more_than_a_fifth_are_held(
    warehouse: Warehouse, landing: Landing, before: int, after: int, is_held: bool
) -> None:
    landing(ads(*range(before)))
    load = next(load for load in landing(ads(*range(after))) if load.entity == "ads")
    missing = before - after
    assert (load.known, load.held, load.deleted) == ((before, missing, 0) if is_held else (before, 0, missing))
    assert len(newest(warehouse, ADS)) == (before if is_held else after)
    assert held(warehouse) == ({("1", "ads"): missing} if is_held else {})


def test_an_empty_answer_deletes_no_month_of_days_and_the_next_full_answer_ends_the_hold(warehouse: Warehouse, landing: Landing) -> None:
    landing(days(*range(1, 29)), ads(*range(20)))
    landing(("ad_days", []), ("ads", []))
    assert held(warehouse) == {("1", "ad_days"): 28, ("1", "ads"): 20}
    stored = warehouse.read_raw("multiball", "select * from raw_multiball.held_row").num_rows
    landing(("ad_days", []), ("ads", []))
    assert warehouse.read_raw("multiball", "select * from raw_multiball.held_row").num_rows == stored, "an equal answer stores nothing"
    assert len(newest(warehouse, AD_DAYS)) == 28 and held_days(warehouse, "shop", "1") == {date(2026, 10, day) for day in range(1, 29)}
    landing(days(*range(1, 29)), ads(*range(20)))
    assert held(warehouse) == {} and vintages(warehouse, AD_DAYS) == 28


def test_where_one_entity_lacks_too_much_nothing_of_its_load_is_deleted(warehouse: Warehouse, landing: Landing) -> None:
    landing(days(*range(1, 9)), ads(*range(80)))
    landing(("ad_days", []), ("ads", []))
    assert held(warehouse) == {("1", "ad_days"): 8, ("1", "ads"): 80}, "eight days alone would pass, and disagree with the ads then"
    assert len(newest(warehouse, AD_DAYS)) == 8
    landing(days(*range(1, 7)), ads(*range(80)))
    assert held(warehouse) == {} and len(newest(warehouse, AD_DAYS)) == 6


def test_rows_of_the_same_answer_that_are_new_or_changed_land_and_part_of_the_hold_ends(warehouse: Warehouse, landing: Landing) -> None:
    landing(days(*range(1, 29)))
    landing(("ad_days", [ad_day(1, "ad 0", 7), ad_day(30, "ad 0")]))
    assert held(warehouse) == {("1", "ad_days"): 27}
    rows = {row["day"].day: row["clicks"] for row in newest(warehouse, AD_DAYS)}
    assert rows == {1: 7, **dict.fromkeys(range(2, 29), 1), 30: 1}
    landing(days(*range(3, 11)), window=Window(date(2026, 10, 3), date(2026, 10, 12)))
    assert held(warehouse) == {("1", "ad_days"): 17}, "days 3 to 10 came again, 11 and 12 are too few to hold and gone, 2 and 13 to 28 wait"


def test_a_confirmation_deletes_what_is_held_now_and_nothing_later(warehouse: Warehouse, landing: Landing) -> None:
    landing(days(*range(1, 29)), ads(*range(50)))
    before = warehouse.moment()
    landing(("ad_days", []), ads(*range(20)))
    confirmed(warehouse)
    assert held(warehouse) == {} and newest(warehouse, AD_DAYS) == [] and len(newest(warehouse, ADS)) == 20
    assert len(newest(warehouse, AD_DAYS, before)) == 28, "past states keep what they knew"
    rows = warehouse.read_raw("multiball", "select * from raw_multiball.confirmation order by entity").to_pylist()
    assert [(row["entity"], row["rows"], row["confirmed_by"], row["account"]) for row in rows] == [
        ("ad_days", 28, "anna", "1"),
        ("ads", 30, "anna", "1"),
    ]
    with pytest.raises(InputError, match="no deletion of shop is held"):
        confirmed(warehouse)
    assert next(load for load in landing(("ad_days", []), ads(*range(20))) if load.entity == "ads").held == 0, "it passes from now on"
    landing(ads(1))
    assert held(warehouse) == {("1", "ads"): 19}, "the next large deletion waits for its own confirmation"


def test_a_confirmation_can_be_narrowed_to_an_account_or_an_entity(warehouse: Warehouse, landing: Landing) -> None:
    for account in ("1", "2"):
        landing(days(*range(1, 29)), ads(*range(50)), account=account)
        landing(("ad_days", []), ("ads", []), account=account)
    confirmed(warehouse, account="2", entity="ads")
    assert held(warehouse) == {("1", "ad_days"): 28, ("1", "ads"): 50, ("2", "ad_days"): 28}
    confirmed(warehouse, account="1")
    assert held(warehouse) == {("2", "ad_days"): 28}


def test_many_small_deletions_within_a_month_are_one_large_one(warehouse: Warehouse, landing: Landing) -> None:
    start, left = datetime(2026, 11, 1), 100
    landing(ads(*range(left)), extracted_at=start)
    deleted = []
    for number in range(1, 6):
        left -= left * 19 // 100
        loads = landing(ads(*range(left)), extracted_at=start + timedelta(days=number))
        deleted.append(next(load for load in loads if load.entity == "ads").deleted)
    assert deleted == [19, 0, 0, 0, 0], "19 of 100 pass, 15 more make 34 of 100 and wait"
    assert len(newest(warehouse, ADS)) == 81
    confirmed(warehouse)
    assert len(newest(warehouse, ADS)) == left


def test_a_slow_loss_is_believed(warehouse: Warehouse, landing: Landing) -> None:
    start = datetime(2026, 1, 1)
    for number in range(8):
        landing(ads(*range(100 - 10 * number)), extracted_at=start + timedelta(days=31 * number))
    assert held(warehouse) == {} and len(newest(warehouse, ADS)) == 30


def test_rows_that_came_back_do_not_count_as_lost(warehouse: Warehouse, landing: Landing) -> None:
    for _ in range(5):
        landing(ads(*range(100)))
        landing(ads(*range(85)))
    assert held(warehouse) == {} and len(newest(warehouse, ADS)) == 85


def test_a_deletion_that_was_asked_for_passes_at_once_and_does_not_count_later(warehouse: Warehouse, landing: Landing) -> None:
    landing(ads(*range(100)))
    landing(ads(*range(10)))
    assert held(warehouse) == {("1", "ads"): 90}
    landing(("ads", []), confirmed=True)
    assert held(warehouse) == {} and newest(warehouse, ADS) == []
    landing(ads(*range(60)))
    landing(ads(*range(55)))
    assert held(warehouse) == {} and len(newest(warehouse, ADS)) == 55


def test_a_shrinking_answer_that_settles_is_deleted_once_it_is_small_against_what_is_there(warehouse: Warehouse, landing: Landing) -> None:
    landing(ads(*range(100)))
    landing(ads(*range(50)))
    landing(ads(*range(90)))
    assert held(warehouse) == {} and len(newest(warehouse, ADS)) == 90


def test_keys_of_every_type_are_confirmed_as_they_are(warehouse: Warehouse, landing: Landing) -> None:
    odd = Entity(
        "odd",
        "one row per odd key",
        "daily",
        ("number", "at", "text", "flag", "share"),
        (
            Field("number", "bigint", "Number"),
            Field("at", "timestamp", "Moment"),
            Field("text", "string", "Text"),
            Field("flag", "boolean", "Flag"),
            Field("share", "decimal(18,6)", "Share"),
            Field("day", "date", "Day"),
        ),
        report_date="day",
    )
    rows = [
        {"number": 2**62 + n, "at": f"2026-10-01T08:00:00.00000{n % 10}", "text": f"it's \"{n}\"\\ 微博 $.a", "flag": n % 2 == 0,
         "share": f"0.{n + 1:06}", "day": "2026-10-01"} for n in range(12)
    ]  # fmt: skip
    landing(("odd", rows), entities=[odd])
    landing(("odd", []), entities=[odd])
    assert held(warehouse) == {("1", "odd"): 12}
    confirm(warehouse, "shop", {("shop", "odd"): odd}, by="anna", run_id="confirm")
    assert newest(warehouse, odd) == [] and vintages(warehouse, odd) == 24
    assert next(iter(landing(("odd", rows), entities=[odd]))).landed == 12


def test_a_rejected_record_holds_and_deletes_nothing(warehouse: Warehouse, landing: Landing) -> None:
    landing(days(*range(1, 29)))
    load = next(iter(landing(("ad_days", [{"day": "2026-10-01"}]))))
    assert (load.known, load.held, load.deleted) == (None, 0, 0) and held(warehouse) == {}
