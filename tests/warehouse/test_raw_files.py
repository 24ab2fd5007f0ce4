"""What the embedded engine's raw files promise beyond the common face."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from multiball.warehouse import Scope, WarehouseError
from multiball.warehouse.file_reading import in_scope
from multiball.warehouse.raw_files import RawFiles
from tests.warehouse.test_interface import AD_DAYS, raw_rows


def day(number: int, account: str = "1") -> Scope:
    return Scope("meta", account, date(2026, 10, number), date(2026, 10, number))


@pytest.fixture
def store(tmp_path: Path) -> RawFiles:
    store = RawFiles(tmp_path)
    store.ensure("meta_ads", AD_DAYS)
    return store


def files(store: RawFiles) -> list[Path]:
    return sorted(store.folder("meta_ads", "ad_days").glob("*.parquet"))


def test_a_question_about_a_day_opens_files_of_that_day_and_account_only(store: RawFiles) -> None:
    for number in range(1, 31):
        for account in ("1", "2"):
            with store.transaction() as raw:
                raw.append("meta_ads", AD_DAYS, raw_rows("a"), day(number, account))
    known = store.state().files.values()
    assert len(known) == 60
    assert sum(in_scope(file, day(7)) for file in known) == 1
    assert sum(in_scope(file, Scope("meta", "2", date(2026, 10, 7), date(2026, 10, 13))) for file in known) == 7


def test_files_appended_without_a_scope_are_always_opened(store: RawFiles) -> None:
    with store.transaction() as raw:
        raw.append("meta_ads", AD_DAYS, raw_rows("a"))
    [file] = store.state().files.values()
    assert in_scope(file, day(7))


def test_what_a_killed_transaction_had_not_committed_is_removed(store: RawFiles) -> None:
    store.writing.touch()
    left_over = store.folder("meta_ads", "ad_days") / f"{store.state().sequence + 1:020}.0.parquet"
    left_over.parent.mkdir(parents=True)
    left_over.write_bytes(b"half a file")
    assert list(store.strays(store.state())) == []
    with store.transaction():
        pass
    assert files(store) == [] and not store.writing.exists()


def test_files_are_never_changed_once_written(store: RawFiles) -> None:
    with store.transaction() as raw:
        raw.append("meta_ads", AD_DAYS, raw_rows("a"), day(1))
    [file] = files(store)
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
