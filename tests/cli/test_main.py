"""The command line as a user meets it: what it prints, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from multiball.cli.main import run
from multiball.moments import parse_moment
from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.warehouse import Target, open_warehouse

SOURCES = """
reporting: {currency: EUR, time_zone: Europe/Berlin}
sources:
  rates:
    connector: ecb
    base_url: http://127.0.0.1:9
    accounts: [EXR]
    history_from: 2026-01-01
    options: {max_attempts: 1}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "sources.yml").write_text(SOURCES)
    monkeypatch.setenv("MULTIBALL_HOME", str(tmp_path))
    return tmp_path


def publish(home: Path) -> None:
    warehouse = open_warehouse(Workspace(home))
    target: Target = warehouse.candidate("b1")
    Path(target.location).parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(target.location) as connection:
        connection.execute(
            "create schema marts; create table marts.fct_order as select 'a' as order_key, cast(1.5 as decimal(18,6)) as revenue"
        )
    warehouse.publish(target)


def test_query_shows_a_table_csv_and_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(home)
    assert run(["query", "select * from fct_order"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == ["a          1.500000", "(1 row)"]
    assert run(["query", "select * from fct_order", "--format", "csv"]) == 0
    assert capsys.readouterr().out == "order_key,revenue\na,1.500000\n"
    assert run(["query", "select * from fct_order", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"order_key": "a", "revenue": "1.500000"}]


def test_csv_for_spreadsheets_begins_with_the_mark_of_utf_8(home: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    publish(home)
    assert run(["query", "select '茶' as tea", "--format", "csv", "--bom"]) == 0
    assert capfdbinary.readouterr().out == b"\xef\xbb\xbftea\n\xe8\x8c\xb6\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["query", "select * from fct_orders"], "fct_order"),
        (["query", "drop table fct_order"], "SELECT"),
        (["query", "select revenu from fct_order"], "revenue"),
        (["query", "select 1", "--as-of", "yesterday"], "2026-01-31"),
        (["query", "select 1", "--bom"], "--format csv"),
        (["query", "select 1", "--bom", "--json", "--format", "csv"], "--format csv"),
        (["sources", "rate"], "rates"),
        (["import", "no_such_mapping.yml", "--no-publish"], "no_such_mapping.yml"),
        (["run", "warehouse", "--date", "31.01.2026"], "2026-01-31"),
        (["backfill", "ingest_rates", "--from", "2026-02-01", "--to", "2026-01-01"], "--to"),
    ],
)
def test_wrong_input_is_one_line_that_says_what_would_be_right_and_exit_code_2(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    publish(home)
    assert run(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("multiball: ") and error.count("\n") == 1
    assert said in error


def test_a_query_before_anything_is_published_says_what_to_run(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "select 1"]) == 2
    assert "multiball run warehouse" in capsys.readouterr().err


def test_an_unknown_command_is_wrong_input(home: Path) -> None:
    assert run(["quary"]) == 2


def test_sources_lists_what_is_configured_and_what_its_credentials_say(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "source": "rates",
            "connector": "ecb",
            "account": "EXR",
            "configured": True,
            "last_load": "never",
            "loads": 0,
            "rows": 0,
            "rejected": 0,
            "replaced": 0,
            "held": [],
        }
    ]
    assert run(["sources", "--check"]) == 1
    assert "Connection refused" in capsys.readouterr().out


def test_doctor_finds_what_is_wrong_and_says_the_remedy(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == 1
    findings = {finding["subject"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert findings["Python"]["well"] and findings["source rates"]["well"] and findings["stack"]["well"]
    assert findings["mail"]["note"] and "MULTIBALL_SMTP_HOST" in findings["mail"]["remedy"]
    assert not findings["warehouse"]["well"] and "multiball run warehouse" in findings["warehouse"]["remedy"]
    publish(home)
    (home / "sources.yml").write_text("sources: {rates: {connector: ebc, base_url: x, accounts: [a], history_from: 2026-01-01}}")
    assert run(["doctor", "--json"]) == 1
    findings = {finding["subject"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert findings["warehouse"]["well"]
    assert "ecb" in findings["source rates"]["remedy"]


def test_every_command_explains_itself(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.split("Commands:")[1].splitlines() if line.startswith("  ")]
    assert {"backfill", "doctor", "import", "query", "run", "sources", "up"} <= set(listed)
    for command in listed:
        assert run([command, "--help"]) == 0
        assert len(capsys.readouterr().out.splitlines()) > 3


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00+12:00"])
def test_a_moment_beyond_the_calendar_in_utc_is_invalid(moment: str) -> None:
    with pytest.raises(InputError, match=r"--as-of: .* is not a valid date or time"):
        parse_moment(moment, "--as-of")
