"""Values reach SQL unchanged, whatever characters they contain, on each engine."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multiball.sql import Values, literal, numbered, used
from multiball.warehouse import Warehouse

HOSTILE = "O'Neill $name $1 %s :x \\ ; drop table marts.a -- 团队"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_literal_evaluates_to_its_text(text: str) -> None:
    assert duckdb.sql(f"select {literal(text)}").fetchall() == [(text,)]


def test_values_are_numbered_in_the_order_of_their_placeholders_and_unused_ones_omitted() -> None:
    sql = "select $b, $a, $b where $unknown"
    assert used(sql, {"a": 1, "b": 2, "c": 3}) == {"b": 2, "a": 1}
    assert numbered(sql, {"a": 1, "b": 2, "c": 3}) == ("select $1, $2, $1 where $unknown", [2, 1])


@pytest.mark.parametrize(
    ("condition", "values", "found"),
    [
        ("team = $team", {"team": HOSTILE}, [1]),
        ("team = $team and day = $day", {"team": HOSTILE, "day": date(2026, 10, 1)}, [1]),
        ("day > $day or team = $team", {"team": "x' or 1 = 1 --", "day": date(2026, 10, 1)}, [2]),
        ("amount = $amount", {"amount": Decimal("0.01")}, [2]),
        ("seen <= $seen and number = $number", {"seen": datetime(2026, 10, 2, 8), "number": 1}, [1]),
    ],
)
def test_a_query_takes_values_of_every_type(warehouse: Warehouse, condition: str, values: Values, found: list[int]) -> None:
    rows = pa.table(
        {
            "number": pa.array([1, 2], pa.int64()),
            "team": [HOSTILE, "growth"],
            "day": [date(2026, 10, 1), date(2026, 10, 2)],
            "amount": pa.array([Decimal("1000000"), Decimal("0.01")], pa.decimal128(18, 6)),
            "seen": pa.array([datetime(2026, 10, 2, 8), datetime(2026, 10, 3)], pa.timestamp("us")),
        }
    )
    target = warehouse.candidate("b1")
    with warehouse.build_alias(target, datetime(2026, 10, 4)):
        pass  # the build's place exists once dbt has worked in it
    warehouse.write_table(target, "marts", "a", rows)
    answer = warehouse.query(f"select number from a where {condition} order by 1", target, values={**values, "unused": "x"})
    assert answer.column("number").to_pylist() == found
