"""A text in a wrong encoding: where it is found, and which encodings are named instead. Each word is one that people read."""

import csv
import gzip
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multiball.importing import decoding
from multiball.importing.decoding import _Lines
from multiball.importing.encodings import plausible, readings
from multiball.shapes import InputError

LEADS = """entities:
  - entity: lead
    fields: {lead_id: id, origin: origin}
"""
WRITTEN = [
    ("gb18030", "微博"), ("gb18030", "小红书"), ("gb18030", "今日头条"), ("gb18030", "广告"), ("big5", "臉書"), ("big5", "社群媒體"),
    ("cp950", "廣告"),
    ("cp932", "ウェブ"), ("cp932", "広告キャンペーン"), ("euc_jp", "インスタグラム"), ("cp949", "네이버"), ("cp949", "페이스북"),
    ("cp1251", "Яндекс"), ("cp1251", "реклама"), ("koi8-r", "реклама"), ("cp1252", "Käufe"), ("cp1252", "España"), ("cp1252", "Größe"),
    ("cp1250", "Łódź"), ("cp1250", "příští"), ("cp1253", "διαφήμιση"), ("cp1254", "alışveriş"), ("cp1256", "إعلان"), ("mac_roman", "Käufe"),
]  # fmt: skip


def message(desk, layout: str = "path: x.csv") -> str:
    with pytest.raises(InputError) as raised:
        desk.read(f"file: {{{layout}}}\n" + LEADS)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(("encoding", "word"), WRITTEN)
def test_an_encoding_is_named_with_the_line_and_with_the_word_as_it_reads_it(desk, encoding, word):
    desk.file("x.csv", f"id,origin\n1,web\n2,mail\n3,{word}\n", encoding)
    said = message(desk)
    assert "x.csv, line 4: byte " in said
    assert f"which reads {word!r} there" in said, said
    named = re.search(f"([a-z0-9-_]+), which reads {word!r}", said)[1]
    assert desk.records(f"file: {{path: x.csv, encoding: {named}}}\n" + LEADS)[2]["origin"] == word


@pytest.mark.parametrize(("encoding", "word"), WRITTEN)
def test_no_encoding_is_named_that_makes_garbage_of_the_text(desk, encoding, word):
    desk.file("x.csv", "id,origin\n" + "".join(f"{number},{word}\n" for number, (_, word) in enumerate(WRITTEN) if _ == encoding), encoding)
    named = re.findall(r"([a-z0-9-_]+), which reads", message(desk))
    assert not {"cp1252", "cp1250", "cp1254"} & set(named) or encoding in ("cp1252", "cp1250", "cp1254")
    assert not {"gb18030", "big5"} & set(named) or encoding in ("gb18030", "big5", "cp950", "cp949", "euc_jp")


@pytest.mark.parametrize(("declared", "encoding", "text"), [
    ("cp1252", "gb18030", "笔记编号,10万+,１，２３４"),
    ("cp1252", "gb18030", "微博,小红书,今日头条"), ("latin-1", "gb18030", "微博,小红书"),
    ("cp1252", "big5", "臉書,廣告"),
    ("cp1252", "cp1251", "реклама,Яндекс"),
    ("gb18030", "cp1252", "Käufe,Größe"),
    ("gb18030", "big5", "社群媒體,臉書,廣告"), ("gb18030", "utf-8", "微博,小红书"),
    ("cp1252", "utf-8", "Käufe"), ("utf-16", "utf-8", "微博"), ("utf-16", "ascii", "web!"),
])  # fmt: skip
def test_a_declared_encoding_that_makes_garbage_is_refused(desk, declared, encoding, text):
    desk.file("x.csv", "id,origin\n" + "".join(f"{number},{word}\n" for number, word in enumerate(text.split(","))), encoding)
    said = message(desk, f"path: x.csv, encoding: {declared}")
    if encoding not in ("utf-8", "ascii"):
        assert encoding in said and text.split(",")[0] in said


@pytest.mark.parametrize(("encoding", "text"), [
    ("gb18030", "联通"), ("gbk", "彧,翀,瀞"), ("gb18030", "張學友"), ("big5", "鑫"), ("cp1252", "Çâtal,naïve,50 €,„ja“,Þór,Ø"),
    ("latin-1", "Käufe"), ("cp1252", "Žilina,øl,Šport"),
    ("cp1251", "МОСКВА,iPhone для всех"),
    ("cp932", "ﾃｽﾄ,東京"), ("koi8-r", "Привет"), ("cp949", "한국"),
])  # fmt: skip
def test_a_declared_encoding_that_is_right_is_taken(desk, encoding, text):
    words = text.split(",")
    desk.file("x.csv", "id,origin\n" + "".join(f"{number},{word}\n" for number, word in enumerate(words)), encoding)
    assert [row["origin"] for row in desk.records(f"file: {{path: x.csv, encoding: {encoding}}}\n" + LEADS)] == words


def test_the_euro_sign_of_cp1252_is_no_control_character_of_latin_1(desk):
    desk.file("x.csv", "id,origin\n1,Käufe\n2,50 €\n", "cp1252")
    assert "line 3" in (said := message(desk, "path: x.csv, encoding: latin-1")) and "cp1252" in said


def test_one_wrong_byte_in_a_utf_8_file_is_not_taken_for_another_encoding(desk):
    desk.file("x.csv", "id,origin\n1,微博\n2,小红书\n3,".encode() + b"K\xe4ufe\n" + "4,今日头条\n".encode())
    assert re.search(r"line 4: byte \d+ is not valid utf-8. The text around it is UTF-8: correct this line", message(desk))


def test_a_file_that_ends_within_a_character_is_cut_off(desk):
    desk.file("x.csv", "id,origin\n1,微博".encode()[:-1])
    assert "line 2: the file ends within a character. It is cut off" in message(desk)


def test_the_line_is_right_beyond_the_first_block_and_in_a_gzipped_file(desk, monkeypatch):
    monkeypatch.setattr(decoding, "BLOCK", 64)
    lines = "".join(f"{number},微\r\n" for number in range(100)).encode()
    desk.file("x.csv.gz", gzip.compress(b"id,origin\r\n" + lines + b"100,\xb2\xe8\r\n"))
    assert "line 102: byte " in message(desk, "path: x.csv.gz")


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_at_the_beginning_names_the_encoding(desk, mark):
    desk.file("x.csv", "id,origin\n1,微博\n", mark)
    if mark == "utf-8-sig":
        assert desk.records("file: {path: x.csv}\n" + LEADS)[0]["origin"] == "微博"
    else:
        assert f"Set file.encoding: {mark}, or" in message(desk)


@pytest.mark.parametrize("ends", ["\r", "\n", "\r\n", "mixed"])
@pytest.mark.parametrize("finished", [True, False])
def test_every_kind_of_line_end_is_read(desk, ends, finished):
    rows = ["id,origin", "1,web", '2,"a, b"', "3,微博", "4,mail"]
    text = "".join(row + ("\r\n\r"[at % 3 : at % 3 + 1] if ends == "mixed" else ends) for at, row in enumerate(rows))
    desk.file("x.csv", text if finished else text.rstrip("\r\n"))
    assert [row["origin"] for row in desk.records("file: {path: x.csv}\n" + LEADS)] == ["web", "a, b", "微博", "mail"]


def test_a_fault_in_a_file_with_old_line_ends_is_found_by_its_line_and_row(desk):
    desk.file("x.csv", "id,origin\r1,web\r2,微博\r", "gb18030")
    assert "line 3" in message(desk)
    desk.file("x.csv", "id,origin\r1,web\r2\r3,mail\r")
    with desk.read("max_rejected: 0.5\nfile: {path: x.csv}\n" + LEADS) as imported:
        assert [row["row"] for row in imported.entities[0].rejects().to_pylist()] == [3]


@given(st.lists(st.text(alphabet="\r\nab", max_size=5), max_size=8))
def test_line_breaks_are_counted_over_blocks_as_in_the_whole(parts):
    lines = _Lines()
    for part in parts:
        lines.add(part)
    assert lines.breaks == len(re.findall("\r\n|\r|\n", "".join(parts)))


def test_real_chinese_reviews_are_known_for_gb18030_and_never_refused(desk, shared_data):
    path = shared_data / "sentiment" / "food_reviews_zh.csv"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    with path.open(encoding="utf-8-sig") as stream:
        texts = [cell for row in list(csv.reader(stream))[1:] for cell in row if not cell.isascii()]
    chance = random.Random(3)
    for _ in range(150):
        lines = [text[:12] for text in chance.sample(texts, 4)]
        sample = "".join(f"{number},{line}\n" for number, line in enumerate(lines)).encode("gb18030")
        fault = next(place for place, byte in enumerate(sample) if byte > 0x7F)
        assert readings(sample, fault, "utf-8")[0].encoding == "gb18030"
        assert (plausible(sample, "gb18030") or 0) > 0.5 > (plausible(sample, "cp1252") or 0)
