from __future__ import annotations

import csv
import io
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multiball.cli import output
from multiball.cli.output import arrow_text, as_table, inert, person


def test_numbers_stand_to_the_right_and_nulls_are_empty() -> None:
    table = as_table(["name", "n"], [["a", 1], ["bcdef", None], ["c", 100]])
    assert table.splitlines() == ["name     n", "─────  ───", "a        1", "bcdef", "c      100"]


def test_csv_quotes_what_needs_it_and_keeps_decimals_exact() -> None:
    table = pa.table({"text": ['a,"b"', None], "amount": pa.array([Decimal("0.100000"), None], pa.decimal128(18, 6))})
    assert arrow_text(table, "csv") == 'text,amount\n"a,""b""",0.100000\n,'


def test_any_csv_is_read_back_as_it_was() -> None:
    rows = [["a\nb", "c\rd", "e\r\nf"], ['"', '""', "'"], [",", ";", "\t"], ["", "\n", "\r"], [" x ", "茶", "\u2028"]]
    written = arrow_text(pa.table({name: [row[at] for row in rows] for at, name in enumerate(["a,b", "c", "d"])}), "csv")
    written = written.replace("'\t", "\t").replace("'\r", "\r")
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


@given(st.text(alphabet=["=", "+", "-", "@", "\t", "\r", "'", "＝", "a", "1", " "], max_size=6))
def test_no_text_of_a_csv_is_a_formula_and_each_can_be_read_back(text: str) -> None:
    shown = inert(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert text == (shown[1:] if shown != text else shown)
    assert inert(shown) != shown if shown != text else True


def test_numbers_keep_their_sign_in_a_csv() -> None:
    table = pa.table({"name": ["=1+1", "-"], "change": pa.array([Decimal("-1.50"), None], pa.decimal128(18, 2)), "n": [-3, 4]})
    assert arrow_text(table, "csv").splitlines() == ["name,change,n", "'=1+1,-1.50,-3", "'-,,4"]
