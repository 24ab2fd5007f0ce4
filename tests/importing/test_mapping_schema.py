"""A wrong mapping is reported by file, line, fault and remedy."""

import pytest

from multiball.documents import suggestion
from multiball.importing.run import read
from multiball.shapes import InputError

GOOD = """file: {path: x.csv}
entities:
  - entity: order
    fields:
      order_id: id
      ordered_at: day
"""
FAULTS = {
    "NUL in a path": (GOOD.replace("x.csv", '"x\\0.csv"'), "line 6: file.path contains a NUL character"),
    "misspelt key": (GOOD.replace("path", "pth"), r"line 6: the key 'pth' is unknown in file. Did you mean 'path'\?"),
    "misspelt entity": (GOOD.replace("entity: order", "entity: orders"), r"line 8: entities.entity is 'orders'. Did you mean 'order'\?"),
    "misspelt field": (GOOD.replace("ordered_at", "orderd_at"), r"line 11: order has no field 'orderd_at'. Did you mean 'ordered_at'\?"),
    "no entities": ("file: {path: x.csv}\n", r"line 1: the key 'entities' is missing"),
    "required field not mapped": (GOOD.replace("      ordered_at: day\n", ""), "line 8: order.ordered_at is required and not mapped"),
    "number where a text is due": (GOOD.replace("id\n", "12\n"), "order_id is 12. Give a text or indented keys. Put it in"),
    "two forms": (GOOD.replace(": day", ": {column: day, constant: x}"), "line 11: ordered_at has 2 of column, template, sql and constant"),
    "otherwise alone": (GOOD.replace(": day", ": {column: day, otherwise: keep}"), "line 11: otherwise is given without values"),
    "bad unit of epoch": (GOOD.replace(": day", ": {column: day, epoch: sec}"), "line 11: entities.fields.ordered_at.epoch is 'sec'"),
    "bad time zone": ("time_zone: Europe/Berln\n" + GOOD, "line 6: 'Europe/Berln' is not a valid time zone. Give an IANA name"),
    "one sign for both": ("formats: {thousands: '.'}\n" + GOOD, "line 6: formats.decimal and formats.thousands are the same sign"),
    "sum of reach": (
        GOOD.replace("order\n", "ad_day\n").replace("order_id: id", "ad_id: id").replace("ordered_at", "date_day")
        + "      reach: r\n    group: {reach: sum}\n",
        "line 13: reach cannot be summed. Take max, min, first or last",
    ),
    "group and duplicates": (GOOD + "    group: {}\n    duplicates: last\n", "line 13: group and duplicates exclude each other"),
    "group of a key": (GOOD + "    group: {order_id: min}\n", "line 12: group names 'order_id', which is in the key"),
    "group of an unmapped field": (GOOD + "    group: {revenue: sum}\n", "line 12: group names 'revenue', which is not mapped"),
    "twice the same key": (GOOD.replace("      ordered", "      order_id: x\n      ordered"), "is not valid YAML: found duplicate key"),
    "broken YAML": (GOOD.replace("order_id: id", "order_id: [id"), r"m.yml, line \d+: is not valid YAML"),
    "share above one": ("max_rejected: 5\n" + GOOD, "line 6: max_rejected is wrong: 5 is greater than the maximum of 1"),
    "rule without reason": ("skip: [{when: 'true'}]\n" + GOOD, "line 6: the key 'reason' is missing in skip"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_reported_with_line_and_remedy(desk, text, message):
    desk.file("x.csv", "id,day\n1,2026-01-01\n")
    with pytest.raises(InputError, match=message) as raised:
        desk.read(text)
    assert "\n" not in str(raised.value)


def test_the_mapping_that_the_faults_are_made_from_is_good(desk):
    desk.file("x.csv", "id,day\n1,2026-01-01\n")
    assert len(desk.records(GOOD)) == 1


def test_an_amount_without_a_currency_is_refused(desk):
    desk.file("x.csv", "id,day\n1,2026-01-01\n")
    desk.file("m.yml", "version: 1\nsource: s\n" + GOOD + "      revenue: id\n")
    with pytest.raises(InputError, match=r"order.revenue is an amount without a currency. Give the mapping a currency"):
        read(desk.folder / "m.yml", variables={})


def test_a_missing_mapping_and_an_empty_one_are_reported(desk):
    with pytest.raises(InputError, match="there is no such mapping"):
        read(desk.folder / "none.yml", variables={})
    with pytest.raises(InputError, match="is not a mapping"):
        read(desk.file("empty.yml", ""), variables={})


NAMES = {
    "decomposed letters in the header": ("Ka\u0308ufe", "K\u00e4ufe"),
    "decomposed letters in the mapping": ("K\u00e4ufe", "Ka\u0308ufe"),
    "a sign that cannot be seen": ("\u200bid\u200b", "id"),
    "a hard blank": ("order\u00a0id", "order id"),
    "two blanks": ("order  id", "order   id"),
}


@pytest.mark.parametrize(("header", "name"), NAMES.values(), ids=NAMES)
def test_a_name_that_looks_like_the_header_is_the_column(desk, header, name):
    desk.file("x.csv", f"{header},day\n1,2026-01-01\n")
    assert desk.records(GOOD.replace("id\n", f"'{name}'\n"))[0]["order_id"] == "1"


def test_a_column_of_a_parquet_or_fixed_width_file_is_found_however_blanks_are_written(desk):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({" order  id": ["1"], "day": ["2026-01-01"]}), desk.folder / "x.parquet")
    assert desk.records(GOOD.replace("x.csv", "x.parquet").replace("id\n", "order id\n"))[0]["order_id"] == "1"
    desk.file("x.txt", "1 2026-01-01\n")
    fixed = "{path: x.txt, columns: [{name: 'order  id', start: 1, width: 2}, {name: day, start: 3, width: 10}]}"
    assert desk.records(GOOD.replace("{path: x.csv}", fixed).replace("id\n", "order id\n"))[0]["order_id"] == "1"


def test_columns_that_differ_in_case_alone_are_distinguished(desk):
    desk.file("x.csv", "id,ID,day\n1,2,2026-01-01\n")
    record = desk.records(GOOD + "      customer_id: ID (2)\n")[0]
    assert (record["order_id"], record["customer_id"]) == ("1", "2")


@pytest.mark.parametrize(
    ("wrong", "known", "hint"),
    [
        ("id", ["id", "ids"], "Did you mean 'ids'?"),
        ("id", ["id"], "Known: none."),
        ("ID", ["id"], "Did you mean 'id'?"),
        ("Ka\u0308ufe", ["K\u00e4ufe"], "Did you mean 'K\\xe4ufe', which only looks the same?"),
        ("cost ", ["cost"], "Did you mean 'cost'?"),
    ],
)
def test_a_suggestion_is_never_the_name_just_refused(wrong, known, hint):
    assert suggestion(wrong, known) == hint


def test_a_quoted_number_is_not_answered_with_itself(desk):
    with pytest.raises(InputError, match=r"version is '1'\. Give 1 without quotes\."):
        read(desk.mapping(GOOD, "version: '1'\nsource: s\n"), variables={})
