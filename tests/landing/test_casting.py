from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multiball.landing.casting import EXAMPLES, Fault, cast
from multiball.shapes import FieldType
from multiball.warehouse.raw_schema import ARROW_TYPES


@pytest.mark.parametrize(
    ("kind", "values", "column"),
    [
        ("bigint", [1, "152", " -3 ", 2.0, "4.0", "", None], [1, 152, -3, 2, 4, None, None]),
        ("decimal(18,6)", [1, "2.5", 0.1, Decimal("3"), "-0.0000005", "1e-3"], ["1", "2.5", "0.1", "3", "-0.000001", "0.001"]),
        ("double", [1, "2.5", 0.25], [1.0, 2.5, 0.25]),
        ("boolean", [True, "false", None], [True, False, None]),
        ("date", ["2026-01-31", date(2026, 2, 1), None], [date(2026, 1, 31), date(2026, 2, 1), None]),
        (
            "timestamp",
            ["2026-01-31T08:00:00+0100", "2026-01-31T08:00:00.123456789Z", "2026-01-31", "2026-01-31 08:00:00"],
            [datetime(2026, 1, 31, 7), datetime(2026, 1, 31, 8, 0, 0, 123456), datetime(2026, 1, 31), datetime(2026, 1, 31, 8)],
        ),
        ("timestamp", [datetime(2026, 1, 31, 8, tzinfo=timezone(timedelta(hours=8)))], [datetime(2026, 1, 31)]),
        ("string", ["", "a", 17841400000000001, None], ["", "a", "17841400000000001", None]),
    ],
)
def test_values_of_the_type_are_kept_however_json_writes_them(kind: FieldType, values: list[Any], column: list[Any]) -> None:
    expected = [Decimal(value) for value in column] if kind == "decimal(18,6)" else column
    array, faults = cast(values, kind)
    assert faults == [] and array.type == ARROW_TYPES[kind] and array.to_pylist() == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bigint", "many"),
        ("bigint", True),
        ("bigint", 1.5),
        ("bigint", 2**63),
        ("bigint", [1]),
        ("decimal(18,6)", "nan"),
        ("decimal(18,6)", 10**12),
        ("double", "inf"),
        ("boolean", 1),
        ("boolean", "yes"),
        ("date", "2026-02-30"),
        ("date", 20260131),
        ("timestamp", 1735689600),
        ("timestamp", "yesterday"),
        ("string", 1.5),
        ("string", {"a": 1}),
        ("string", "half an emoji \ud83d"),
        ("bigint", "\ud83d"),
    ],
)
def test_a_value_of_another_type_is_found_wherever_it_stands(kind: FieldType, value: Any) -> None:
    good = {"date": "2026-01-31", "timestamp": "2026-01-31", "boolean": "true", "string": "a"}.get(kind, "1")
    for values, position in [([value], 0), ([good, None, value], 2), ([good, value, good, value], 1)]:
        column, faults = cast(values, kind)
        fault = faults[0]
        assert (fault.position, fault.value) == (position, value) and column[position].as_py() is None


def test_a_day_next_to_what_is_not_a_number_is_reported_like_any_other_value() -> None:
    _, faults = cast([date(2026, 1, 31), float("nan")], "date")
    assert [fault.position for fault in faults] == [1]


def test_the_examples_of_messages_are_good_values() -> None:
    for kind, example in EXAMPLES.items():
        assert cast([example], kind)[0].null_count == 0


def test_arrow_columns_are_cast_by_the_same_rules() -> None:
    assert cast(pa.array([1, None], pa.int32()), "bigint")[0].to_pylist() == [1, None]
    assert cast(pa.array(["1", "x"]), "bigint")[1] == [Fault(1, "x", slip=False)]


@given(st.integers(0, 20).flatmap(lambda places: st.lists(st.decimals(-(10**11), 10**11, allow_nan=False, places=places))))
def test_decimals_round_half_up_like_the_decimal_module(values: list[Decimal]) -> None:
    expected = [value.quantize(Decimal("0.000001"), ROUND_HALF_UP) for value in values]
    assert cast([str(value) for value in values], "decimal(18,6)")[0].to_pylist() == expected


@given(st.lists(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.timezones())))
def test_timestamps_with_zone_become_utc(values: list[datetime]) -> None:
    whole = [value.astimezone(timezone(value.utcoffset() or timedelta())) for value in values]
    minutes = [value for value in whole if (value.utcoffset() or timedelta()).total_seconds() % 60 == 0]
    assert cast([value.isoformat() for value in minutes], "timestamp")[0].to_pylist() == [
        value.astimezone(UTC).replace(tzinfo=None) for value in minutes
    ]
