"""Published marts as frames, with the same types on both engines."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from science.conftest import simulate

import multiball
from multiball.frames import Published
from multiball.science import bg_nbd
from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.warehouse import Warehouse

DAYS = pa.table(
    {
        "date_day": pa.array([date(2026, 10, 1), date(2026, 10, 2), None], pa.date32()),
        "at": pa.array([datetime(2026, 10, 1, 6), None, None], pa.timestamp("us")),
        "orders": pa.array([1, None, 9_007_199_254_740_993], pa.int64()),
        "is_final": pa.array([True, None, False], pa.bool_()),
        "spend": pa.array([Decimal("0.100000"), Decimal("0.200000"), None], pa.decimal128(18, 6)),
        "name": pa.array(["茶", "", None], pa.string()),
    }
)


@pytest.fixture
def published(workspace: Workspace, warehouse: Warehouse) -> Published:
    target = warehouse.candidate("20261101")
    if warehouse.engine == "duckdb":
        Path(target.location).parent.mkdir(parents=True, exist_ok=True)
        duckdb.connect(target.location).close()
    warehouse.write_table(target, "marts", "days", DAYS)
    warehouse.publish(target, datetime(2026, 11, 1, tzinfo=UTC))
    return multiball.connect(workspace.home)


def test_types_and_missing_values_are_kept(published: Published) -> None:
    frame = published.frame("select * from days order by spend")
    kinds = {name: re.sub(r"\(.*\)", "", str(kind)) for name, kind in frame.dtypes.items()}
    assert kinds == {
        "date_day": "date32[day][pyarrow]",
        "at": "timestamp[us][pyarrow]",
        "orders": "int64[pyarrow]",
        "is_final": "bool[pyarrow]",
        "spend": "decimal128[pyarrow]",
        "name": "string[pyarrow]",
    }
    assert frame["spend"].sum() == Decimal("0.3")
    assert frame["orders"].max() == 9_007_199_254_740_993
    assert frame.isna().sum().to_dict() == {"date_day": 1, "at": 2, "orders": 1, "is_final": 1, "spend": 1, "name": 1}
    assert frame["date_day"].dt.day.tolist()[:2] == [1, 2] and frame["name"][0] == "茶" and frame["name"][1] == ""
    assert published.arrow("select * from days order by spend").to_pylist() == DAYS.to_pylist()


def test_plain_types_are_given_on_request(published: Published) -> None:
    frame = published.frame("select * from days order by spend", types="plain")
    kinds = {name: str(kind).split("[")[0] for name, kind in frame.dtypes.items()}
    assert kinds == {
        "date_day": "datetime64",
        "at": "datetime64",
        "orders": "Int64",
        "is_final": "boolean",
        "spend": "float64",
        "name": "str",
    }
    assert frame["spend"][0] == 0.1 and frame["date_day"][1] == pd.Timestamp("2026-10-02")
    assert frame["orders"].max() == 9_007_199_254_740_993
    assert frame.isna().sum().to_dict() == {"date_day": 1, "at": 2, "orders": 1, "is_final": 1, "spend": 1, "name": 1}


@pytest.mark.parametrize(
    ("sql", "options", "message"),
    [
        ("select nope from days", {}, "nope"),
        ("delete from days", {}, "a query is one SELECT"),
        ("select 1", {"types": "text"}, "'text' is not one of exact, plain"),
        ("select 1", {"as_of": "yesterday"}, "'yesterday' is not a valid date or time"),
    ],
)
def test_an_invalid_query_is_reported(published: Published, sql: str, options: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        published.frame(sql, **options)  # type: ignore[arg-type]


def test_the_workspace_is_that_of_the_environment_unless_one_is_given(
    published: Published, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTIBALL_HOME", str(workspace.home))
    assert len(multiball.connect().frame("select * from days")) == 3
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"there is no sources\.yml"):
        multiball.connect(tmp_path / "empty").frame("select 1")


def test_the_list_of_marts_has_their_grain(published: Published) -> None:
    known = published.marts().set_index("mart")["description"]
    assert known["metric_period"].startswith("One row per metric, period") and (known.str.len() > 0).all() and known.index.is_unique


def test_importing_the_package_imports_no_pandas() -> None:
    code = "import sys, multiball; print(sorted({'pandas', 'pyarrow', 'duckdb'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    with pytest.raises(AttributeError, match="has no attribute 'disconnect'"):
        _ = multiball.disconnect  # type: ignore[attr-defined]


def test_models_accept_columns_of_a_frame() -> None:
    customers = simulate(1500, (0.9, 54.0, 0.8, 2.4), 3)
    frame = pd.DataFrame({"x": customers.x, "last": customers.last, "observed": customers.observed}, index=range(7, 1507))
    fit = bg_nbd.fit(frame["x"], frame["last"], frame["observed"])
    plain = bg_nbd.fit(customers.x, customers.last, customers.observed)
    assert fit.parameters == pytest.approx(plain.parameters, rel=1e-12)
    alive = bg_nbd.p_alive(fit.parameters, frame["x"], frame["last"], frame["observed"])
    assert alive == pytest.approx(bg_nbd.p_alive(plain.parameters, customers.x, customers.last, customers.observed), rel=1e-9)
