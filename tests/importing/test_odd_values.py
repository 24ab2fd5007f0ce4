"""One value that a type cannot hold rejects its row, or its record, and nothing else: the import goes on."""

import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.importing.conftest import Desk

AD_DAY = """max_rejected: 1
%sfile: {path: x.csv, delimiter: "\\t"}
entities:
  - entity: ad_day
    fields: {date_day: {constant: 2026-01-01}, ad_id: ad, %s: %s}
"""
HUGE = ["1e400", "-1e400", "1" + "0" * 40, "9" * 20, "1e38", "9" * 500, "1e9999999999999999999", "1" + "0" * 19]
SQL = '{sql: "number({x}) * 2"}'


def _one(desk, cell, field, value="x", formats=""):
    """What becomes of the cell between two good rows: its value or None, and the reasons."""
    desk.file("x.csv", f"ad\tx\na\t1\nodd\t{cell}\nz\t3\n")
    with desk.read(AD_DAY % (formats, field, value)) as imported:
        records = {row["ad_id"]: row[field] for page in imported.entities[0].pages() for row in page.to_pylist()}
        counts = imported.entities[0].counts
    assert set(records) >= {"a", "z"} and counts.records + counts.rejected == 3
    return records.get("odd"), counts.reasons


@pytest.mark.parametrize("cell", HUGE)
@pytest.mark.parametrize("field", ["spend", "impressions", "conversions"])
def test_a_huge_number_rejects_its_row_and_is_called_too_large(desk, cell, field):
    assert _one(desk, cell, field) == (None, {f"{field} is too large a number": 1})


@pytest.mark.parametrize(
    ("cell", "formats"), [("99999999999999999999M", "{M: 1000000}"), ("1e35K", "{K: 1000}"), ("9" * 300 + "万", "{万: 10000}")]
)
def test_a_huge_number_with_a_unit_does_too(desk, cell, formats):
    assert _one(desk, cell, "spend", formats=f"formats: {{units: {formats}}}\n") == (None, {"spend is too large a number": 1})


@pytest.mark.parametrize("cell", [*HUGE, "999999999999.999999", "abc", "1,5"])
def test_arithmetic_of_the_mapping_that_fails_on_one_row_rejects_that_row(desk, cell):
    value, reasons = _one(desk, cell, "spend", SQL)
    assert value is None and list(reasons) in (["spend cannot be computed"], ["spend is too large a number"])


def test_an_empty_operand_makes_an_empty_result_and_an_unreadable_one_can_be_allowed(desk):
    assert _one(desk, "", "spend", SQL) == (None, {})
    assert _one(desk, "n/a", "spend", '{sql: "try(number({x})) * 2"}') == (None, {})
    assert _one(desk, "n/a", "spend", "{sql: \"case when {ad} <> 'odd' then number({x}) else 0 end\"}") == (Decimal(0), {})


def test_repeated_parts_of_an_expression_fail_by_row_too(desk):
    value = '{sql: "cast({x} as decimal(9,2)) * cast({x} as decimal(9,2))"}'
    assert _one(desk, "x", "spend", value) == (None, {"spend cannot be computed": 1})


def test_an_expression_over_all_rows_still_works(desk):
    assert _one(desk, "7", "spend", '{sql: "max(number({x})) over ()"}') == (Decimal(7), {})


def test_a_condition_that_fails_on_a_row_rejects_it(desk):
    desk.file("x.csv", "ad\tx\na\t1\nb\tone\nc\t3\n")
    text = AD_DAY % ("", "spend", "{constant: 1}")
    text = text.replace("    fields", '    skip: [{when: "cast({x} as int) = 3", reason: three}]\n    fields')
    counts = desk.counts(text)
    assert (counts.records, counts.skipped, counts.reasons) == (1, {"three": 1}, {"the condition of 'three' cannot be computed": 1})


def test_a_sum_that_no_amount_can_hold_rejects_its_record(desk):
    desk.file("x.csv", "ad\tx\na\t900000000000\na\t900000000000\nb\t1\n")
    counts = desk.counts(AD_DAY % ("", "spend", "x") + "    duplicates: sum\n")
    assert (counts.records, counts.reasons) == (
        1,
        {"spend of the rows of one date_day, ad_id, segment, account_id, platform is too large a number": 2},
    )
    desk.file("x.csv", "ad\tx\na\t9000000000000000000\na\t9000000000000000000\nb\t1\n")
    counts = desk.counts(AD_DAY % ("", "clicks", "x") + "    duplicates: sum\n")
    assert (counts.records, counts.reasons) == (
        1,
        {"clicks of the rows of one date_day, ad_id, segment, account_id, platform is too large a number": 2},
    )


@settings(max_examples=30)
@given(
    st.from_regex(r"[+-]?([0-9]{1,40}|[0-9]{1,15}\.[0-9]{1,8})([eE][+-]?[0-9]{1,6})?", fullmatch=True),
    st.sampled_from(["spend", "impressions"]),
)
@example("-9223372036854775808", "impressions")
@example("9223372036854775807", "impressions")
@example("1000000000000", "spend")
@example("999999999999.9999994", "spend")
@example("0E40000", "spend")
@example("-1E-40000", "spend")
@example("0E40000", "impressions")
def test_whatever_number_stands_there_it_is_read_exactly_or_rejected_alone(cell, field):
    try:
        number = Decimal(cell)
    except InvalidOperation:
        number = Decimal("Infinity")
    with tempfile.TemporaryDirectory() as folder:
        value, reasons = _one(Desk(Path(folder)), cell, field)
    if value is None:
        assert reasons and (
            abs(number) >= Decimal(10) ** 12 - 1
            if field == "spend"
            else number < 0 or number >= 2**63 or number != number.to_integral_value()
        )
    else:
        assert abs(Decimal(value) - number) <= Decimal("0.000001")


@pytest.mark.parametrize(
    "cell",
    ["20261-01-01", "0001-01-01", "0021-03-04", "9999-12-31", "2026-02-30", "2026-13-01", "-2026-01-01", "294247-01-11", "infinity",
     "2026-01-01 25:00", "2026-01-01 10:60", "2026-01-01T10:00:00+99:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
@pytest.mark.parametrize("value", ["x", '{sql: "moment({x})"}'])
def test_a_time_out_of_the_calendar_rejects_its_row(desk, cell, value):
    desk.file("x.csv", f"id\tx\na\t2026-01-01\nodd\t{cell}\n")
    text = """max_rejected: 1
time_zone: Asia/Shanghai
file: {path: x.csv, delimiter: "\\t"}
entities:
  - entity: page_event
    fields: {event_id: id, event_name: {constant: page_view}, occurred_at: %s}
"""
    counts = desk.counts(text % value)
    assert (counts.records, counts.rejected) == (1, 1)
    assert all(reason.startswith("occurred_at ") for reason in counts.reasons)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns", "excel"])
@pytest.mark.parametrize("cell", ["1e400", "9" * 21, "9" * 22, "-" + "9" * 30, "-62135596801", "abc"])
def test_an_epoch_out_of_the_calendar_rejects_its_row(desk, unit, cell):
    desk.file("x.csv", f"id\tx\na\t\nodd\t{cell}\n")
    text = """max_rejected: 1
file: {path: x.csv, delimiter: "\\t"}
entities:
  - entity: lead
    fields: {lead_id: id, created_at: {column: x, epoch: %s}}
"""
    counts = desk.counts(text % unit)
    assert (counts.records, counts.rejected) == (1, 1)
