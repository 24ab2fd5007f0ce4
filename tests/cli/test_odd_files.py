"""Files that are not what they should be, given to every command that reads them: one line that names the file, and exit code 2."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from multiball.cli.main import run
from multiball.settings import REPOSITORY

ODD: dict[str, Callable[[Path], object]] = {
    "folder": lambda file: file.mkdir(),
    "pipe": lambda file: os.mkfifo(file),
    "dangling link": lambda file: file.symlink_to("nowhere.yml"),
    "circle of links": lambda file: file.symlink_to(file.name),
    "link to a folder": lambda file: file.symlink_to(file.parent),
    "bytes": lambda file: file.write_bytes(b"a: \xff\xfe\n"),
    "NUL": lambda file: file.write_bytes(b"a: \0\n"),
    "UTF-16": lambda file: file.write_bytes("a: 1\n".encode("utf-16")),
    "open bracket": lambda file: file.write_text("a: [1, 2\n"),
    "tab": lambda file: file.write_text("a:\n\tb: 1\n"),
    "two documents": lambda file: file.write_text("a: 1\n---\na: 2\n"),
    "unknown tag": lambda file: file.write_text("a: !!python/object/apply:os.getcwd []\n"),
    "not a number": lambda file: file.write_text("a: !!int x\n"),
    "not a float": lambda file: file.write_text("a: !!float x\n"),
    "not base 64": lambda file: file.write_text("a: !!binary a\n"),
    "unknown alias": lambda file: file.write_text("a: *b\n"),
    "list as a key": lambda file: file.write_text("? [1, {b: 2}]\n: 3\n"),
    "merge of a text": lambda file: file.write_text("<<: text\n"),
    "deep": lambda file: file.write_text("a: " + "[" * 5000 + "]" * 5000 + "\n"),
    "list": lambda file: file.write_text("- a\n"),
    "text": lambda file: file.write_text("hello\n"),
    "number": lambda file: file.write_text("1\n"),
}
READ = {
    "sources.yml": (
        ["sources"], ["sources", "--check"], ["query", "select 1"], ["plan", "check"], ["review", "--month", "2026-10"],
        ["import", "m.yml"], ["run", "warehouse"],
        ["backfill", "ingest_a", "--from", "2026-01-01", "--to", "2026-01-02"], ["up"],
    ),
    "plan/goals.yml": (["plan", "check"],),
    "plan/teams.yml": (["plan", "check"],),
    "m.yml": (["import", "m.yml"], ["import", "m.yml", "--check"], ["import", "m.yml", "--take-back"]),
}  # fmt: skip
NOT_TEXT = ("folder", "pipe", "dangling link", "circle of links", "link to a folder")
MAPPING = """version: 1
source: s
account: a
currency: EUR
file: {path: x.csv}
entities: [{entity: order, fields: {order_id: id, ordered_at: day, revenue: amt}}]
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MULTIBALL_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan").mkdir()
    for name, text in {
        "sources.yml": "sources: {}\n",
        "plan/goals.yml": "goals: []\n",
        "plan/teams.yml": "teams: []\n",
        "m.yml": MAPPING,
        "x.csv": "id,day,amt\n1,2026-01-01,3\n",
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def one_line(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int = 2) -> str:
    given = run(arguments)
    out, said = capsys.readouterr()
    assert given == code, (arguments, given, out, said)
    assert "Traceback" not in out + said and "unexpected error" not in said
    return out + said


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_file_is_named_by_every_command_that_reads_it(home: Path, capsys: pytest.CaptureFixture[str], name: str, odd: str) -> None:
    (home / name).unlink()
    ODD[odd](home / name)
    for arguments in READ[name]:
        said = one_line(capsys, arguments)
        assert Path(name).name in said, (arguments, said)
        assert said.startswith("multiball: ") is (arguments != ["plan", "check"]) or said.count("\n") == 1, said


@pytest.mark.parametrize("odd", NOT_TEXT)
@pytest.mark.parametrize("arguments", [["import", "m.yml", "--check"], ["import", "m.yml", "--check", "--file", "x.csv"]], ids=len)
def test_a_file_to_import_that_is_not_one_is_named(home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], odd: str) -> None:
    (home / "x.csv").unlink()
    ODD[odd](home / "x.csv")
    assert "x.csv: " in one_line(capsys, arguments)


@pytest.mark.parametrize("odd", NOT_TEXT)
def test_odd_secrets_are_named(home: Path, capsys: pytest.CaptureFixture[str], odd: str) -> None:
    (home / "var").mkdir()
    ODD[odd](home / "var" / "secrets.env")
    for arguments in (["query", "select 1"], ["import", "m.yml"], ["sources"]):
        assert "secrets.env: " in one_line(capsys, arguments)


def reads_no_more_than_others() -> None:
    """Give up root's right to read every file, from the next program on."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP; without effect for others than root


@pytest.mark.parametrize("name", [*READ, "x.csv"])
def test_a_file_without_the_right_to_read_it_is_named(home: Path, name: str) -> None:
    (home / name).chmod(0)
    for arguments in READ.get(name, (["import", "m.yml", "--check"],)):
        done = subprocess.run(
            [sys.executable, "-c", "from multiball.cli import main; main()", *arguments],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "plugins")},
            capture_output=True,
            text=True,
            preexec_fn=reads_no_more_than_others,
            timeout=120,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 2 and Path(name).name in said and re.search("permission denied|not readable", said), (
            arguments,
            done.returncode,
            said,
        )
        assert "Traceback" not in said


def test_settings_that_are_not_numbers_are_named(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MULTIBALL_MEMORY_LIMIT", "MULTIBALL_QUERY_SECONDS"):
        for value in ("lots", "-1", "0x1", "0.5"):
            monkeypatch.setenv(name, value)
            assert name in one_line(capsys, ["query", "select 1"]), value
            if name == "MULTIBALL_MEMORY_LIMIT":
                assert name in one_line(capsys, ["import", "m.yml", "--check"]), value
            monkeypatch.delenv(name)
