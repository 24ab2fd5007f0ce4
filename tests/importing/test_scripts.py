"""Numbers and dates in the digits and signs of other scripts: what they are is worked out by Python's own reading of digits."""

import unicodedata
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multiball.importing.expressions import number, plain
from multiball.importing.run import read as read_import
from multiball.sql import literal

ZEROS = [chr(code) for code in range(0x80, 0xFFFF) if unicodedata.decimal(chr(code), None) == 0]
connection = duckdb.connect()


def _one(sql: str) -> object:
    row = connection.execute(f"SELECT {sql}").fetchone()
    return row[0] if row else None


def read(text: str, decimal: str = ".", thousands: str | None = ",", **further: object) -> object:
    return _one(number(plain(literal(text)), decimal, thousands, **further))


@settings(max_examples=60)
@given(amount=st.decimals(-(10**9), 10**9, allow_nan=False, places=2), zero=st.sampled_from(ZEROS), wide=st.booleans())
def test_an_amount_is_read_in_the_digits_of_any_script(amount, zero, wide):
    written = f"{amount:,}".translate({ord(str(digit)): chr(ord(zero) + digit) for digit in range(10)})
    assert read(written.translate(str.maketrans(".,-", "．，－")) if wide else written) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("１２３，４５６．７８", "123456.78"), ("－１２", "-12"), ("￥１，２３４", "1234"), ("（１２）", "-12"), ("١٢٣٫٥", "123.5"),
        ("١٬٢٣٤", "1234"),
        ("1.2万", "12000"), ("１．２万", "12000"), ("1亿", "100000000"), ("1.5億", "150000000"), ("3千", "3000"),
        ("2百万", "2000000"), ("5千万", "50000000"),
        ("1.2万元", "12000"), ("88元", "88"), ("88 円", "88"), ("3만", "30000"), ("1\u00a0234", None), ("12\u200b3", "123"),
        ("\u202a77\u202c", "77"),
        ("万", None), ("1万2", None), ("一万", None), ("1.2w", None), ("10万+", None), ("十", None),
    ],
)  # fmt: skip
def test_a_number_as_spreadsheets_of_east_asia_write_it(text, amount):
    assert read(text) == (Decimal(amount) if amount else None)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("10万+", 100000), ("999+", 999), ("1,000 +", 1000), ("10+万", 100000), ("＋5", 5), ("9＋", 9),
        ("1+2", None), ("+", None), ("5++", None), ("-5+", None),
    ],
)  # fmt: skip
def test_a_plus_behind_a_number_is_a_lower_bound_where_bounds_are_read(text, amount):
    assert read(text, bounds=True) == amount


def test_blanks_between_digits_are_read_where_the_mapping_says_so():
    for blank in ("\u00a0", "\u202f", "\u3000", " "):
        assert read(f"1{blank}234,5", ",", " ") == Decimal("1234.5")


POSTS = """platform: xiaohongshu
file: {path: x.csv}
formats: {thousands: ","}
max_rejected: 0.9
entities:
  - entity: content_total
    fields: {content_id: 笔记, observed_on: {column: 日期, dates: [iso, "%Y年%m月%d日"]}, video_views: 观看, likes: 点赞}
"""


def posts(desk, text):
    desk.file("m.yml", "version: 1\nsource: s\naccount: a\n" + POSTS)
    desk.file("x.csv", "笔记,日期,观看,点赞\n" + text)
    return read_import(desk.folder / "m.yml", variables={})


def test_lower_bounds_are_kept_as_the_bound_and_counted(desk):
    with posts(desk, 'a,２０２６－０５－０１,10万+,999+\nb,２０２６年５月２日,"１，２３４",１２\nc,2026-05-03\u200b,5,x+\n') as imported:
        entity = imported.entities[0]
        rows = sorted((row for page in entity.pages() for row in page.to_pylist()), key=lambda row: row["content_id"])
        assert [(row["content_id"], str(row["observed_on"]), row["video_views"], row["likes"]) for row in rows] == [
            ("a", "2026-05-01", 100000, 999), ("b", "2026-05-02", 1234, 12),
        ]  # fmt: skip
        assert entity.counts.warnings == {
            "video_views is a lower bound, read as the bound": 1, "likes is a lower bound, read as the bound": 1,
        }  # fmt: skip
        rejected = entity.rejects().to_pylist()
    assert [(row["row"], row["reason"]) for row in rejected] == [(4, "likes is not a whole number")]
    assert "x+" in str(rejected[0])


def test_a_bound_in_a_mappings_own_sql_is_not_read_in_silence(desk):
    desk.file("x.csv", "id,d,n\na,2026-05-01,10万+\nb,2026-05-01,２万\n")
    text = "max_rejected: 0.5\nfile: {path: x.csv}\nentities:\n  - entity: content_total\n"
    fields = "    fields: {content_id: id, observed_on: d, likes: {sql: 'number({n})'}}\n"
    with desk.read(text + fields) as imported:
        rows = [row for page in imported.entities[0].pages() for row in page.to_pylist()]
    assert [(row["content_id"], row["likes"]) for row in rows] == [("b", 20000)]


def test_a_units_sign_of_the_mapping_goes_before_a_numeral(desk):
    desk.file("x.csv", "id,d,n\na,2026-05-01,2万\n")
    text = "formats: {units: {万: 10}}\nfile: {path: x.csv}\nentities:\n  - entity: content_total\n"
    rows = desk.records(text + "    fields: {content_id: id, observed_on: d, likes: n}\n")
    assert rows[0]["likes"] == 20


def test_a_channel_is_known_in_any_case_and_by_the_names_that_logs_give_to_direct(desk):
    desk.file("x.csv", "id,c\na,direct\nb,(direct)\nc,PAID search\nd,AI Assistant\ne,Trade fair\nf,(not set)\n")
    text = "max_rejected: 0.5\nfile: {path: x.csv}\nentities:\n  - entity: lead\n    fields: {lead_id: id, channel: c}\n"
    assert [row["lead_id"] for row in desk.records(text)] == ["a", "b", "c", "d", "f"]
