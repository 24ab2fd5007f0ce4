from __future__ import annotations

import csv
import io
from decimal import Decimal

import pyarrow as pa
import pytest

from multiball.cli import output
from multiball.cli.output import arrow_text, as_table, person


def test_numbers_stand_to_the_right_and_nulls_are_empty() -> None:
    table = as_table(["name", "n"], [["a", 1], ["bcdef", None], ["c", 100]])
    assert table.splitlines() == ["name     n", "─────  ───", "a        1", "bcdef", "c      100"]


def test_csv_quotes_what_needs_it_and_keeps_decimals_exact() -> None:
    table = pa.table({"text": ['a,"b"', None], "amount": pa.array([Decimal("0.100000"), None], pa.decimal128(18, 6))})
    assert arrow_text(table, "csv") == 'text,amount\n"a,""b""",0.100000\n,'


def test_any_csv_is_read_back_as_it_was() -> None:
    rows = [["a\nb", "c\rd", "e\r\nf"], ['"', '""', "'"], [",", ";", "\t"], ["", "\n", "\r"], [" x ", "茶", "\u2028"]]
    written = arrow_text(pa.table({name: [row[at] for row in rows] for at, name in enumerate(["a,b", "c", "d"])}), "csv")
    assert list(csv.reader(io.StringIO(written + "\n", newline=""))) == [["a,b", "c", "d"], *rows]
    one = arrow_text(pa.table({"text": ["x", None, "\n"]}), "csv")
    assert list(csv.reader(io.StringIO(one + "\n", newline=""))) == [["text"], ["x"], [""], ["\n"]]


def test_an_empty_answer_keeps_its_columns() -> None:
    assert arrow_text(pa.table({"a": pa.array([], pa.int64())}), "table").splitlines() == ["a", "─", "(0 rows)"]


def test_a_user_without_a_login_name_is_named_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(output.getpass, "getuser", nobody)
    assert person() == f"user {output.os.getuid()}"
