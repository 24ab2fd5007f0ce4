"""The record that a file ends with: where a cut between two of its rows can be seen."""

import gzip
from decimal import Decimal

import pytest

ORDERS = """file: {path: "x*.csv*"%s}
entities:
  - entity: order
    fields: {order_id: id, ordered_at: day, revenue: paid, quantity: pieces}
    group: {revenue: sum, quantity: sum}
"""
LINES = ["id,day,paid,pieces", "A1,2026-01-01,10.00,1", "A2,2026-01-02,1.50,1", "A2,2026-01-02,2.25,3"]


def test_a_file_that_ends_within_its_last_line_is_noted_with_the_record(desk):
    desk.file("x.csv", "\n".join(LINES))
    with desk.read(ORDERS % "") as imported:
        [end] = imported.entities[0].ends
        note = (
            "order: x.csv ends with order_id A2 (2 rows), and its last line has no line break: if it was cut off there, that order is short"
        )
        assert imported.notes == (note,) and f"note: {note}" in imported.text()
        assert end.key == {"order_id": "A2"} and end.rows == 2
        assert end.sums == {"quantity": 4, "revenue": Decimal("3.75")}


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_finished_last_line_is_not_noted(desk, line_break):
    desk.file("x.csv", "".join(line + line_break for line in LINES))
    with desk.read(ORDERS % "") as imported:
        assert imported.notes == () and len(imported.entities[0].ends) == 1


def test_each_file_has_an_end_of_its_own_compressed_or_not(desk):
    desk.file("x1.csv", "\n".join(LINES) + "\n")
    desk.file("x2.csv.gz", gzip.compress("\n".join([LINES[0], "A3,2026-01-03,1.00,1"]).encode()))
    with desk.read(ORDERS % "") as imported:
        assert [(end.file, end.key["order_id"], end.rows) for end in imported.entities[0].ends] == [
            ("x1.csv", "A2", 2),
            ("x2.csv.gz", "A3", 1),
        ]
        assert [note.split(" ends ")[0] for note in imported.notes] == ["order: x2.csv.gz"]


def test_a_closing_line_that_is_left_out_is_not_an_end(desk):
    desk.file("x.csv", "\n".join([*LINES, "total,,13.75,5"]))
    with desk.read(ORDERS % ", skip_last_lines: 1") as imported:
        assert imported.notes == ()


def test_records_of_one_row_each_have_no_end_to_be_short_at(desk):
    desk.file("x.csv", "\n".join(LINES[:3]))
    with desk.read((ORDERS % "").replace("    group: {revenue: sum, quantity: sum}\n", "")) as imported:
        assert imported.notes == () and imported.entities[0].ends == ()


def test_a_last_record_that_is_rejected_is_not_an_end(desk):
    desk.file("x.csv", "\n".join([*LINES, "A3,2026-01-03,many,1"]))
    with desk.read("max_rejected: 1\n" + ORDERS % "") as imported:
        assert imported.entities[0].ends == () and imported.entities[0].counts.rejected == 1
