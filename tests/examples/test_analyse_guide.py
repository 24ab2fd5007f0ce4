"""docs/how-to/analyse-in-python.md, carried out."""

from __future__ import annotations

import re
import shlex
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from science.conftest import orders_of, put_marts, simulate

from multiball import connect
from multiball.cli.main import run
from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import open_warehouse

PAGE = (REPOSITORY / "docs" / "how-to" / "analyse-in-python.md").read_text(encoding="utf-8")
FRAMES, MODELS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)


def test_frames(brand: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULTIBALL_HOME", str(brand))
    names: dict[str, Any] = {}
    exec(FRAMES, names)  # the page's own code
    assert list(names["orders"].columns) == ["date_day", "orders", "revenue"] and len(names["orders"]) > 0
    assert names["before"]["orders"].isna().all(), "the workspace was loaded after that day"


def test_files(brand: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MULTIBALL_HOME", str(brand))
    monkeypatch.chdir(tmp_path)
    assert COMMANDS
    for line in COMMANDS[1].splitlines():
        program, *arguments = shlex.split(line)
        assert program == "multiball" and run(arguments) == 0
    table = pq.read_table(tmp_path / "conversions.parquet")
    assert table.num_rows == len((tmp_path / "conversions.csv").read_text().splitlines()) - 1 > 0
    assert str(table.schema.field("revenue").type).startswith("decimal128") and str(table.schema.field("date_day").type) == "date32[day]"


def test_models(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_text("warehouse:\n  engine: duckdb\n")
    warehouse = open_warehouse(Workspace(tmp_path))
    orders = [order for order in orders_of(simulate(1500, (0.9, 54.0, 0.8, 2.4), 11), 11) if order[1] <= date(2026, 10, 31)]
    warehouse.publish(put_marts(warehouse, "20261101", [*orders, ("one", date(2026, 10, 1), Decimal(1))]))
    names: dict[str, Any] = {"published": connect(tmp_path)}
    exec(MODELS, names)  # the page's own code
    alive = names["customers"]["p_alive"]
    assert len(alive) > 1000 and alive.between(0, 1).all() and 0.1 < alive.mean() < 0.99
