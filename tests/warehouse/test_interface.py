"""What both engines promise, seen from outside."""

from __future__ import annotations

import threading
import time
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb
import psycopg2
import pyarrow as pa
import pytest

from multiball.shapes import Entity, Field, InputError
from multiball.warehouse import Target, Warehouse, WarehouseError
from multiball.warehouse.raw_schema import raw_schema

AD_DAYS = Entity(
    "ad_days",
    "one row per ad and day",
    "daily",
    ("day", "ad_id"),
    (
        Field("day", "date", "Day"),
        Field("ad_id", "string", "Ad"),
        Field("clicks", "bigint", "Clicks"),
        Field("spend", "decimal(18,6)", "Spend"),
        Field("is_paid", "boolean", "Paid"),
        Field("share", "double", "Share"),
        Field("seen_at", "timestamp", "Seen"),
    ),
    report_date="day",
)


def raw_rows(*ads: str, moment: datetime = datetime(2026, 11, 1, 4)) -> pa.Table:
    row = {"day": date(2026, 10, 31), "clicks": 7, "spend": Decimal("1.234567"), "is_paid": True, "share": 0.25, "seen_at": moment}
    vintage = {"_source": "meta", "_account": "1", "_extracted_at": moment, "_run_id": "r", "_row_hash": "h", "_deleted": False}
    return pa.Table.from_pylist([{**row, "ad_id": ad, **vintage} for ad in ads], schema=raw_schema(AD_DAYS))


def build(warehouse: Warehouse, target: Target, number: int, rows: int = 1) -> None:
    """A build as dbt would make it: a view over a table, in the target's own schemas."""
    profile = warehouse.dbt_profile(target)
    statements = [f"create schema {target.schema(schema)}" for schema in ("staging", "intermediate", "marts")]
    statements += [
        f"create table {target.schema('marts')}.fct_order as select {number} as orders from generate_series(1, {rows}) as series(n)",
        f"create view {target.schema('staging')}.stg_orders as select orders from {target.schema('marts')}.fct_order",
    ]
    if profile["type"] == "duckdb":
        with duckdb.connect(profile["path"]) as file:
            for statement in statements:
                file.execute(statement)
    else:
        connection = psycopg2.connect(**{key: profile[key] for key in ("host", "port", "user", "password", "dbname")})
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()


def publish(warehouse: Warehouse, number: int, rows: int = 1) -> None:
    target = warehouse.candidate(f"build {number}")
    build(warehouse, target, number, rows)
    warehouse.publish(target)


def test_raw_rows_come_back_as_they_were_appended(warehouse: Warehouse) -> None:
    assert warehouse.append_raw("meta_ads", AD_DAYS, raw_rows("a", "b")) == 2
    assert warehouse.append_raw("meta_ads", AD_DAYS, raw_rows("c").to_reader()) == 1
    stored = warehouse.read_raw("meta_ads", "select * from raw_meta_ads.ad_days order by ad_id")
    assert stored.select(raw_schema(AD_DAYS).names).equals(raw_rows("a", "b", "c"))
    assert stored.column("_sequence").to_pylist() == [1, 1, 2] if warehouse.engine == "postgres" else [2, 2, 3]


def test_an_empty_raw_table_can_be_read(warehouse: Warehouse) -> None:
    warehouse.ensure_raw("meta_ads", AD_DAYS)
    assert set(warehouse.read_raw("meta_ads", "select * from raw_meta_ads.ad_days").schema.names) >= set(raw_schema(AD_DAYS).names)


def test_an_added_field_becomes_a_column_and_is_null_in_older_rows(warehouse: Warehouse) -> None:
    warehouse.append_raw("meta_ads", AD_DAYS, raw_rows("a"))
    wider = Entity("ad_days", AD_DAYS.grain, "daily", AD_DAYS.key, (*AD_DAYS.fields, Field("saves", "bigint", "Saves")), "day")
    newer = raw_rows("b").append_column("saves", pa.array([5], pa.int64()))
    warehouse.append_raw("meta_ads", wider, newer)
    warehouse.append_raw("meta_ads", AD_DAYS, raw_rows("c"))  # a process that still runs the older release
    answer = warehouse.read_raw("meta_ads", "select ad_id, saves from raw_meta_ads.ad_days order by 1").to_pylist()
    assert answer == [{"ad_id": "a", "saves": None}, {"ad_id": "b", "saves": 5}, {"ad_id": "c", "saves": None}]


def test_a_changed_type_is_refused_by_name(warehouse: Warehouse) -> None:
    warehouse.ensure_raw("meta_ads", AD_DAYS)
    changed = Entity("ad_days", AD_DAYS.grain, "daily", AD_DAYS.key, (*AD_DAYS.fields[:2], Field("clicks", "string", "Clicks")), "day")
    with pytest.raises(InputError, match=r"raw_meta_ads\.ad_days: column clicks has type"):
        warehouse.ensure_raw("meta_ads", changed)


def test_a_transaction_may_append_to_one_table_several_times(warehouse: Warehouse) -> None:
    warehouse.ensure_raw("meta_ads", AD_DAYS)
    with warehouse.raw_transaction() as raw:
        for ad in ("a", "b", "c"):
            raw.append("meta_ads", AD_DAYS, raw_rows(ad))
    assert warehouse.read_raw("meta_ads", "select ad_id from raw_meta_ads.ad_days order by 1").column("ad_id").to_pylist() == [
        "a",
        "b",
        "c",
    ]


def test_a_transaction_that_fails_leaves_nothing_in_any_table(warehouse: Warehouse) -> None:
    other = Entity("other_days", AD_DAYS.grain, "daily", AD_DAYS.key, AD_DAYS.fields, "day")
    for entity in (AD_DAYS, other):
        warehouse.ensure_raw("meta_ads", entity)
    with pytest.raises(RuntimeError, match="lost"), warehouse.raw_transaction() as raw:
        raw.append("meta_ads", AD_DAYS, raw_rows("a"))
        raw.append("meta_ads", other, raw_rows("a"))
        raise RuntimeError("lost")
    for table in ("ad_days", "other_days"):
        assert warehouse.read_raw("meta_ads", f"select * from raw_meta_ads.{table}").num_rows == 0


def test_moments_of_transactions_follow_each_other(warehouse: Warehouse) -> None:
    moments = [warehouse.moment() for _ in range(3)]
    assert moments == sorted(set(moments))


def test_nothing_published_yet_says_what_to_do(warehouse: Warehouse) -> None:
    assert warehouse.published_at() is None
    with pytest.raises(InputError, match=r"nothing is published yet.*multiball run warehouse"):
        warehouse.query("select 1")


def test_readers_see_the_published_state_and_never_the_candidate(warehouse: Warehouse) -> None:
    publish(warehouse, 1)
    candidate = warehouse.candidate("build 2")
    build(warehouse, candidate, 2)
    assert warehouse.query("select orders from marts.fct_order").to_pylist() == [{"orders": 1}]
    assert warehouse.query("select orders from marts.fct_order", candidate).to_pylist() == [{"orders": 2}]
    before = warehouse.published_at()
    warehouse.publish(candidate)
    after = warehouse.published_at()
    assert warehouse.query("select orders from stg_orders").to_pylist() == [{"orders": 2}]
    assert before and after and before < after


def test_a_discarded_candidate_is_gone_and_is_not_published(warehouse: Warehouse) -> None:
    candidate = warehouse.candidate("build 1")
    build(warehouse, candidate, 1)
    warehouse.discard(candidate)
    with pytest.raises(WarehouseError, match="is missing"):
        warehouse.publish(candidate)
    warehouse.discard(candidate)


def test_publishing_removes_the_candidates_of_killed_builds(warehouse: Warehouse) -> None:
    left_over, begun_later = warehouse.candidate("20261101_killed"), warehouse.candidate("20261103_going_on")
    build(warehouse, left_over, 9)
    build(warehouse, begun_later, 10)
    target = warehouse.candidate("20261102")
    build(warehouse, target, 1)
    warehouse.publish(target)
    with pytest.raises(InputError, match="does not exist"):
        warehouse.query("select 1", left_over)
    assert warehouse.query("select orders from fct_order", begun_later).to_pylist() == [{"orders": 10}]


def test_a_past_state_is_next_to_the_published_one_and_is_queried_with_the_same_sql(warehouse: Warehouse) -> None:
    publish(warehouse, 2)
    past = warehouse.as_of_target(datetime(2026, 1, 1))
    assert not warehouse.is_sealed(past)
    build(warehouse, past, 1)
    assert not warehouse.is_sealed(past)
    warehouse.seal(past)
    assert warehouse.is_sealed(warehouse.as_of_target(datetime(2026, 1, 1)))
    publish(warehouse, 3)
    question = "with o as (select orders from marts.fct_order) select max(orders) as orders from o"
    assert warehouse.query(question, past).to_pylist() == [{"orders": 1}]
    assert warehouse.query(question).to_pylist() == [{"orders": 3}]


@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
def test_a_question_to_a_view_of_raw_says_what_can_be_asked_instead(warehouse: Warehouse) -> None:
    warehouse.append_raw("meta_ads", AD_DAYS, raw_rows("a"))
    target = warehouse.candidate("build 1")
    files = f"{warehouse.raw_target().location.rpartition('/warehouse/')[0]}/raw/raw_meta_ads/ad_days/*.parquet"
    with duckdb.connect(warehouse.dbt_profile(target)["path"]) as file:
        file.execute("create schema staging")
        file.execute(f"create view staging.stg_meta_ads__ad_days as select * from read_parquet('{files}')")
    warehouse.publish(target)
    with pytest.raises(InputError, match=r"reads raw, which is not published\. Select from the schema marts or intermediate"):
        warehouse.query("select * from stg_meta_ads__ad_days")


@pytest.mark.parametrize(
    "sql",
    [
        "insert into marts.fct_order values (2)",
        "drop table marts.fct_order",
        "select 1; drop table marts.fct_order",
        "copy (select 1) to '/tmp/stolen.csv'",
        "create table marts.mine as select 1",
        "commit; drop table marts.fct_order",
    ],
)
def test_a_query_cannot_write(warehouse: Warehouse, sql: str) -> None:
    publish(warehouse, 1)
    with pytest.raises(InputError, match="a query is one SELECT"):
        warehouse.query(sql)
    assert warehouse.query("select * from marts.fct_order").num_rows == 1


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select order from marts.fct_order", "order"),
        ("select ordres from marts.fct_order", r"there is no column ordres\. Did you mean orders\?"),
        ("select f.ordres from marts.fct_order as f", r"there is no column (f\.)?ordres\. Did you mean orders\?"),
        ("select orders from (select 1 as one) as other", r"the queried tables have no column orders\. It is in marts\.fct_order"),
        ("select * from marts.fct_orders", r"there is no table (marts\.)?fct_orders\. Did you mean marts\.fct_order"),
        ("select * from mart.fct_order", r"there is no table mart\.fct_order\. Did you mean marts\.fct_order"),
        ("select * from zzz", r"there is no table zzz\. All names: "),
        ("select cast('x' as integer)", "'x'|\"x\""),
    ],
)
def test_the_error_of_a_wrong_query_says_what_would_be_right(warehouse: Warehouse, sql: str, said: str) -> None:
    publish(warehouse, 1)
    with pytest.raises(InputError, match=said) as error:
        warehouse.query(sql)
    assert "\n" not in str(error.value) and str(error.value).startswith("query: ")


def test_a_limit_bounds_the_answer(warehouse: Warehouse) -> None:
    publish(warehouse, 1, rows=50)
    assert warehouse.query("select * from marts.fct_order order by 1 -- all\n;", limit=7).num_rows == 7


def test_numbers_have_the_same_types_on_both_engines(warehouse: Warehouse) -> None:
    publish(warehouse, 1)
    answer = warehouse.query("select cast(1.5 as decimal(18,6)) as spend, cast(null as decimal(18,2)) as tax, cast(3 as bigint) as clicks")
    assert [str(field.type) for field in answer.schema] == ["decimal128(18, 6)", "decimal128(18, 2)", "int64"]
    assert answer.to_pylist() == [{"spend": Decimal("1.500000"), "tax": None, "clicks": 3}]


def test_readers_go_on_reading_whole_states_while_builds_are_published(warehouse: Warehouse) -> None:
    publish(warehouse, 0, rows=20_000)
    seen: list[tuple[int, int, int]] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                row = warehouse.query("select min(orders) as low, max(orders) as high, count(*) as n from marts.fct_order").to_pylist()[0]
                seen.append((row["low"], row["high"], row["n"]))
            except BaseException as error:  # noqa: BLE001 - told below
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 6):
        publish(warehouse, number, rows=20_000)
        time.sleep(0.05)
    done.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert len(seen) > 5 and all(low == high and n == 20_000 for low, high, n in seen)
    assert warehouse.query("select max(orders) as orders from marts.fct_order").to_pylist() == [{"orders": 5}]


def test_a_question_asked_after_a_publication_sees_it_though_an_older_question_still_runs(warehouse: Warehouse) -> None:
    publish(warehouse, 1)
    slow = "select min(orders) as orders, sum(cast(a.n * b.n as double precision)) as work from marts.fct_order"
    slow += ", generate_series(1, 12000) as a(n), generate_series(1, 12000) as b(n)"
    older: list[int] = []
    thread = threading.Thread(target=lambda: older.append(warehouse.query(slow).to_pylist()[0]["orders"]))
    thread.start()
    time.sleep(0.2)
    publish(warehouse, 2)
    newer = warehouse.query("select orders from marts.fct_order").to_pylist()
    assert thread.is_alive(), "the older question has ended too soon to show anything"
    thread.join()
    assert (older, newer) == ([1], [{"orders": 2}])


def test_only_one_build_at_a_time_and_the_waiting_one_says_so(warehouse: Warehouse) -> None:
    reported: list[str] = []
    order: list[str] = []

    def second() -> None:
        with warehouse.build_lock(reported.append):
            order.append("second")

    with warehouse.build_lock():
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.7)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"] and reported == ["waiting for another build of this warehouse to end"]


def test_sqlalchemy_reads_published_candidate_and_raw(warehouse: Warehouse) -> None:
    import sqlalchemy

    warehouse.append_raw("meta_ads", AD_DAYS, raw_rows("a", "b"))
    publish(warehouse, 1)
    candidate = warehouse.candidate("next")
    build(warehouse, candidate, 2)
    asked = [
        (None, "select orders from marts.fct_order", 1),
        (candidate, f"select orders from {candidate.schema('marts')}.fct_order", 2),
        (warehouse.raw_target(), "select count(*) from raw_meta_ads.ad_days", 2),
    ]
    for target, question, answer in asked:
        engine = sqlalchemy.create_engine(warehouse.sqlalchemy_url(target))
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text(question)).scalar() == answer
        engine.dispose()


def test_build_ids_of_the_scheduler_make_distinct_names(warehouse: Warehouse) -> None:
    ids = [f"manual__{datetime(2026, 1, 1) + timedelta(hours=hour)}+00:00" for hour in range(3)] + ["A b", "a_b"]
    places = {warehouse.candidate(build_id).location for build_id in ids}
    assert len(places) == len(ids)
    if warehouse.engine == "postgres":
        assert all(len(warehouse.candidate(build_id).schema("intermediate")) <= 63 for build_id in ids)
