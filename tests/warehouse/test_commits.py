"""A raw store whose files or log were altered, cut off, lost or added to: named, and never read as values."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from multiball.settings import Workspace
from multiball.warehouse import WarehouseError, compaction
from multiball.warehouse.commits import CHECKPOINT_EVERY
from multiball.warehouse.embedded import EmbeddedWarehouse
from tests.warehouse.test_interface import AD_DAYS, raw_rows

SQL = "select ad_id from raw_meta_ads.ad_days order by 1"


@pytest.fixture
def warehouse(tmp_path: Path) -> EmbeddedWarehouse:
    """A store with three commits of one row each."""
    made = EmbeddedWarehouse(Workspace(tmp_path))
    for ad in "abc":
        made.append_raw("meta_ads", AD_DAYS, raw_rows(ad))
    return made


def read(warehouse: EmbeddedWarehouse) -> list[str]:
    """What a process that has read nothing yet reads."""
    again = EmbeddedWarehouse(Workspace(warehouse.folder.parent.parent))
    return [str(ad) for ad in again.read_raw("meta_ads", SQL).column("ad_id").to_pylist()]


def data_file(warehouse: EmbeddedWarehouse) -> Path:
    return warehouse.raw.root / sorted(warehouse.raw.state().files)[1]


def flip(file: Path, position: int, bit: int = 0) -> None:
    content = bytearray(file.read_bytes())
    content[position] ^= 1 << bit
    file.write_bytes(bytes(content))


def test_any_flipped_bit_of_a_data_file_is_named_and_never_read(warehouse: EmbeddedWarehouse) -> None:
    file = data_file(warehouse)
    size, choose = file.stat().st_size, random.Random(7)
    for _ in range(60):
        position, bit = choose.randrange(size), choose.randrange(8)
        flip(file, position, bit)
        with pytest.raises(WarehouseError, match=rf"{file.name} is not as it was committed"):
            read(warehouse)
        assert any(file.name in fault for fault in warehouse.raw_faults(read_all=True))
        flip(file, position, bit)
    assert read(warehouse) == ["a", "b", "c"] and list(warehouse.raw_faults(read_all=True)) == []


@pytest.mark.parametrize("which", ["commit", "checkpoint", "last"])
def test_any_flipped_bit_of_the_log_is_named(warehouse: EmbeddedWarehouse, which: str) -> None:
    warehouse.raw.log.checkpoint(warehouse.raw.state())
    warehouse.append_raw("meta_ads", AD_DAYS, raw_rows("d"))
    name = {"commit": f"{warehouse.raw.state().sequence:020}", "checkpoint": "checkpoint", "last": "last"}[which]
    file, choose = warehouse.raw.log.folder / f"{name}.json", random.Random(7)
    for _ in range(40):
        position, bit = choose.randrange(file.stat().st_size), choose.randrange(8)
        before = file.read_bytes()
        flip(file, position, bit)
        try:
            answer = read(warehouse)
        except WarehouseError as error:
            assert "is not as it was committed" in str(error)
        else:
            assert answer == ["a", "b", "c", "d"]
        file.write_bytes(before)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-7])


@pytest.mark.parametrize("harm", [cut, Path.unlink])
def test_a_data_file_that_is_cut_off_or_missing_is_named(warehouse: EmbeddedWarehouse, harm: Callable[[Path], None]) -> None:
    file = data_file(warehouse)
    harm(file)
    with pytest.raises(WarehouseError, match=file.name):
        read(warehouse)
    assert any(file.name in fault for fault in warehouse.raw_faults(read_all=False))


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_missing_commit_is_named_the_last_one_too(warehouse: EmbeddedWarehouse, number: int) -> None:
    file = warehouse.raw.log.folder / f"{number:020}.json"
    file.unlink()
    with pytest.raises(WarehouseError, match=rf"{file.name} is missing, and the log of raw goes to commit 4"):
        read(warehouse)
    with pytest.raises(WarehouseError, match="is missing"), warehouse.raw_transaction():
        pass


def test_a_commit_of_another_log_is_refused(warehouse: EmbeddedWarehouse, tmp_path: Path) -> None:
    other = EmbeddedWarehouse(Workspace(tmp_path / "other"))
    for ad in "xyz":
        other.append_raw("meta_ads", AD_DAYS, raw_rows(ad))
    name = f"{3:020}.json"
    (warehouse.raw.log.folder / name).write_bytes((other.raw.log.folder / name).read_bytes())
    with pytest.raises(WarehouseError, match="is not as it was committed"):
        read(warehouse)


def test_a_file_that_nobody_committed_is_named_and_not_read(warehouse: EmbeddedWarehouse) -> None:
    stray = data_file(warehouse).with_name("copy.parquet")
    stray.write_bytes(data_file(warehouse).read_bytes())
    assert read(warehouse) == ["a", "b", "c"]
    assert list(warehouse.raw_strays()) == [f"{stray} is not part of any commit and is not read. Move it away, or import it."]


def test_reading_begins_at_the_checkpoint_and_says_the_same(warehouse: EmbeddedWarehouse) -> None:
    for number in range(CHECKPOINT_EVERY):
        warehouse.append_raw("meta_ads", AD_DAYS, raw_rows(f"n{number}"))
    whole = read(warehouse)
    (warehouse.raw.log.folder / f"{2:020}.json").rename(warehouse.raw.root / "moved.json")
    assert read(warehouse) == whole and len(whole) == 3 + CHECKPOINT_EVERY
    (warehouse.raw.root / "moved.json").rename(warehouse.raw.log.folder / f"{2:020}.json")
    (warehouse.raw.log.folder / "checkpoint.json").unlink()
    assert read(warehouse) == whole


def test_a_commit_records_its_run_moment_rows_and_digests(warehouse: EmbeddedWarehouse) -> None:
    import hashlib
    import json

    with warehouse.raw_transaction("run 7") as raw:
        raw.append("meta_ads", AD_DAYS, raw_rows("d", "e"))
    commit = json.loads((warehouse.raw.log.folder / f"{raw.sequence:020}.json").read_text())["content"]
    [added] = commit["added"]
    assert (commit["sequence"], commit["runs"], commit["kind"]) == (5, ["run 7"], "landing")
    assert commit["moment"] == raw.moment.isoformat(timespec="microseconds")
    assert added["rows"] == 2 and added["sha256"] == hashlib.sha256((warehouse.raw.root / added["path"]).read_bytes()).hexdigest()


def test_merged_files_stay_for_a_build_that_began_before_and_go_later(
    warehouse: EmbeddedWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "FILES", 0)
    before = [warehouse.raw.root / path for path in warehouse.raw.state().files]
    warehouse.compact_raw()
    assert read(warehouse) == ["a", "b", "c"] and all(file.exists() for file in before)
    assert list(warehouse.raw_strays()) == []
    warehouse.append_raw("meta_ads", AD_DAYS, raw_rows("d"))
    monkeypatch.setattr(compaction, "GRACE", -compaction.GRACE)
    warehouse.compact_raw()
    assert read(warehouse) == ["a", "b", "c", "d"] and not any(file.exists() for file in before)
    assert list(warehouse.raw_faults(read_all=True)) == []


def test_an_altered_published_file_is_named_whatever_is_asked(tmp_path: Path) -> None:
    from tests.warehouse.test_interface import publish

    warehouse = EmbeddedWarehouse(Workspace(tmp_path))
    publish(warehouse, 1, rows=50_000)
    whole = warehouse.file.read_bytes()
    seen = set[str]()
    for position in range(8192, len(whole), len(whole) // 40):
        flip(warehouse.file, position)
        for ask in (lambda: warehouse.published(), lambda: warehouse.query("select sum(orders) as n from fct_order").to_pylist()):
            try:
                ask()
            except WarehouseError as error:
                seen.add(" ".join(str(error).split()[:1]))
                assert "Run multiball" in str(error) and "\n" not in str(error)
        warehouse.file.write_bytes(whole)
    assert seen, "no flip was noticed"


def test_a_published_file_that_cannot_be_read_is_replaced_by_the_next_build(tmp_path: Path) -> None:
    from multiball.flows import steps
    from tests.warehouse.test_interface import build, publish

    warehouse = EmbeddedWarehouse(Workspace(tmp_path))
    publish(warehouse, 1)
    warehouse.file.write_bytes(b"no database" * 9_000)
    build_id = steps.new_build_id(warehouse)
    build(warehouse, warehouse.candidate(build_id), 2)
    said: list[str] = []
    assert steps.publish(warehouse, build_id, warehouse.moment(), said.append)
    assert warehouse.query("select orders from fct_order").to_pylist() == [{"orders": 2}]
    assert said and "published.duckdb" in said[0]
