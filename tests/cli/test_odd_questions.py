"""Questions to a published warehouse that cannot be answered, on both engines: one line, exit code 2, and no traceback."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from multiball.cli.main import run
from multiball.settings import Workspace
from multiball.warehouse import Warehouse

ENDLESS = "with recursive r(n) as (select cast(1 as bigint) union all select 1 from r) select count(*) as n from r"
ODD = {
    "syntax": ("select from where", "syntax error"),
    "bracket left open": ("select (", "syntax error"),
    "quote left open": ("select 'abc", "unterminated"),
    "unknown table": ("select * from nmbers", r"there is no table nmbers. Did you mean marts.numbers"),
    "unknown schema": ("select * from nope.numbers", "there is no table nope.numbers"),
    "too many dots": ("select * from a.b.c.d.e", "a.b.c.d.e"),
    "unknown column": ("select m from numbers", "there is no column m"),
    "unknown function": ("select nofunc(n) from numbers", "nofunc"),
    "ambiguous column": ("select n from numbers a, numbers b", "mbiguous"),
    "not grouped": ("select n, count(*) from numbers", "GROUP BY"),
    "cast": ("select cast('x' as integer)", "x"),
    "cast of a column": ("select cast('x' || n as integer) from numbers", "x"),
    "day that is none": ("select date '2026-02-30'", "2026-02-30"),
    "overflow": ("select 9223372036854775807 + n from numbers", "ut of (r|R)ange"),
    "two rows in place of one": ("select (select n from numbers)", "ore than one row"),
    "unequal union": ("select 1 union select 1, 2", "columns"),
    "negative limit": ("select n from numbers limit -1", "negative"),
    "parameter": ("select $1", "parameter"),
    "pattern": ("select regexp_replace('a', '(', 'b')", r"\("),
    "two statements": ("select 1; select 2", "a query is one SELECT"),
    "write": ("insert into numbers values (1)", "a query is one SELECT"),
    "write in a with": ("with a as (insert into numbers values (1) returning *) select * from a", "a query is one SELECT"),
    "settings": ("set x = 1", "a query is one SELECT"),
    "nothing": ("", "the SQL is empty"),
    "only a comment": ("/* nothing */ ;", "the SQL is empty"),
    "NUL": ("select 1 \0", "not valid UTF-8"),
    "broken character": ("select '\udcff'", "not valid UTF-8"),
    "endless time": ("select timestamp 'infinity' as t", "column t contains a date beyond"),
    "day beyond the years": ("select date '9999-12-31' + 1 as t", "column t contains a date beyond"),
    "another file": ("select * from '/etc/passwd'", "/etc/passwd"),
}


@pytest.fixture
def published(workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    target = warehouse.candidate("20261101")
    if warehouse.engine == "duckdb":
        Path(target.location).parent.mkdir(parents=True, exist_ok=True)
        duckdb.connect(target.location).close()
    warehouse.write_table(target, "marts", "numbers", pa.table({"n": range(1, 1001)}))
    warehouse.publish(target)
    monkeypatch.setenv("MULTIBALL_HOME", str(workspace.home))
    return workspace


def test_an_odd_question_is_one_line(published: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {}
    for name, (sql, said) in ODD.items():
        code = run(["query", "--", sql])
        out, err = capsys.readouterr()
        plain = err.startswith("multiball: query: ") and err.count("\n") == 1 and err.rstrip().endswith((".", '".', "?"))
        if code != 2 or out or not plain or not re.search(said, err) or "unexpected error" in err:
            wrong[name] = (code, out, err)
    assert wrong == {}


def test_a_question_without_an_end_is_ended_by_the_time_limit(
    published: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTIBALL_QUERY_SECONDS", "1")
    assert run(["query", ENDLESS]) == 2
    assert "the query took longer than 1 seconds. Select fewer days" in capsys.readouterr().err
    assert run(["query", "select count(*) as n from numbers", "--format", "csv"]) == 0
    assert capsys.readouterr().out == "n\n1000\n"


@pytest.mark.parametrize("workspace", ["postgres"], indirect=True)
@pytest.mark.engine
def test_what_only_postgres_holds_is_one_line(published: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    for sql, said in {
        "select 1 / (n - n) from numbers": "division by zero",
        "select 'NaN'::numeric as a": "column a contains a number that is not a decimal",
        "select row(1, 2) as a": "a column has a type that cannot be returned",
        "select timestamp '0044-03-15 BC' as t": "column t contains a date beyond",
        "do $$ begin end $$": "a query is one SELECT",
    }.items():
        assert run(["query", sql]) == 2
        assert said in capsys.readouterr().err


@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
def test_duckdb_divides_by_zero_as_floating_point_numbers_do(published: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "select 1 / 0 as a", "--format", "csv"]) == 0
    assert capsys.readouterr().out == "a\ninf\n"


def test_parquet_goes_to_a_file_or_a_pipe_and_keeps_types(
    published: Workspace, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "select cast(n as decimal(18, 6)) as amount, date '2026-10-31' as day from numbers order by n"
    file = tmp_path / "answer.parquet"
    file.write_text("an older answer")
    assert run(["query", sql, "--format", "parquet", "--output", str(file)]) == 0
    schema = pq.read_schema(file)
    assert str(schema.field("day").type) == "date32[day]" and str(schema.field("amount").type) == "decimal128(18, 6)"
    assert pq.read_table(file).num_rows == 1000 and capfdbinary.readouterr().out == b""
    assert run(["query", sql, "--format", "parquet"]) == 0
    assert capfdbinary.readouterr().out == file.read_bytes()
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert run(["query", sql, "--format", "parquet"]) == 2
    assert b"Parquet cannot be printed to a terminal. Give --output FILE, or pipe it" in capfdbinary.readouterr().err


def test_an_output_is_there_whole_or_stays_as_it_was(published: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "answer.csv"
    assert run(["query", "select n from numbers where n < 3", "--format", "csv", "--bom", "--output", str(file)]) == 0
    assert file.read_bytes() == "\ufeffn\n1\n2\n".encode()
    assert run(["query", "select nope from numbers", "--format", "csv", "--output", str(file)]) == 2
    assert file.read_bytes() == "\ufeffn\n1\n2\n".encode() and list(folder.iterdir()) == [file]
    capsys.readouterr()
    for output, said in ((folder, "is a folder"), (folder / "no" / "answer.csv", "there is no folder")):
        assert run(["query", "select 1", "--output", str(output)]) == 2
        err = capsys.readouterr().err
        assert said in err and err.count("\n") == 1
