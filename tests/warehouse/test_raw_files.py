"""What the embedded engine's raw files promise beyond the common face."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from multiball.warehouse import Scope, WarehouseError
from multiball.warehouse.raw_files import RawFiles, in_scope
from tests.warehouse.test_interface import AD_DAYS, raw_rows


def day(number: int, account: str = "1") -> Scope:
    return Scope("meta", account, date(2026, 10, number), date(2026, 10, number))


@pytest.fixture
def store(tmp_path: Path) -> RawFiles:
    store = RawFiles(tmp_path)
    store.ensure("meta_ads", AD_DAYS)
    return store


def test_a_question_about_a_day_opens_files_of_that_day_and_account_only(store: RawFiles) -> None:
    for number in range(1, 31):
        for account in ("1", "2"):
            with store.transaction() as raw:
                raw.append("meta_ads", AD_DAYS, raw_rows("a"), day(number, account))
    files = [file.name for file in store.table("meta_ads", "ad_days").glob("*.parquet")]
    assert len(files) == 61
    opened = [name for name in files if in_scope(name, day(7))]
    assert len(opened) == 2 and "_schema.parquet" in opened
    week = [name for name in files if in_scope(name, Scope("meta", "2", date(2026, 10, 7), date(2026, 10, 13)))]
    assert len(week) == 8


def test_files_appended_without_a_scope_are_always_opened(store: RawFiles) -> None:
    with store.transaction() as raw:
        raw.append("meta_ads", AD_DAYS, raw_rows("a"))
    (file,) = [file.name for file in store.table("meta_ads", "ad_days").glob("2*.parquet")]
    assert in_scope(file, day(7))


def test_what_a_killed_transaction_had_not_committed_is_swept(store: RawFiles) -> None:
    left_over = store.root / ".pending" / "killed"
    left_over.mkdir(parents=True)
    (left_over / "0.parquet").write_bytes(b"half a file")
    with store.transaction():
        pass
    assert not left_over.exists()
    assert [file.name for file in store.table("meta_ads", "ad_days").iterdir()] == ["_schema.parquet"]


def test_files_are_never_changed_once_written(store: RawFiles) -> None:
    with store.transaction() as raw:
        raw.append("meta_ads", AD_DAYS, raw_rows("a"), day(1))
    (file,) = store.table("meta_ads", "ad_days").glob("2*.parquet")
    before = (file.read_bytes(), file.stat().st_ino)
    with store.transaction() as raw:
        raw.append("meta_ads", AD_DAYS, raw_rows("b"), day(1))
    assert (file.read_bytes(), file.stat().st_ino) == before
    assert pq.read_metadata(file).num_rows == 1


def test_a_folder_that_cannot_be_written_is_reported_plainly(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file where the folder should be")
    with (
        pytest.raises(WarehouseError, match=r"raw: could not write .* Fix that and run it again"),
        RawFiles(tmp_path / "raw").transaction(),
    ):
        pass
