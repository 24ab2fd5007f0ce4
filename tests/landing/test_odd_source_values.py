"""One odd value rejects its row and one odd character is replaced, alike on both engines; a field that has changed stops its source."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multiball.landing.casting import cast
from multiball.landing.identity import Identities
from multiball.landing.records import Tally, typed_page
from multiball.shapes import SourceError
from multiball.warehouse import Warehouse
from tests.landing.conftest import AD_DAYS, KEY, ORDERS, Landing, ad_day, newest


def _order(order_id: str, ordered_at: Any = "2026-10-05T08:00:00Z", **more: Any) -> dict[str, Any]:
    return {"order_id": order_id, "ordered_at": ordered_at, "email": None, "phone": None, "page_url": None, **more}


@pytest.mark.parametrize(
    "typed",
    ["20261-01-05", "20261-01-05T10:00:00Z", "0021-03-04", "0021-03-04T00:00:00+01:00", "2026-02-30", "2026-02-30T10:00:00Z",
     "2026-13-01", "9999-12-31T23:59:59Z", "-2026-01-01", "99999999-01-01", "2026-01-01T25:00:00Z", datetime(21, 1, 1), date(9999, 1, 1)],
)  # fmt: skip
def test_a_day_that_somebody_typed_wrong_rejects_its_row_alone(warehouse: Warehouse, landing: Landing, typed: Any) -> None:
    load = {load.entity: load for load in landing(("orders", [_order("a"), _order("odd", typed), _order("z")]))}["orders"]
    assert (load.landed, load.rejected) == (2, 1)
    assert {row["order_id"] for row in newest(warehouse, ORDERS)} == {"a", "z"}
    [reported] = warehouse.read_raw("multiball", "select entity, row_number, reason, record from raw_multiball.rejected_row").to_pylist()
    assert (reported["entity"], reported["row_number"], json.loads(reported["record"])["order_id"]) == ("orders", 2, "odd")
    assert reported["reason"] == f"ordered_at is {typed!r}, which is not a valid timestamp (good: 2026-01-31T08:00:00+0000)"


@pytest.mark.parametrize(
    ("field", "huge"), [("clicks", 2**63), ("clicks", "9" * 40), ("spend", "1e400"), ("spend", 10**12), ("clicks", float("inf"))]
)
def test_a_number_beyond_its_type_rejects_its_row_alone(warehouse: Warehouse, landing: Landing, field: str, huge: Any) -> None:
    load = {load.entity: load for load in landing(("ad_days", [ad_day(1, "a"), ad_day(1, "b") | {field: huge}]))}["ad_days"]
    assert (load.landed, load.rejected) == (1, 1)


def test_a_row_that_is_rejected_does_not_count_as_gone(warehouse: Warehouse, landing: Landing) -> None:
    landing(("ad_days", [ad_day(1, "a"), ad_day(1, "b")]))
    load = {load.entity: load for load in landing(("ad_days", [ad_day(1, "a"), ad_day(1, "b", "9" * 30)]))}["ad_days"]
    assert (load.unchanged, load.rejected, load.deleted) == (1, 1, 0)
    assert len(newest(warehouse, AD_DAYS)) == 2


BAD_TEXTS = {
    "half a character": ("caf\ud83d", "caf\ufffd", 1),
    "the other half": ("\ude00caf", "\ufffdcaf", 1),
    "two halves the wrong way round": ("\ude00\ud83d", "\ufffd\ufffd", 2),
    "two halves of one": ("\ud83d\ude00", "\U0001f600", 0),
    "NUL": ("a\0b\0", "a\ufffdb\ufffd", 2),
    "both": ("\0\ud83d x", "\ufffd\ufffd x", 2),
    "one that was there before": ("\ufffd", "\ufffd", 0),
    "line ends and blanks": ("a\r\n\tb\u00a0", "a\r\n\tb\u00a0", 0),
}


@pytest.mark.parametrize(("given_", "stored", "replaced"), BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_a_character_that_cannot_be_stored_is_replaced_and_counted(
    warehouse: Warehouse, landing: Landing, given_: str, stored: str, replaced: int
) -> None:
    records = [_order("a", page_url="https://shop.example/"), _order("b", page_url=given_), _order(given_, more={given_: [given_]})]
    load = {load.entity: load for load in landing(("orders", records))}["orders"]
    assert (load.landed, load.rejected, load.replaced) == (3, 0, 2 * replaced)
    rows = {row["order_id"]: row for row in newest(warehouse, ORDERS)}
    assert rows["b"]["page_url"] == stored
    assert json.loads(rows[stored]["_undeclared"]) == {"more": {stored: [stored]}}
    assert warehouse.read_raw("multiball", "select replaced from raw_multiball.load where entity = 'orders'").to_pylist() == [
        {"replaced": 2 * replaced}
    ]
    again = {load.entity: load for load in landing(("orders", records))}["orders"]
    assert (again.landed, again.unchanged) == (0, 3)


def test_odd_characters_in_an_address_do_not_stop_a_load(warehouse: Warehouse, landing: Landing) -> None:
    load = {load.entity: load for load in landing(("orders", [_order("a", email="a\0@example.com"), _order("b", phone="\ud83d")]))}[
        "orders"
    ]
    assert (load.landed, load.rejected) == (2, 0)


@pytest.mark.parametrize(
    ("good", "bad", "value", "stops"),
    [
        (0, 1, "20261-01-05", False),
        (0, 10, "20261-01-05", False),
        (0, 11, "20261-01-05", True),
        (1089, 11, "20261-01-05", False),
        (1088, 11, "20261-01-05", True),
        (99, 1, "soon", False),
        (98, 1, "soon", True),
        (0, 1, "soon", True),
        (0, 1, 1735689600, True),
    ],
)
def test_what_is_a_slip_and_what_is_a_changed_field(
    warehouse: Warehouse, landing: Landing, good: int, bad: int, value: Any, stops: bool
) -> None:
    records = [_order(f"good {number}") for number in range(good)] + [_order(f"bad {number}", value) for number in range(bad)]
    if stops:
        with pytest.raises(
            SourceError, match=r"source shop: orders\.ordered_at is .*, which is not a valid timestamp .* If the platform changed"
        ):
            landing(("orders", records))
    else:
        load = {load.entity: load for load in landing(("orders", records))}["orders"]
        assert (load.landed, load.rejected) == (good, bad)


def test_the_message_counts_the_values_that_are_alike(landing: Landing) -> None:
    with pytest.raises(
        SourceError, match=r"is 'many', which is not a valid bigint \(good: 152\), as are 2 more of 4 values\. Nothing of this load is kept"
    ):
        landing(("ad_days", [ad_day(1, "a"), ad_day(2, "a", "many"), ad_day(3, "a", "few"), ad_day(4, "a", "9" * 30)]))


_VALUES = {"good": "2026-10-05T08:00:00Z", "slip": "2026-02-30", "flip": "soon", "none": None}


@given(st.lists(st.sampled_from(sorted(_VALUES)), max_size=60), st.integers(1, 7))
def test_every_row_is_either_accepted_or_rejected_and_pages_do_not_matter(kinds: list[str], size: int) -> None:
    identities = Identities(KEY)
    records = [_order(str(number), _VALUES[kind]) for number, kind in enumerate(kinds)]
    tally, accepted, rejected = Tally(0), set[str](), set[int]()
    for first in range(0, len(records), size):
        page = typed_page(ORDERS, records[first : first + size], first + 1, identities)
        tally += page.tallies["ordered_at"]
        accepted |= set(page.accepted.column("order_id").to_pylist())
        rejected |= set(page.rejected.column("row_number").to_pylist())
    assert accepted == {str(number) for number, kind in enumerate(kinds) if kind in ("good", "none")}
    assert rejected == {number + 1 for number, kind in enumerate(kinds) if kind in ("slip", "flip")}
    slips, flips, present = kinds.count("slip"), kinds.count("flip"), len(kinds) - kinds.count("none")
    assert (tally.slips, tally.flips, tally.present) == (slips, flips, present)
    assert tally.is_flip == (flips / max(present, 1) > 0.01 or (slips > 10 and slips / present > 0.01))


@given(st.lists(st.one_of(st.dates(), st.text(max_size=12), st.none(), st.integers(), st.floats(), st.booleans()), max_size=8))
def test_whatever_stands_in_a_column_casting_gives_a_value_or_a_fault_for_each(values: list[Any]) -> None:
    for kind in ("date", "timestamp", "bigint", "decimal(18,6)", "double", "boolean", "string"):
        column, faults = cast(values, kind)
        assert len(column) == len(values) and len({fault.position for fault in faults}) == len(faults)
        for fault in faults:
            assert column[fault.position].as_py() is None and fault.value is not None
