"""Spreadsheets and Parquet: typed cells, sheets, and files that are none."""

import datetime
import json
import subprocess
import sys
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


@pytest.mark.parametrize(("sheet", "rows"), [("", 2), (", sheet: '*'", 4), (", sheet: [Cache]", 1)])
def test_a_hidden_sheet_is_read_by_its_name_alone(workbook, sheet, rows):
    path = workbook.folder / "x.xlsx"
    book = openpyxl.load_workbook(path)
    del book["Sheet"]
    hidden = book.create_sheet("Cache", 0)
    hidden.sheet_state = "hidden"
    for row in (["not for readers"], [], ["InvoiceNo", "Quantity", "InvoiceDate", "Price", "Customer ID"], ["h", *ROWS[0][1:]]):
        hidden.append(row)
    book.save(path)
    assert len(workbook.records(f"file: {{path: x.xlsx{sheet}, skip_lines: 2}}\n{ORDERS}")) == rows


def test_merged_cells_are_filled_down_and_blank_rows_stay_blank(desk):
    book = openpyxl.Workbook()
    for row in (["Channel", "Date", "Reach"], ["Instagram", 46296, 5], [None, 46297, 7], [], ["Facebook", 46296, 9]):
        book.active.append(row)
    book.save(desk.folder / "x.xlsx")
    text = """file: {path: x.xlsx, fill_down: [Channel]}
entities:
  - entity: account_day
    fields: {account_id: Channel, date_day: {column: Date, epoch: excel}, reach: Reach}
"""
    found = [(row["account_id"], str(row["date_day"]), row["reach"]) for row in desk.records(text)]
    assert found == [("Facebook", "2026-10-01", 9), ("Instagram", "2026-10-01", 5), ("Instagram", "2026-10-02", 7)]
    assert desk.counts(text).skipped == {"no value in any mapped column": 1}
    with pytest.raises(InputError, match=r"m\.yml, line 6: .* has no column 'Chanel'. Did you mean 'Channel'"):
        desk.read(text.replace("[Channel]", "[Chanel]"))


def test_a_sheet_that_is_not_there_is_reported_with_the_closest_name(workbook):
    with pytest.raises(InputError, match=r"has no sheet 'Year 2011'. Did you mean 'Year 20\d\d'\?"):
        workbook.read("file: {path: x.xlsx, sheet: Year 2011}\n" + ORDERS)


def test_a_sheet_without_header_where_the_mapping_looks_is_reported(workbook):
    with pytest.raises(InputError, match=r"line 2 has no header. Check file.skip_lines"):
        workbook.read("file: {path: x.xlsx, sheet: Year 2010, skip_lines: 1}\n" + ORDERS)


@pytest.mark.parametrize("content", [b"id,origin\n1,web\n", b"PK\x03\x04 no archive"])
def test_what_is_not_a_spreadsheet_is_reported(desk, content):
    desk.file("x.xlsx", content)
    with pytest.raises(InputError, match=r"is not a spreadsheet that can be opened"):
        desk.read("file: {path: x.xlsx}\n" + ORDERS)


def test_a_workbook_that_would_fill_the_memory_is_refused(workbook, monkeypatch):
    monkeypatch.setattr("multiball.importing.workbook.LARGEST", 1000)
    with pytest.raises(InputError, match=r"Export the sheet as CSV"):
        workbook.read("file: {path: x.xlsx}\n" + ORDERS)


@pytest.mark.parametrize("far", ["XFD1048576", "XFD30000"])
def test_a_cell_far_from_the_others_is_reported_and_ends_no_process(desk, far):
    book = openpyxl.Workbook()
    book.active["A1"], book.active[far] = "id", "x"
    book.save(desk.folder / "x.xlsx")
    with pytest.raises(InputError, match=r"takes more than 4 GiB of memory to open\. A cell far from the others"):
        desk.read("file: {path: x.xlsx}\n" + ORDERS)


def test_a_sheet_that_is_no_longer_there_when_it_is_read_is_no_crash(workbook):
    names = ["-c", "import sys; from multiball.importing.workbook_process import main; sys.exit(main(sys.argv[1], 'cells', 'gone'))"]
    ended = subprocess.run([sys.executable, *names, str(workbook.folder / "x.xlsx")], capture_output=True, text=True, check=False)
    assert ended.returncode == 2 and "gone" in ended.stderr and "Traceback" not in ended.stderr


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


def test_what_is_not_a_parquet_file_is_reported(desk):
    desk.file("x.parquet", "id,origin\n")
    with pytest.raises(InputError, match=r"is not a Parquet file"):
        desk.read("file: {path: x.parquet}\n" + ORDERS)


EVENTS = """file: {path: x.parquet}
entities:
  - entity: page_event
    fields:
      event_id: id
      occurred_at: {column: at, epoch: us}
      event_name: {constant: purchase}
      session_id: {sql: "param({params}, 'session')"}
      page_url: {sql: "param({params}, 'page')"}
      value: {sql: "param({order}, 'revenue')"}
      order_id: {sql: "param({order}, 'id')"}
"""


@pytest.mark.parametrize("written", ["structures", "text"])
def test_parameters_come_out_of_structures_and_of_json(desk, written):
    params = [{"key": "session", "value": {"int_value": 17, "string_value": None}}, {"key": "page", "value": {"string_value": 'a "b" ü'}}]
    orders = [{"id": "T1", "revenue": 12.5}, {"id": None, "revenue": None}]
    as_written = json.dumps if written == "text" else lambda value: value
    rows = [
        {"id": f"{number}", "at": 1_790_000_000_000_000 + number, "params": as_written(params), "order": as_written(order)}
        for number, order in enumerate(orders)
    ]
    pq.write_table(pa.Table.from_pylist(rows), desk.folder / "x.parquet")
    first, second = desk.records(EVENTS)
    assert (first["session_id"], first["page_url"], first["value"], first["order_id"]) == ("17", 'a "b" ü', Decimal("12.5"), "T1")
    assert (second["value"], second["order_id"]) == (None, None)


def test_broken_json_has_no_parameters_and_can_be_rejected(desk):
    desk.file("x.csv", 'id,at,params,order\n1,1790000000000000,"[{""key"": ""ses",{}\n')
    text = EVENTS.replace("x.parquet", "x.csv")
    assert desk.records(text)[0]["session_id"] is None
    rejecting = 'max_rejected: 1\nreject: [{when: "not json_valid({params})", reason: broken parameters}]\n' + text
    assert desk.counts(rejecting).reasons == {"broken parameters": 1}
