"""Ids that a spreadsheet took for numbers: repaired where that is exact, and else rejected with a reason; never changed in silence."""

import tempfile
from decimal import Decimal
from pathlib import Path

import openpyxl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from multiball.importing.entities import entities
from tests.importing.conftest import Desk, rows

ORDERS = """max_rejected: 1
%sfile: {path: %s}
entities:
  - entity: order
    fields: {order_id: {template: "{#row}"}, ordered_at: {constant: 2026-01-01}, %s}
"""
LOST = "customer_id has lost digits in a spreadsheet"
SIGNS = "customer_id seems to have thousands separators: set formats.thousands"


def _ids(desk, cells, field="customer_id: x", formats=""):
    """What becomes of each cell: the id, or the reason why its row is rejected."""
    desk.file("x.tsv", "x\ty\n" + "".join(f"{cell}\t.\n" for cell in cells))
    with desk.read(ORDERS % (formats, "x.tsv, quote: null", field)) as imported:
        name = field.split(":")[0]
        found = {int(row["order_id"]): row[name] for row in rows(imported)}
        found |= {row["row"]: row["reason"] for row in imported.entities[0].rejects().to_pylist()}
    return [found[number] for number in range(2, len(cells) + 2)]


REPAIRED = {
    "6012345678901234.0": "6012345678901234", "17850.00": "17850", '="123"': "123", '="0012"': "0012", "'123": "123", "'0012": "0012",
    "1.20207E+5": "120207", "1.202070E+05": "120207",
    "6.012345678901234E15": "6012345678901234", "6.012345678901234e+15": "6012345678901234",
    "6,012,345,678": "6012345678", "6 012 345 678": "6012345678",
    "6\u202f012\u202f345\u202f678": "6012345678", "6'012'345'678": "6012345678",
}  # fmt: skip
REJECTED = {
    "1.20207E+17": LOST, "1,20207E+17": LOST, "1.20207e+17": LOST, "1E+5": LOST, "1.2020701E+5": LOST, '="1.2E+17"': LOST,
    "60123456789012345.0": LOST, "9007199254740993.0": LOST, "1.20207123456789012E+17": LOST, "1E+99999999999": LOST,
    "6.012.345.678": SIGNS,
}  # fmt: skip
KEPT = ["0012", "abc", "6E5", "12E4", "1e5", "123.5", "12,345", "12.345", "'abc'", "192.168.1.12", "030 123 456", "A-6,012,345,678",
        "120207123456789012",
        "1234567890.1610000000", "72d76fde", "1.2.3", "½", "-"]  # fmt: skip


def test_what_is_exact_is_repaired_and_what_is_not_is_rejected_and_all_else_is_kept(desk):
    cells = [*REPAIRED, *REJECTED, *KEPT]
    assert _ids(desk, cells) == [*REPAIRED.values(), *REJECTED.values(), *KEPT]


def test_a_declared_sign_between_thousands_is_taken_out_of_ids(desk):
    formats = 'formats: {decimal: ",", thousands: "."}\n'
    cells = ["6.012.345.678", "12.345", "123,0", "6012345678901234.0", "6.012.345E+5", "0.012.345"]
    assert _ids(desk, cells, formats=formats) == ["6012345678", "12345", "123", "6012345678901234", "6.012.345E+5", "0.012.345"]


def test_the_mappings_own_sql_and_constants_are_left_alone_and_a_template_is_checked(desk):
    assert _ids(desk, ["1.2E+17", "6.012.345.678"], 'customer_id: {sql: "{x}"}') == ["1.2E+17", "6.012.345.678"]
    assert _ids(desk, ["."], "customer_id: {constant: 1.2E+17}")[0] is not None
    assert _ids(desk, ["1.2E+17", "12.0", "6,012,345,678"], 'customer_id: {template: "{x}"}') == [LOST, "12", "6,012,345,678"]


def test_other_texts_are_left_alone(desk):
    assert _ids(desk, ["1.2E+17", "12.0", "'12", "6,012,345,678"], "coupon: x") == ["1.2E+17", "12.0", "'12", "6,012,345,678"]


def test_a_spoiled_phone_number_is_rejected_and_a_grouped_one_is_not_changed(desk):
    spoiled, kept, quoted = _ids(desk, ["4.93012E+11", "030 123 456", "'+49301234567"], "phone: x")
    assert (spoiled, kept, quoted) == ("phone has lost digits in a spreadsheet", "030 123 456", "+49301234567")


def test_numbers_in_a_workbook_become_ids_only_where_they_are_exact(desk):
    book = openpyxl.Workbook()
    book.active.append(["x"])
    cells = [
        17850,
        123.0,
        123456789012345,
        6012345678901234,
        6012345678901230,
        120207123456789012,
        1.20207e17,
        "120207123456789012",
        "0012",
    ]
    for cell in cells:
        book.active.append([cell])
    book.save(desk.folder / "x.xlsx")
    with desk.read(ORDERS % ("", "x.xlsx", "customer_id: x")) as imported:
        found = {int(row["order_id"]): row["customer_id"] for row in rows(imported)}
        reasons = {row["row"]: row["reason"] for row in imported.entities[0].rejects().to_pylist()}
    assert found == {2: "17850", 3: "123", 4: "123456789012345", 5: "6012345678901234", 9: "120207123456789012", 10: "0012"}
    assert reasons == {6: LOST, 7: LOST, 8: LOST}


def test_a_large_number_in_a_workbook_that_is_no_id_keeps_its_value(desk):
    book = openpyxl.Workbook()
    book.active.append(["x"])
    book.active.append([6012345678901230])
    book.save(desk.folder / "x.xlsx")
    assert desk.records(ORDERS % ("", "x.xlsx", "quantity: x"))[0]["quantity"] == 6012345678901230


@settings(max_examples=25)
@given(st.lists(st.integers(1, 2**53), min_size=1, max_size=20, unique=True))  # A file whose rows all appear twice is refused.
@example([1, 10, 2**53])
def test_every_form_that_holds_all_digits_gives_the_id_back(numbers):
    written = [
        form
        for number in numbers
        for form in (f"{number}", f"{number}.0", f'="{number}"', f"'{number}", f"{Decimal(number):.16E}", f"{Decimal(number):.16e}")
    ]
    expected = [str(number) for number in numbers for _ in range(6)]
    with tempfile.TemporaryDirectory() as folder:
        assert _ids(Desk(Path(folder)), written) == expected


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(10**6, 10**18), st.integers(0, 4)), min_size=1, max_size=20, unique=True))
def test_no_form_that_has_lost_digits_is_taken_for_an_id(pairs):
    with tempfile.TemporaryDirectory() as folder:
        assert set(_ids(Desk(Path(folder)), [f"{Decimal(number):.{places}E}" for number, places in pairs])) == {LOST}


def test_every_id_of_an_entity_is_declared_as_one():
    for entity in entities().values():
        for field in entity.fields:
            assert field.is_id == (field.name.endswith("_id") or field.name == "phone"), (entity.name, field.name)
