"""What a skip takes of a record that has several lines: those lines, the whole record, or nothing before the mapping says which."""

import tempfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multiball.shapes import InputError
from tests.importing.conftest import Desk

LINES = """max_rejected: 1
file: {path: x.csv}
entities:
  - entity: order
    skip:
      - {when: "{kind} = 'post'", reason: postage%s}
    fields: {order_id: id, ordered_at: {constant: 2026-01-01}, revenue: paid}
    group: {revenue: sum}
"""
FILE = "id,kind,paid\n1,sale,10\n1,post,5\n2,sale,7\n3,post,5\n"


def _orders(desk, text):
    with desk.read(text) as imported:
        counts = imported.entities[0].counts
        assert counts.rows == counts.records + counts.merged + sum(counts.skipped.values()) + counts.rejected
        return {row["order_id"]: row["revenue"] for page in imported.entities[0].pages() for row in page.to_pylist()}, counts


def test_scope_line_leaves_only_the_lines_out(desk):
    desk.file("x.csv", FILE)
    orders, counts = _orders(desk, LINES % ", scope: line")
    assert (orders, counts.skipped) == ({"1": 10, "2": 7}, {"postage": 2})


def test_scope_record_leaves_whole_orders_out_and_counts_all_their_lines(desk):
    desk.file("x.csv", FILE)
    orders, counts = _orders(desk, LINES % ", scope: record")
    assert (orders, counts.skipped) == ({"2": 7}, {"postage": 3})


def test_a_skip_that_would_halve_an_order_is_refused_with_its_line_and_the_choice(desk):
    desk.file("x.csv", FILE)
    with pytest.raises(InputError) as raised:
        desk.read(LINES % "")
    assert str(raised.value).endswith(
        "m.yml, line 11: the skip 'postage' matches some rows and not others of order_id 1. Give it scope: line to leave only those rows"
        " out of their records, or scope: record to leave the whole records out."
    )


def test_a_skip_that_takes_whole_orders_needs_no_scope(desk):
    desk.file("x.csv", FILE.replace("1,post,5\n", "3,post,1\n"))
    orders, counts = _orders(desk, LINES % "")
    assert (orders, counts.skipped) == ({"1": 10, "2": 7}, {"postage": 2})


def test_a_totals_row_without_a_key_is_a_part_of_no_order(desk):
    desk.file("x.csv", FILE + ",post,27\n")
    orders, _ = _orders(desk, (LINES % ", scope: record").replace("'post'", "'post' and {id} is null"))
    assert orders == {"1": 15, "2": 7, "3": 5}


def test_a_skipped_row_whose_key_cannot_be_worked_out_is_still_skipped(desk):
    desk.file("x.csv", FILE + "Total,post,27\n")
    text = (LINES % "").replace("order_id: id", 'order_id: {sql: "{id}::int"}').replace("{kind} = 'post'", "{id} = 'Total'")
    orders, counts = _orders(desk, text)
    assert (orders, counts.skipped) == ({"1": 15, "2": 7, "3": 5}, {"postage": 1})


def test_a_rejected_line_of_an_order_that_leaves_as_a_whole_is_skipped_not_rejected(desk):
    desk.file("x.csv", FILE.replace("sale,10", "sale,ten"))
    orders, counts = _orders(desk, LINES % ", scope: record")
    assert (orders, counts.rejected) == ({"2": 7}, 0)


def test_texts_that_values_skip_may_not_halve_an_order_either(desk):
    desk.file("x.csv", FILE)
    text = (LINES % ", scope: line").replace("'post'", "'none'")
    text = text.replace("revenue: paid}", "revenue: paid, status: {column: kind, values: {sale: sold}, otherwise: skip}}")
    with pytest.raises(InputError, match=r"m\.yml, line 12: the skip 'status is not among its values' matches some rows and not others"):
        desk.read(text)


def test_a_sum_of_duplicates_is_not_halved_either(desk):
    desk.file("x.csv", "day,ad,age,spend\n2026-01-01,a,18,1\n2026-01-01,a,,2\n")
    text = """file: {path: x.csv}
skip:
  - {when: "{age} is null", reason: no age}
entities:
  - entity: ad_day
    fields: {date_day: day, ad_id: ad, spend: spend}
    duplicates: sum
"""
    with pytest.raises(
        InputError,
        match=r"line 8: the skip 'no age' matches some rows and not others of date_day, ad_id, segment, account_id, platform 2026-01-01, a",
    ):
        desk.read(text)
    assert desk.records(text.replace("no age}", "no age, scope: line}"))[0]["spend"] == 1


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(["sale", "post", "gift"]), st.integers(-500, 500)), min_size=1),
    st.sampled_from(["", ", scope: line", ", scope: record"]),
    st.sampled_from(["", ", scope: line", ", scope: record"]),
)
def test_no_order_is_halved_unless_the_mapping_says_so(lines, postage, gifts):
    by_order = defaultdict(list)
    for order, kind, cents in lines:
        by_order[order].append((kind, Decimal(cents) / 100))
    scopes = {"post": postage.removeprefix(", scope: "), "gift": gifts.removeprefix(", scope: "), "sale": "stays"}
    expected, halved = {}, False
    for order, parts in by_order.items():
        rest = [(kind, paid) for kind, paid in parts if kind == "sale"]
        if rest and not any(scopes[kind] == "record" for kind, _ in parts):
            expected[order] = sum(paid for _, paid in rest)
            halved |= any(scopes[kind] == "" for kind, _ in parts)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        rows = [f"{order},{kind},{cents / 100},{number}\n" for number, (order, kind, cents) in enumerate(lines)]
        desk.file("x.csv", "id,kind,paid,line\n" + "".join(rows))
        told_apart = (LINES % postage).replace("revenue: paid}", "revenue: paid, quantity: line}").replace("sum}", "sum, quantity: sum}")
        text = told_apart.replace("    fields", f"      - {{when: \"{{kind}} = 'gift'\", reason: gift{gifts}}}\n    fields")
        if halved:
            with pytest.raises(InputError, match="matches some rows and not others"):
                desk.read(text)
        else:
            assert _orders(desk, text)[0] == expected
