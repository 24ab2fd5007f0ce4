from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from multiball.cli.output import arrow_text, as_table


def test_numbers_stand_to_the_right_and_nulls_are_empty() -> None:
    table = as_table(["name", "n"], [["a", 1], ["bcdef", None], ["c", 100]])
    assert table.splitlines() == ["name     n", "─────  ───", "a        1", "bcdef", "c      100"]


def test_csv_quotes_what_needs_it_and_keeps_decimals_exact() -> None:
    table = pa.table({"text": ['a,"b"', None], "amount": pa.array([Decimal("0.100000"), None], pa.decimal128(18, 6))})
    assert arrow_text(table, "csv") == 'text,amount\n"a,""b""",0.100000\n,'


def test_an_empty_answer_keeps_its_columns() -> None:
    assert arrow_text(pa.table({"a": pa.array([], pa.int64())}), "table").splitlines() == ["a", "─", "(0 rows)"]
