"""Numbers, dates and templates: what is written comes back, in any format that the mapping may name."""

import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multiball.importing.expressions import macros, number, typed
from multiball.importing.mapping import Formats, Value
from multiball.shapes import Field, InputError
from multiball.sql import literal

SIGNS = [(".", None), (".", ","), (",", None), (",", "."), (",", " "), (".", "'")]
AMOUNTS = st.decimals(-(10**11), 10**11, allow_nan=False, places=4)
connection = duckdb.connect()
connection.execute("SET TimeZone = 'UTC'")


def _one(sql: str) -> object:
    row = connection.execute(f"SELECT {sql}").fetchone()
    return row[0] if row else None


def _written(amount: Decimal, decimal: str, thousands: str | None) -> str:
    text = f"{amount:,.4f}".replace(",", "\0").replace(".", decimal)
    return text.replace("\0", thousands or "")


@settings(max_examples=60)
@given(
    amount=AMOUNTS, signs=st.sampled_from(SIGNS), style=st.sampled_from(["{}", "{} €", "$ {}", "US$ {}", "{} CHF", "EUR {}", " {}\u00a0"])
)
def test_a_number_that_is_written_with_any_signs_is_read_back(amount, signs, style):
    assert _one(number(literal(style.format(_written(amount, *signs))), *signs)) == amount


@settings(max_examples=40)
@given(amount=st.decimals(Decimal("0.01"), 10**9, places=2), signs=st.sampled_from(SIGNS))
def test_a_minus_may_stand_behind_and_brackets_mean_minus(amount, signs):
    text = _written(amount, *signs)
    assert _one(number(literal(f"{text}-"), *signs)) == _one(number(literal(f"({text})"), *signs)) == -amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "1.2.3",
        "1,2,3",
        "12,34.5",
        "1 apple",
        "--5",
        "0x10",
        "1_000",
        "nan",
        "inf",
        "1e",
        ".",
        ",",
        "1,23",
        "12 34",
        "1 234",
        "5 KG5",
        "K5",
    ],
)
def test_what_is_not_a_number_is_none(text):
    assert _one(number(literal(text), ".", ",")) is None


ZONES = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Shanghai", "Pacific/Auckland"]
FORMATS = ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y%m%d%H%M%S", "%d %b %Y %H:%M:%S"]
MOMENTS = st.datetimes(datetime.datetime(1990, 1, 2), datetime.datetime(2037, 12, 31)).map(lambda moment: moment.replace(microsecond=0))


@settings(max_examples=60)
@given(moment=MOMENTS, zone=st.sampled_from(ZONES), form=st.sampled_from(FORMATS))
def test_a_time_that_is_written_on_a_zones_clock_comes_back_in_utc(moment, zone, form):
    local = moment.replace(tzinfo=datetime.UTC).astimezone(ZoneInfo(zone))
    if local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset():
        return  # The clock shows this time twice: nobody can tell which one is meant.
    value = Value("column", "x", (), dates=(form,), time_zone=zone)
    sql = typed(literal(local.strftime(form)), Field("created_at", "timestamp", ""), value, FORMAT, literal(zone))
    assert _one(sql) == moment


@settings(max_examples=40)
@given(moment=MOMENTS, zone=st.sampled_from(ZONES), mark=st.sampled_from(["Z", " UTC", "+00:00"]), sign=st.sampled_from([" ", "T"]))
def test_a_time_with_its_zone_overrules_the_mappings(moment, zone, mark, sign):
    value = Value("column", "x", (), time_zone=zone)
    text = moment.isoformat(sign) + mark
    assert _one(typed(literal(text), Field("created_at", "timestamp", ""), value, FORMAT, literal(zone))) == moment
    local_day = moment.replace(tzinfo=datetime.UTC).astimezone(ZoneInfo(zone)).date()
    assert _one(typed(literal(text), Field("date_day", "date", ""), value, FORMAT, literal(zone))) == local_day


@settings(max_examples=40)
@given(moment=MOMENTS, unit=st.sampled_from([("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)]))
def test_an_epoch_comes_back_in_utc_whatever_the_time_zone(moment, unit):
    seconds = int(moment.replace(tzinfo=datetime.UTC).timestamp())
    value = Value("column", "x", (), epoch=unit[0], time_zone="Asia/Shanghai")
    sql = typed(literal(str(seconds * unit[1])), Field("created_at", "timestamp", ""), value, FORMAT, "'Asia/Shanghai'")
    assert _one(sql) == moment


@settings(max_examples=30)
@given(day=st.dates(datetime.date(1990, 1, 1), datetime.date(2099, 12, 31)), form=st.sampled_from(["%d.%m.%Y", "%m/%d/%Y", "%Y%m%d"]))
def test_a_day_comes_back_as_itself_in_every_time_zone(day, form):
    value = Value("column", "x", (), dates=(form,), time_zone="Pacific/Auckland")
    sql = typed(literal(day.strftime(form)), Field("date_day", "date", ""), value, FORMAT, "'Pacific/Auckland'")
    assert _one(sql) == day


FORMAT = Formats(".", None, {}, ("iso",), ("",), ("true",), ("false",), "UTC", None)


def test_the_functions_of_a_mappings_sql_read_as_the_formats_say():
    own = duckdb.connect()
    for macro in macros(Formats(",", ".", {}, ("%d.%m.%Y",), ("",), ("true",), ("false",), "UTC", None)):
        own.execute(macro)
    row = own.execute("SELECT number('1.234,50') * number('2'), moment('31.12.2025')").fetchone()
    assert row == (Decimal("2469"), datetime.datetime(2025, 12, 31))


TEMPLATE = """file: {path: x.csv}
entities:
  - entity: lead
    fields: {lead_id: {template: "%s"}, origin: origin}
"""


def test_a_template_is_empty_where_a_column_is_unless_it_may_be(desk):
    desk.file("x.csv", "id,origin\n1,web\n2,\n")
    assert desk.counts("max_rejected: 1\n" + TEMPLATE % "{id}-{origin}").reasons == {"lead_id is missing": 1}
    assert [row["lead_id"] for row in desk.records(TEMPLATE % "{id}-{origin?}")] == ["1-web", "2-"]


def test_rows_that_are_alike_are_counted_within_their_file(desk):
    desk.file("a.csv", "id,origin\n1,web\n1,mail\n2,x\n")
    desk.file("b.csv", "id,origin\n3,web\n3,mail\n")
    found = {(row["lead_id"], row["origin"]) for row in desk.records((TEMPLATE % "{id}.{#nth}").replace("x.csv", "'*.csv'"))}
    assert found == {("1.1", "web"), ("1.2", "mail"), ("2.1", "x"), ("3.1", "web"), ("3.2", "mail")}


def test_the_mappings_sql_cannot_read_files_or_settings(desk):
    desk.file("x.csv", "id,origin\n1,web\n")
    for sql in ("(SELECT content FROM read_text('/etc/hostname'))", "getenv('HOME')"):
        with pytest.raises(InputError, match="line 9: this SQL is invalid"):
            desk.read((TEMPLATE % "{id}").replace("origin: origin", f'origin: {{sql: "{sql}"}}'))


@pytest.mark.parametrize("sql", ["1) AS x, (2", "1) AS x; DROP TABLE cells; SELECT (1"])
def test_one_expression_is_one_expression(desk, sql):
    desk.file("x.csv", "id,origin\n1,web\n")
    with pytest.raises(InputError, match="line 9: "):
        desk.read((TEMPLATE % "{id}").replace("origin: origin", f'origin: {{sql: "{sql}"}}'))


def test_a_wrong_date_format_is_reported(desk):
    desk.file("x.csv", "id,origin\n1,web\n")
    with pytest.raises(InputError, match=r"line \d+: .*"):
        desk.read((TEMPLATE % "{id}").replace("origin: origin", 'created_at: {column: origin, dates: ["%Q"]}'))
