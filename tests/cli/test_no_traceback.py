"""Whatever a user gives, the answer is one line and exit code 2; the unexpected is one line, exit code 1, and a file with the traceback."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import click
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from multiball.cli.main import run

GOOD = """version: 1
source: s
account: a
currency: EUR
file: {path: %s}
entities: [{entity: order, fields: {order_id: id, ordered_at: day, revenue: amt}}]
"""
CSV = "id,day,amt\n1,2026-01-01,3\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MULTIBALL_HOME", str(tmp_path))
    (tmp_path / "sources.yml").write_text("sources: {}\n")
    (tmp_path / "x.csv").write_text(CSV)
    return tmp_path


def _zip(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


def _workbook(*cells: str) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    if cells:
        book.active.append(cells)
    book.save(stream)
    return stream.getvalue()


def _parquet(*names: str) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array(["1"])] * len(names), names=list(names)), stream)
    return stream.getvalue()


FILES: dict[str, bytes] = {
    "bytes.csv": bytes(range(256)) * 9, "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(99), "empty.csv": b"", "header.csv": b"id,day,amt\n",
    "blank.csv": b"\n\n\n", "half.csv": b"id,day,amt\n1,2026-01-01", "junk.xlsx": b"junk", "empty.xlsx": _workbook(),
    "header.xlsx": _workbook("id", "day", "amt"), "zip.xlsx": _zip("a.txt"), "nosheet.xlsx": _zip("xl/workbook.xml"),
    "cut.xlsx": _workbook("id", "day", "amt")[:900], "locked.xlsx": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(5000),
    "text.xlsx": CSV.encode(),
    "junk.parquet": b"PAR1junkPAR1", "cut.parquet": _parquet("id", "day", "amt")[:-20], "twice.parquet": _parquet("id", "day", "amt",
    "amt"),
    "text.csv.gz": CSV.encode(), "junk.csv.gz": b"\x1f\x8bjunk", "unknown.doc": b"x",
}  # fmt: skip
XCSV = GOOD % "x.csv"
MAPPINGS: dict[str, bytes] = {name: text if isinstance(text, bytes) else text.encode() for name, text in {
    "list": "- a\n", "empty": "", "text": "hello", "tab": "version: 1\n\tsource: s\n", "twice": "version: 1\nversion: 1\n",
    "nul": "version: 1\0",
    "bytes": bytes(range(256)), "utf-16": "version: 1".encode("utf-16"), "two": "version: 1\n---\nversion: 1\n", "loop": "a: &a [*a]\n",
    "number": XCSV + "1: 2\n", "no file": XCSV.replace("{path: x.csv}", "null"), "regex": XCSV.replace("amt",
    "{sql: \"regexp_replace({amt}, '(', '')\"}"),
    "sql": XCSV.replace("amt", '{sql: "selec 1"}'), "two sql": XCSV.replace("amt", '{sql: "1; drop table cells"}'),
    "open": XCSV.replace("amt", '{sql: "(1"}'), "sum": XCSV.replace("amt", '{sql: "sum(number({amt}))"}'),
    "passwd": XCSV.replace("amt", "{sql: \"(select content from read_text('/etc/passwd'))\"}"),
    "dates": XCSV.replace("day", '{column: day, dates: ["%Q"]}'), "all dates": XCSV + 'formats: {dates: ["%"]}\n',
    "huge unit": XCSV + "formats: {units: {K: 1.0e+30}}\n", "no unit": XCSV + "formats: {units: {'': 3}}\n",
    "nulls": XCSV + "formats: {nulls: [null]}\n",
    "skip": XCSV.replace("x.csv}", "x.csv, skip_lines: 99999}"), "skip last": XCSV.replace("x.csv}", "x.csv, skip_last_lines: 99999}"),
    "quote": XCSV.replace("x.csv}", "x.csv, quote: \u201d}"), "delimiter": XCSV.replace("x.csv}", "x.csv, delimiter: \u3002}"),
    "line end": XCSV.replace("x.csv}", 'x.csv, delimiter: "\\n"}'), "hex": XCSV.replace("x.csv}", "x.csv, encoding: hex}"),
    "zone": XCSV + "time_zone: ../../etc/passwd\n", "directory": GOOD % "folder", "glob": GOOD % '"zz-*.csv"',
    "bracket": GOOD % '"[x.csv"',
}.items()}  # fmt: skip
SOURCES = {
    "number": "{1: {}}", "accounts": "{a: {connector: ecb, base_url: http://x, accounts: 5, history_from: 2026-01-01}}",
    "credentials": "{a: {connector: ecb, base_url: http://x, accounts: [1], history_from: 2026-01-01, credentials: [b]}}",
    "options": "{a: {connector: ecb, base_url: http://x, accounts: [1], history_from: 2026-01-01, options: 3}}",
}  # fmt: skip
COMMANDS = [
    ["--frob"], ["quary"], ["import"], ["import", "--frob"], ["query"], ["query", "select 1", "--as-of", "nonsense"],
    ["query", "select 1", "--as-of", "20261-01-01"], ["query", "select 1", "--format", "xml"], ["review", "--month", "2026-13"],
    ["review", "--month", "20261-01"], ["review", "--lang", "fr"], ["review", "--version", "x"], ["review", "--as-of", "2026-02-30"],
    ["plan", "check"], ["run", "warehouse", "--date", "x"], ["sources", "nosuch"], ["new", "connector", "Bad Name!"],
]  # fmt: skip


def _one_line(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int = 2) -> str:
    assert run(arguments) == code
    said = capsys.readouterr().err
    assert said.startswith("multiball: ") and said.count("\n") == 1 and "Traceback" not in said
    return said


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_none(home: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (home / name).write_bytes(FILES[name])
    (home / "m.yml").write_text(GOOD % name)
    assert name in _one_line(capsys, ["import", str(home / "m.yml"), "--check"])


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_that_is_none(home: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (home / "folder").mkdir()
    (home / "m.yml").write_bytes(MAPPINGS[name])
    assert "root:" not in _one_line(capsys, ["import", str(home / "m.yml"), "--check"])


@pytest.mark.parametrize("name", SOURCES)
def test_sources_that_are_none(home: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (home / "sources.yml").write_text(f"sources: {SOURCES[name]}\n")
    assert "sources.yml, line 1: sources." in _one_line(capsys, ["sources"])


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_that_is_none(home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    _one_line(capsys, arguments)


def test_the_unexpected_is_one_line_and_a_file_for_its_owner_alone(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("a fault\nof ours")

    monkeypatch.setattr(sys.modules["multiball.cli.main"], "cli", click.Command("broken", callback=fail))
    said = _one_line(capsys, [], code=1)
    [file] = (home / "var" / "logs").glob("error-*.log")
    assert "KeyError" in said and said.rstrip().endswith(str(file))
    assert "Traceback" in file.read_text() and oct(os.stat(file).st_mode)[-3:] == "600"


def test_without_a_place_in_the_workspace_the_traceback_goes_to_the_temporary_folder(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (home / "var").write_text("a file where the folder should be")
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    monkeypatch.setattr(sys.modules["multiball.cli.main"], "cli", click.Command("broken", callback=lambda: {}["x"]))
    assert str(elsewhere) in _one_line(capsys, [], code=1)
