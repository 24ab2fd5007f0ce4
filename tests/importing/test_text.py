"""Delimited and fixed-width text: encodings, layouts, and files that are broken."""

import gzip

import pytest

from multiball.shapes import InputError

LEADS = """entities:
  - entity: lead
    fields: {lead_id: id, origin: origin}
"""
PLAIN = "file: {path: x.csv}\n" + LEADS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "gb18030"])
def test_text_is_read_in_its_encoding(desk, encoding):
    word = "微博" if encoding == "gb18030" else "Käufe"
    desk.file("x.csv", f"id,origin\r\n1,{word}\r\n", encoding)
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    assert desk.records(f"file: {{path: x.csv, encoding: {declared}}}\n" + LEADS)[0]["origin"] == word


@pytest.mark.parametrize(("written", "guess"), [("cp1252", "cp1252"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le")])
def test_a_wrong_encoding_is_reported_with_its_line_and_a_guess(desk, written, guess):
    desk.file("x.csv", "id,origin\n1,web\n2,Käufe\n", written)
    with pytest.raises(InputError, match=rf"x\.csv, line \d: .* Set file\.encoding: {guess},") as raised:
        desk.read(PLAIN)
    if written == "cp1252":
        assert "line 3: byte 19 is not valid utf-8" in str(raised.value)


def test_utf_8_that_is_said_to_be_cp1252_is_reported(desk):
    desk.file("x.csv", "id,origin\n1,Käufe\n")
    with pytest.raises(InputError, match=r"the file is UTF-8 and file.encoding says cp1252. Leave file.encoding out"):
        desk.read("file: {path: x.csv, encoding: cp1252}\n" + LEADS)


def test_an_unknown_encoding_is_reported(desk):
    desk.file("x.csv", "id,origin\n1,web\n")
    with pytest.raises(InputError, match=r"'utf-99' is not a known encoding"):
        desk.read("file: {path: x.csv, encoding: utf-99}\n" + LEADS)


def test_a_wrong_delimiter_is_reported_with_the_right_one(desk):
    desk.file("x.csv", "id;origin\n1;web\n")
    with pytest.raises(InputError, match=r"one column was found, 'id;origin'. Set file.delimiter: ';'"):
        desk.read(PLAIN)


def test_a_missing_column_is_reported_with_the_closest_one(desk):
    desk.file("x.csv", "id,Origin of lead\n1,web\n")
    with pytest.raises(InputError, match=r"m.yml, line 9: .*x.csv has no column 'Origin of leads'. Did you mean 'Origin of lead'\?"):
        desk.read("file: {path: x.csv}\nentities:\n  - entity: lead\n    fields: {lead_id: id, origin: Origin of leads}\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"id,origin\n", "has no rows below its header"),
        (b"id,origin", "has no rows below its header"),
        (b"id,origin\n1,web\n2", "the file is cut off in row 3"),
        (b'id,origin\n1,web\n2,"we', "a quote is left open at or before row 3"),
        (b'id,origin\n1,"web\n2,web\n3,web\n', "a quote is left open"),
        (b"PK\x03\x04rest", "the file is a zip archive or a spreadsheet, not text"),
        (b"id,origin\n1,w\x00eb\n", "the file contains NUL characters"),
    ],
)
def test_a_broken_file_is_reported(desk, content, message):
    desk.file("x.csv", content)
    with pytest.raises(InputError, match=message):
        desk.read(PLAIN)


def test_a_row_with_too_few_or_too_many_cells_is_rejected_by_its_number(desk):
    desk.file("x.csv", "id,origin\n1,web\n2\n3,web,x\n4,mail\n")
    with desk.read("max_rejected: 0.5\n" + PLAIN) as imported:
        rejects = imported.entities[0].rejects().to_pylist()
        counts = imported.entities[0].counts
    assert [(row["row"], row["reason"]) for row in rejects] == [
        (3, "the row has 1 cells where the header has 2"),
        (4, "the row has 3 cells where the header has 2"),
    ]
    assert (counts.rows, counts.records, counts.rejected) == (4, 2, 2)


def test_rows_keep_their_numbers_after_broken_ones_and_after_header_lines(desk):
    desk.file("x.csv", "Report\n\nid,origin\n1,web\n2\n3,a\n\n4,b\n5\n6,c\n")
    text = "max_rejected: 0.5\nfile: {path: x.csv, skip_lines: 2}\n" + LEADS.replace("lead_id: id", "lead_id: {template: '{#row}'}")
    assert [(row["lead_id"], row["origin"]) for row in desk.records(text)] == [("10", "c"), ("4", "web"), ("6", "a"), ("8", "b")]
    assert desk.counts(text).skipped == {"no value in any mapped column": 1}


def test_quotes_hold_delimiters_and_line_breaks(desk):
    desk.file("x.csv", 'id,origin\n1,"a, ""b""\nc"\n')
    assert desk.records(PLAIN)[0]["origin"] == 'a, "b"\nc'


def test_without_quotes_a_quote_is_a_sign_like_any_other(desk):
    desk.file("x.csv", 'id,origin\n1,"a\n2,b"\n')
    assert [row["origin"] for row in desk.records("file: {path: x.csv, quote: null}\n" + LEADS)] == ['"a', 'b"']


def test_an_inch_sign_is_no_open_quote(desk):
    desk.file("x.csv", 'id,origin\n1,5" pipe\n2,web\n')
    assert [row["origin"] for row in desk.records(PLAIN)] == ['5" pipe', "web"]


def test_a_file_without_header_has_its_columns_named(desk):
    desk.file("x.csv", "1|web\n2|mail\n")
    text = "file: {path: x.csv, delimiter: '|', columns: [id, origin]}\n" + LEADS
    assert [row["lead_id"] for row in desk.records(text)] == ["1", "2"]
    with pytest.raises(InputError, match=r"its first row has 2 cells and file.columns has 1"):
        desk.read(text.replace("[id, origin]", "[id]"))


def test_tabs_gzip_and_several_files_are_read(desk):
    desk.file("a.tsv", "id\torigin\n1\tweb\n")
    desk.file("b.tsv", "origin\tid\nmail\t2\n")
    assert [row["origin"] for row in desk.records("file: {path: '*.tsv'}\n" + LEADS)] == ["web", "mail"]
    desk.file("x.csv.gz", gzip.compress(b"id,origin\n1,web\n"))
    assert len(desk.records("file: {path: x.csv.gz}\n" + LEADS)) == 1
    desk.file("x.csv.gz", gzip.compress(b"id,origin\n1,web\n" * 1000)[:-9])
    with pytest.raises(InputError, match=r"cut off or broken"):
        desk.read("file: {path: x.csv.gz}\n" + LEADS)


def test_a_table_ends_at_a_blank_line_when_the_mapping_says_so(desk):
    desk.file("x.csv", "id,origin\n1,web\n\nTotals\nsum,n,x\n")
    counts = desk.counts("file: {path: x.csv, stop_at_blank: true}\n" + LEADS)
    assert (counts.rows, counts.records, counts.rejected) == (1, 1, 0)


def test_closing_lines_are_left_out_when_the_mapping_says_how_many(desk):
    desk.file("x.csv", "id,origin\n1,web\n2,mail\n,\n2 rows")
    with pytest.raises(InputError, match=r"cut off in row 5\. Export it again, or set file\.skip_last_lines if that row is a closing line"):
        desk.read(PLAIN)
    counts = desk.counts("file: {path: x.csv, skip_last_lines: 2}\n" + LEADS)
    assert (counts.rows, counts.records, counts.rejected) == (2, 2, 0)


def test_columns_without_name_and_with_one_name_can_be_distinguished(desk):
    desk.file("x.csv", "id,,name,name\n1,a,b,c\n")
    fields = "{lead_id: id, origin: column 2, channel: {constant: Direct}, campaign: name, landing_page: name (2)}"
    row = desk.records(f"file: {{path: x.csv}}\nentities:\n  - entity: lead\n    fields: {fields}\n")[0]
    assert (row["origin"], row["campaign"], row["landing_page"]) == ("a", "b", "c")


def test_a_missing_file_and_a_missing_variable_are_reported(desk):
    with pytest.raises(InputError, match=r"none\.csv: no file matches file\.path of m\.yml \(line 6\)"):
        desk.read("file: {path: none.csv}\n" + LEADS)
    with pytest.raises(InputError, match=r"m\.yml, line 6: file\.path names \$\{WHERE\}, which is not set"):
        desk.read("file: {path: '${WHERE}/x.csv'}\n" + LEADS)
    with pytest.raises(InputError, match=r"there is no such file"):
        desk.read(PLAIN, file=desk.folder / "none.csv")
    with pytest.raises(InputError, match=r"the ending '.dat' is not a known file type"):
        desk.read("file: {path: x.dat}\n" + LEADS.replace("x", "x"), file=desk.file("x.dat", "id\n1\n"))


FIXED = """file:
  path: x.txt
  columns: [{name: id, start: 1, width: 3}, {name: origin, start: 5, width: 6}]
"""


def test_fixed_width_columns_are_cut_from_their_places_in_characters(desk):
    desk.file("x.txt", "  1 Käufe \r\n 22 web\r\n")
    assert [(row["lead_id"], row["origin"]) for row in desk.records(FIXED + LEADS)] == [("1", "Käufe"), ("22", "web")]


def test_a_short_line_is_rejected_and_a_cut_off_last_line_stops_the_import(desk):
    desk.file("x.txt", "  1 web   \n  2\n  3 mail  \n")
    counts = desk.counts("max_rejected: 0.5\n" + FIXED + LEADS)
    assert (counts.records, counts.reasons) == (2, {"the row is shorter than 5 characters, where its last column begins": 1})
    desk.file("x.txt", "  1 web   \n  2 we")
    with pytest.raises(InputError, match=r"the file is cut off in row 2"):
        desk.read(FIXED + LEADS)


def test_a_fixed_width_file_needs_places(desk):
    desk.file("x.txt", "1 web\n")
    with pytest.raises(InputError, match=r"a fixed-width file needs columns"):
        desk.read("file: {path: x.txt, format: fixed}\n" + LEADS)


def test_invisible_characters_and_blanks_of_any_kind_do_not_matter_in_headers_and_around_cells(desk):
    desk.file("x.csv", "\ufeff\u200bid\u00a0,\u3000lead\u202forigin\u200e\n\u202a1\u202c,\u3000web\u00a0\u200b\n")
    text = "file: {path: x.csv}\nentities:\n  - entity: lead\n    fields: {lead_id: id, origin: lead origin}\n"
    assert [(row["lead_id"], row["origin"]) for row in desk.records(text)] == [("1", "web")]
    assert desk.records(text.replace("lead origin", '"lead\u200b\u00a0origin"'))[0]["origin"] == "web"
