"""Rejected rows are written for people, and hold no addresses; records land once."""

import csv
from datetime import date

import pytest

from multiball.importing.run import read
from multiball.landing import land
from multiball.settings import Workspace
from multiball.warehouse import open_warehouse
from multiball.warehouse.interface import WarehouseError

LEADS = """max_rejected: 1
file: {path: x.csv}
entities:
  - entity: lead
    complete: true
    fields: {lead_id: id, created_at: day, email: Mail, phone: Tel, origin: note}
"""
FILE = "id,day,Mail,Tel,note,unused\n1,2026-01-01,ann@example.com,+49 30 1234567,web,x\n"
FILE += "2,tomorrow,bob@example.com,+49 30 7654321,from bob@example.com,y\n"


def test_rejected_rows_are_written_without_addresses_and_unmapped_columns(desk):
    desk.file("x.csv", FILE)
    with desk.read(LEADS) as imported:
        (path,) = imported.write_rejects(desk.folder / "rejects")
    text = path.read_text(encoding="utf-8")
    assert path.name == "s-lead.csv" and "bob" not in text and "7654321" not in text
    (row,) = csv.DictReader(text.splitlines())
    assert row == {
        "file": "x.csv",
        "row": "3",
        "reason": "created_at is not a time",
        "found": "tomorrow",
        "id": "2",
        "day": "tomorrow",
        "note": "from [e-mail]",
    }


def test_an_import_without_room_is_no_fault_of_the_mapping_and_leaves_nothing(desk, monkeypatch):
    monkeypatch.setenv("MULTIBALL_MEMORY_LIMIT", "5MB")
    desk.file("x.csv", "id,day,Mail,Tel,note\n" + "".join(f"lead {number},2026-01-01,,,web\n" for number in range(50_000)))
    scratch = desk.folder / "scratch"
    scratch.mkdir()
    with pytest.raises(WarehouseError) as error:
        read(desk.mapping(LEADS), variables={}, scratch=scratch)
    said = str(error.value)
    assert str(scratch) in said and said.endswith("Raise MULTIBALL_MEMORY_LIMIT and run it again.") and "SET threads" not in said
    assert list(scratch.iterdir()) == []


def test_a_clean_import_removes_the_rejects_of_the_last_one(desk):
    desk.file("x.csv", FILE)
    with desk.read(LEADS) as imported:
        imported.write_rejects(desk.folder / "rejects")
    desk.file("x.csv", FILE.replace("tomorrow", "2026-01-02"))
    with desk.read(LEADS) as imported:
        assert imported.write_rejects(desk.folder / "rejects") == []
    assert list((desk.folder / "rejects").iterdir()) == []


def _land(desk, run_id):
    warehouse = open_warehouse(Workspace(desk.folder))
    with desk.read(LEADS) as imported:
        today = date(2026, 6, 1)
        return land(
            warehouse, source=imported.source, connector="import", account=imported.account, entities=imported.declared,
            window=imported.window(today), pages=imported.pages(), run_id=run_id, identity_key="k" * 32,
        )  # fmt: skip


def test_an_import_lands_once_and_a_complete_file_marks_what_is_gone(desk):
    desk.file("sources.yml", "sources: {}\n")
    desk.file("x.csv", FILE.replace("tomorrow", "2026-01-02"))
    (first,) = _land(desk, "one")
    (again,) = _land(desk, "two")
    assert (first.landed, first.unchanged, again.landed, again.unchanged) == (2, 0, 0, 2)
    desk.file("x.csv", "\n".join(FILE.splitlines()[:2]) + "\n")
    (less,) = _land(desk, "three")
    assert (less.landed, less.unchanged, less.deleted) == (0, 1, 1)
    stored = open_warehouse(Workspace(desk.folder)).read_raw("import", "select * from raw_import.lead").to_pylist()
    assert "ann@example.com" not in str(stored) and {row["lead_id"] for row in stored} == {"1", "2"}
