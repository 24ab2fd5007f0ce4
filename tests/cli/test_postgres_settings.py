"""Missing and wrong settings of the Postgres engine are one line before anything is read, and a finding of doctor."""

from __future__ import annotations

from pathlib import Path

import pytest

from multiball.cli.main import run
from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.warehouse import open_warehouse

MAPPING = "version: 1\nsource: s\nfile: {path: no-such-file.csv}\nentities: [{entity: lead, fields: {lead_id: id}}]\n"
WRONG = {
    "no address": ({}, "the engine is postgres and its address is missing. Give warehouse.dsn, or MULTIBALL_POSTGRES_DSN"),
    "unset secret": ({"dsn": "${WAREHOUSE_DSN}"}, "warehouse.dsn names ${WAREHOUSE_DSN}, which is not set"),
    "no address at all": ({"dsn": "host=db port"}, "warehouse.dsn: is not a valid address of a PostgreSQL database. Give postgresql://"),
    "no user": ({"dsn": "postgresql://db.example.com/multiball"}, "warehouse.dsn: has no user. Give postgresql://"),
    "no database": ({"dsn": "postgresql://me:pa55w0rd@db.example.com"}, "warehouse.dsn: has no database. Give postgresql://"),
    "no host": ({"dsn": "dbname=multiball user=me"}, "warehouse.dsn: has no host. Give postgresql://"),
    "no port": ({"dsn": "postgresql://me@db.example.com:x/multiball"}, "warehouse.dsn: 'x' is not a valid port"),
    "nobody there": ({"dsn": "postgresql://me:pa55w0rd@127.0.0.1:1/multiball"}, "cannot connect (connection to server"),
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MULTIBALL_HOME", str(tmp_path))
    for name in ("MULTIBALL_ENGINE", "MULTIBALL_POSTGRES_DSN", "MULTIBALL_QUERY_SECONDS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "m.yml").write_text(MAPPING)
    return tmp_path


@pytest.mark.parametrize(("settings", "line"), WRONG.values(), ids=WRONG)
def test_they_are_reported_before_a_file_is_read(
    home: Path, capsys: pytest.CaptureFixture[str], settings: dict[str, str], line: str
) -> None:
    written = "".join(f"  {name}: {value}\n" for name, value in settings.items())
    (home / "sources.yml").write_text(f"warehouse:\n  engine: postgres\n{written}")
    for command in (["import", str(home / "m.yml")], ["query", "select 1"]):
        assert run(command) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and line in said and "pa55w0rd" not in said and "no-such-file" not in said
    assert run(["doctor"]) == 1
    assert any(line in finding for finding in capsys.readouterr().out.splitlines())


@pytest.mark.parametrize("seconds", ["soon", "-1", "0", "1.5"])
def test_a_time_limit_has_to_be_a_whole_number_of_seconds(home: Path, monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    (home / "sources.yml").write_text("warehouse: {engine: postgres, dsn: 'postgresql://me@db/multiball'}\n")
    monkeypatch.setenv("MULTIBALL_QUERY_SECONDS", seconds)
    with pytest.raises(InputError, match=r"MULTIBALL_QUERY_SECONDS: .* is invalid\. Give a whole number of seconds"):
        open_warehouse(Workspace(home))


def test_the_guide_names_every_setting() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "use-postgres.md").read_text(encoding="utf-8")
    for name in ("MULTIBALL_ENGINE", "MULTIBALL_POSTGRES_DSN", "MULTIBALL_QUERY_SECONDS", "MULTIBALL_READER_PASSWORD", "warehouse.dsn"):
        assert f"`{name}`" in page
