"""Pages that are typed, hashed and written in batches: the same rows, in any number of batches."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import Any

import duckdb
import pytest

from multiball.landing import spool
from multiball.landing.vintages import Comparison
from multiball.settings import REPOSITORY
from multiball.shapes import Entity, Field, FieldType
from multiball.warehouse import Warehouse, WarehouseError
from multiball.warehouse.interface import RawSnapshot
from tests.landing.conftest import AD_DAYS, Landing, ad_day, newest, vintages


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_TYPED_TOGETHER", 2)
    monkeypatch.setattr(spool, "_WRITTEN_TOGETHER", 4)


def test_a_row_hash_is_the_md5_of_names_and_values_in_order_of_name(warehouse: Warehouse, landing: Landing) -> None:
    """Worked out here without the engine: hashes in raw are compared for years, so that none may change."""
    odd = "tab\t unit\x1f quote' Ω"
    landing(("ad_days", [ad_day(3, odd, 7), ad_day(4, "b", None)]))
    expected = {
        odd: "account_name=Brand\x1fad_id=tab\t unit  quote' Ω\x1fclicks=7\x1fday=2026-10-03\x1fspend=1.500000",
        "b": "account_name=Brand\x1fad_id=b\x1fday=2026-10-04\x1fspend=1.500000",
    }
    found = {row["ad_id"]: row["_row_hash"] for row in newest(warehouse, AD_DAYS)}
    assert found == {ad: hashlib.md5(text.encode()).hexdigest() for ad, text in expected.items()}


@pytest.mark.usefixtures("small_batches")
def test_rows_of_many_batches_land_once_each_and_the_last_of_a_key_counts(warehouse: Warehouse, landing: Landing) -> None:
    records = [ad_day(1 + number % 28, f"ad {number}", number) for number in range(23)]
    again = [ad_day(1, "ad 0", 99), ad_day(6, "ad 5", 5)]  # one with another value, one the same
    [load, *_] = landing(("ad_days", records[:9]), ("ad_days", records[9:]), ("ad_days", again))
    assert (load.extracted, load.landed, load.unchanged, load.rejected) == (24, 23, 0, 1)
    clicks = {row["ad_id"]: row["clicks"] for row in newest(warehouse, AD_DAYS)}
    assert clicks == {f"ad {number}": number or 99 for number in range(23)}


@pytest.mark.usefixtures("small_batches")
def test_of_many_batches_only_the_changed_rows_are_stored_again(warehouse: Warehouse, landing: Landing) -> None:
    records = [ad_day(1 + number % 28, f"ad {number}", number) for number in range(23)]
    landing(("ad_days", records))
    changed = [{**record, "clicks": 1_000} if number in (2, 11, 22) else record for number, record in enumerate(records)]
    [load, *_] = landing(("ad_days", changed))
    assert (load.extracted, load.landed, load.unchanged, load.deleted) == (23, 3, 20, 0)
    clicks = {row["ad_id"]: row["clicks"] for row in newest(warehouse, AD_DAYS)}
    assert clicks == {f"ad {number}": 1_000 if number in (2, 11, 22) else number for number in range(23)}


@pytest.mark.usefixtures("small_batches")
def test_a_failure_while_the_next_page_is_extracted_stops_the_load(
    warehouse: Warehouse, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool.EntitySpool, "write", fails)
    with pytest.raises(WarehouseError, match="Free space there"):
        landing(*[("ad_days", [ad_day(1, f"ad {number}")]) for number in range(20)])
    assert list(warehouse.scratch.glob("load-*")) == []


def test_others_can_land_while_a_load_compares_and_what_they_landed_is_not_stored_again(
    warehouse: Warehouse, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [ad_day(1 + number, f"ad {number}", number) for number in range(5)]
    compare = Comparison.compare

    def meanwhile(comparison: Comparison, stored: RawSnapshot) -> None:
        """The comparison of the first load; once it is done, another load lands most of the same rows."""
        compare(comparison, stored)
        monkeypatch.setattr(Comparison, "compare", compare)
        [other, *_] = landing(("ad_days", records[:4]))
        assert other.landed == 4

    monkeypatch.setattr(Comparison, "compare", meanwhile)
    [load, *_] = landing(("ad_days", records))
    assert (load.extracted, load.landed, load.unchanged) == (5, 1, 4)
    assert vintages(warehouse, AD_DAYS) == 5


def test_a_load_compares_once_if_nothing_of_its_scope_was_landed_meanwhile(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    compare = Comparison.compare

    def meanwhile(comparison: Comparison, stored: RawSnapshot) -> None:
        compare(comparison, stored)
        compared.append(comparison.entity.name)
        if len(compared) == 1:
            landing(("ad_days", [ad_day(1, "of another account")]), account="2", entities=(AD_DAYS,))

    monkeypatch.setattr(Comparison, "compare", meanwhile)
    landing(("ad_days", [ad_day(1, "ad")]), entities=(AD_DAYS,))
    assert len(compared) == 2  # one for each load


def test_a_load_leaves_pandas_out_until_frames_are_asked_for() -> None:
    script = (
        "import sys; from multiball.arrow import keep_pandas_out; keep_pandas_out(); import pyarrow as pa; pa.array([1]); "
        "print('pandas' in sys.modules, pa.table({'a': [1]}).to_pandas()['a'].sum(), 'pandas' in sys.modules)"
    )
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{REPOSITORY}/plugins"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "1", "True"]


def test_a_separator_is_replaced_in_texts_and_no_other_type_can_have_one() -> None:
    """Against the expression of earlier releases, which replaced it in every column."""
    kinds: list[FieldType] = ["string", "bigint", "decimal(18,6)", "double", "boolean", "date", "timestamp"]
    entity = Entity("e", "", "changes", ("f0",), tuple(Field(f"f{number}", kind, "") for number, kind in enumerate(kinds)))
    earlier = ", ".join(f"'f{number}=' || replace(cast(f{number} as varchar), chr(31), ' ')" for number in range(len(kinds)))
    rows = """select if(i % 7 = 0, null, chr(1 + (i % 900)::int) || chr(31) || i), (random() * 1e12)::bigint - 1_000_000,
        (random() * 1e9)::decimal(18,6), exp(random() * 200 - 100), i % 2 = 0, date '1900-01-01' + (random() * 100_000)::int,
        timestamp '2000-01-01' + to_microseconds((random() * 1e15)::bigint) from range(20_000) as r(i)"""
    with duckdb.connect() as connection:
        connection.execute(f"create table t as from ({rows}) as t(f0, f1, f2, f3, f4, f5, f6)")
        differ = f"md5(concat_ws(chr(31), {earlier})) is distinct from {spool.row_hash(entity)}"
        assert connection.execute(f"select count(*), count(*) filter (where {differ}) from t").fetchall() == [(20_000, 0)]
