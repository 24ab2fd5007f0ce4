"""A file that holds its rows twice, and files that overlap, are noticed where records would hide it."""

import pytest

from multiball.shapes import InputError

ORDERS = """file: {path: "x*.csv"}
entities:
  - entity: order
    fields: {order_id: id, ordered_at: day, revenue: paid}
    group: {revenue: sum}
"""
EVENTS = """file: {path: "x*.csv"}
entities:
  - entity: page_event
    fields: {event_id: {template: "{id}:{day}:{#nth}"}, occurred_at: day, event_name: {constant: page_view}}
"""
HEADER = "id,day,paid\n"
LINES = [f"{number // 2},2026-01-{number + 1:02},{number}.50\n" for number in range(6)]
LINES = [line.replace(f"2026-01-{number + 1:02}", f"2026-01-{number // 2 + 1:02}") for number, line in enumerate(LINES)]


@pytest.mark.parametrize("text", [ORDERS, EVENTS])
@pytest.mark.parametrize("times", [2, 3])
def test_a_file_whose_rows_all_stand_there_twice_is_refused_with_counts(desk, text, times):
    rows = LINES if text is ORDERS else [f"{number},2026-01-01,1\n" for number in range(6)]
    desk.file("x.csv", HEADER + "".join(rows * times))
    message = (
        rf"x\.csv: every row appears {times} times or more: {6 * times} rows for \w+, 6 different\. The export seems to be in it twice"
    )
    with pytest.raises(InputError, match=message):
        desk.read(text)


def test_equal_lines_of_one_order_are_not_in_the_way(desk):
    desk.file("x.csv", HEADER + "".join([*LINES, LINES[0], LINES[3]]))
    with desk.read(ORDERS) as imported:
        assert imported.notes == () and imported.entities[0].counts.records == 3


def test_a_file_that_another_one_holds_is_refused(desk):
    desk.file("x1.csv", HEADER + "".join(LINES))
    desk.file("x2.csv", HEADER + "".join(LINES[2:6]))
    with pytest.raises(
        InputError, match=r"x2\.csv: all of its 4 rows for order appear in other files as well\. Leave one of the files out"
    ):
        desk.read(ORDERS)


def test_exports_that_overlap_are_noted_with_counts(desk):
    more = [
        line.replace("2026-01-0", "2026-02-0").replace(f"{number // 2},", f"{number // 2 + 7},", 1) for number, line in enumerate(LINES)
    ]
    desk.file("x1.csv", HEADER + "".join(LINES))
    desk.file("x2.csv", HEADER + "".join(LINES[4:] + more))
    with desk.read(ORDERS) as imported:
        assert imported.notes == (
            "order: 2 of 6 rows of x1.csv appear in other files as well, and count twice",
            "order: 2 of 8 rows of x2.csv appear in other files as well, and count twice",
        )
        assert "note: order: 2 of 6 rows of x1.csv" in imported.text()


def test_records_that_rows_do_not_come_together_in_reject_copies_by_their_key(desk):
    desk.file("x.csv", HEADER + "1,2026-01-01,5\n2,2026-01-01,5\n3,2026-01-01,5\n" * 2)
    counts = desk.counts("max_rejected: 1\n" + ORDERS.replace("    group: {revenue: sum}\n", ""))
    assert (counts.records, counts.rejected) == (3, 3)


def test_what_a_file_states_of_an_order_shows_that_it_was_cut(desk):
    text = "max_rejected: 1\n" + ORDERS.replace(
        "    fields", '    reject: [{when: "count(*) over (partition by {id}) <> number({lines})", reason: lines are missing}]\n    fields'
    )
    desk.file("x.csv", "id,day,paid,lines\n1,2026-01-01,1,2\n1,2026-01-01,2,2\n2,2026-01-01,3,3\n2,2026-01-01,4,3\n")
    counts = desk.counts(text)
    assert (counts.records, counts.reasons) == (1, {"lines are missing": 2})


def test_a_malformed_row_rejects_the_orders_next_to_it_and_no_other(desk):
    desk.file("x.csv", HEADER + "1,2026-01-01,1\n2,2026-01-01,2\n2,2026\n3,2026-01-01,4\n4,2026-01-01,5\n")
    counts = desk.counts("max_rejected: 1\n" + ORDERS)
    assert (counts.records, counts.rejected) == (2, 3)
    assert counts.reasons == {
        "a row next to it is malformed and may have the same order_id": 2,
        "the row has 2 cells where the header has 3": 1,
    }
