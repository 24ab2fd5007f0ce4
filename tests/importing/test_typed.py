"""Spreadsheets and Parquet: typed cells, sheets, and files that are none."""

import datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from multiball.shapes import InputError

ORDERS = """entities:
  - entity: order
    fields: {order_id: InvoiceNo, ordered_at: InvoiceDate, customer_id: Customer ID, quantity: Quantity, revenue: Price}
"""
ROWS = [
    (536365, 6, datetime.datetime(2010, 12, 1, 8, 26), 2.55, 17850.0),
    ("C536379", -1, datetime.datetime(2010, 12, 1), 1234.5, None),
]


@pytest.fixture
def workbook(desk):
    book = openpyxl.Workbook()
    for title in ("Year 2009", "Year 2010"):
        sheet = book.create_sheet(title)
        sheet.append(["Export of the shop"])
        sheet.append([])
        sheet.append(["InvoiceNo", "Quantity", "InvoiceDate", "Price", "Customer ID"])
        for row in ROWS:
            sheet.append([f"{row[0]}-{title[-2:]}", *row[1:]])
    book.save(desk.folder / "x.xlsx")
    return desk


@pytest.mark.parametrize("formats", ["", "formats: {decimal: ',', thousands: '.'}\n"])
def test_cells_of_a_sheet_keep_their_values_whatever_the_formats_of_texts(workbook, formats):
    text = f"{formats}file: {{path: x.xlsx, sheet: Year 2010, skip_lines: 2}}\n{ORDERS}"
    first, second = workbook.records(text)
    assert (first["order_id"], first["customer_id"], first["revenue"]) == ("536365-10", "17850", Decimal("2.55"))
    assert first["ordered_at"] == datetime.datetime(2010, 12, 1, 8, 26)
    assert (second["quantity"], second["customer_id"], second["revenue"]) == (-1, None, Decimal("1234.5"))


def test_several_sheets_are_read_as_one_and_rows_have_the_numbers_of_the_sheet(workbook):
    text = "file: {path: x.xlsx, sheet: [Year 2009, Year 2010], skip_lines: 2}\n" + ORDERS
    assert len(workbook.records(text)) == 4
    numbered = text.replace("order_id: InvoiceNo", "order_id: {template: '{#file}:{#row}'}")
    assert workbook.records(numbered)[0]["order_id"] == "x.xlsx#Year 2009:4"


def test_a_sheet_that_is_not_there_is_told_with_the_closest_name(workbook):
    with pytest.raises(InputError, match=r"there is no sheet 'Year 2011'. Did you mean 'Year 20\d\d'\?"):
        workbook.read("file: {path: x.xlsx, sheet: Year 2011}\n" + ORDERS)


def test_a_sheet_without_header_where_the_mapping_looks_is_told(workbook):
    with pytest.raises(InputError, match=r"line 2 has no header. Check file.skip_lines"):
        workbook.read("file: {path: x.xlsx, sheet: Year 2010, skip_lines: 1}\n" + ORDERS)


@pytest.mark.parametrize("content", [b"id,origin\n1,web\n", b"PK\x03\x04 no archive"])
def test_what_is_no_spreadsheet_is_told(desk, content):
    desk.file("x.xlsx", content)
    with pytest.raises(InputError, match=r"is no spreadsheet that can be opened"):
        desk.read("file: {path: x.xlsx}\n" + ORDERS)


def test_a_workbook_that_would_fill_the_memory_is_refused(workbook, monkeypatch):
    monkeypatch.setattr("multiball.importing.typed._LARGEST", 1000)
    with pytest.raises(InputError, match=r"Export the sheet as CSV"):
        workbook.read("file: {path: x.xlsx}\n" + ORDERS)


def test_parquet_columns_keep_their_values(desk):
    table = pa.table(
        {
            "InvoiceNo": ["a", "b"],
            "InvoiceDate": pa.array([datetime.datetime(2020, 1, 1, 12), None], pa.timestamp("us", "UTC")),
            "Customer ID": pa.array([17850.0, None]),
            "Quantity": pa.array([1, 2], pa.int32()),
            "Price": pa.array([Decimal("1.25"), None], pa.decimal128(10, 2)),
        }
    )
    pq.write_table(table, desk.folder / "x.parquet")
    text = "max_rejected: 0.5\ntime_zone: Asia/Shanghai\nformats: {decimal: ','}\nfile: {path: x.parquet}\n" + ORDERS
    (row,) = desk.records(text)
    assert (row["customer_id"], row["quantity"], row["revenue"]) == ("17850", 1, Decimal("1.25"))
    assert row["ordered_at"] == datetime.datetime(2020, 1, 1, 12)
    assert desk.counts(text).reasons == {"ordered_at is missing": 1}


def test_what_is_no_parquet_file_is_told(desk):
    desk.file("x.parquet", "id,origin\n")
    with pytest.raises(InputError, match=r"is no Parquet file"):
        desk.read("file: {path: x.parquet}\n" + ORDERS)
