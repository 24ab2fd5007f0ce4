"""A workspace in a folder with an odd name: it works whole, or the name is refused before anything is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy

from multiball.connectors import connectors
from multiball.flows.steps import new_build_id, prepare_raw, publish
from multiball.landing import land
from multiball.settings import Workspace
from multiball.shapes import InputError, Window
from multiball.transform.build import build
from multiball.transform.sources import Sources
from multiball.warehouse import open_warehouse

RATES = connectors()["ecb"].entities[0]
ODD = """ it's "50%" of {braces} [x]* $HOME ${SECRET} a&b;c 茶"""


def test_a_load_its_checks_a_build_and_a_query_work_in_a_folder_with_an_odd_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "expanded")
    home = tmp_path / ODD
    home.mkdir()
    (home / "sources.yml").write_text("warehouse: {engine: duckdb}\n")
    workspace = Workspace(home)
    warehouse = open_warehouse(workspace)
    rows = [{"date_day": "2026-10-01", "currency": "USD", "rate": "1.1"}]
    given = {
        "window": Window(date(2026, 10, 1), date(2026, 10, 2)),
        "pages": iter([(RATES.name, rows)]),
        "run_id": "r",
        "identity_key": "k",
    }
    land(warehouse, source="rates", connector="ecb", account="EXR", entities=[RATES], **given)  # type: ignore[arg-type]
    prepare_raw(warehouse)
    engine = sqlalchemy.create_engine(warehouse.sqlalchemy_url(warehouse.raw_target()))
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text("select count(*) from raw_ecb.exchange_rates")).scalar() == 1
    engine.dispose()
    build_id, as_of = new_build_id(warehouse), warehouse.moment()
    chosen = ["+int_exchange_rates_filled", "dim_metric"]
    build(workspace, warehouse, warehouse.candidate(build_id), as_of, select=chosen, sources=Sources(["ecb"], {}))
    assert publish(warehouse, build_id, as_of)
    assert warehouse.query("select max(rate) as rate from intermediate.int_exchange_rates_filled").num_rows == 1
    url, arguments = warehouse.reader()
    engine = sqlalchemy.create_engine(url, **arguments)
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text("select count(*) from marts.dim_metric")).scalar()
    engine.dispose()
    assert not list(tmp_path.rglob("*expanded*"))


@pytest.mark.parametrize("name", ["a#b", "a?b", "back\\slash", "new\nline", "{{ jinja }}", "{% raw %}"])
def test_a_name_that_cannot_work_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"the path of the workspace contains .* Move the workspace") as error:
        Workspace(tmp_path / name)
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []
