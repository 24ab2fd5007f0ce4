"""`multiball sources` and `doctor` on deletions that are held, and on what differs from `sources.yml`; on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from multiball.cli.main import run
from multiball.connectors import connector
from multiball.flows.imports import land_import, reading, take_back
from multiball.landing import held_days, land
from multiball.runtime import secret_file
from multiball.settings import Workspace
from multiball.shapes import Window
from multiball.warehouse import Warehouse, open_warehouse

OCTOBER = Window(date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def home(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace on each engine with one source of rates."""
    monkeypatch.setenv("MULTIBALL_HOME", str(workspace.home))
    configure(workspace.home, "EXR", "2026-10-01")
    return workspace.home


def configure(home: Path, account: str, history_from: str) -> None:
    before = (home / "sources.yml").read_text().split("sources:")[0]
    source = f"connector: ecb, base_url: http://127.0.0.1:9, accounts: [{account}], history_from: {history_from}"
    (home / "sources.yml").write_text(f"{before}sources:\n  rates: {{{source}}}\n")


def load_rates(home: Path, days: int, account: str = "EXR", odd: tuple[dict[str, Any], ...] = ()) -> None:
    here = secret_file.ensure(Workspace(home))
    declared = connector("ecb")
    records = [
        {"date_day": (OCTOBER.start + timedelta(days=day)).isoformat(), "currency": currency, "rate": "1.1"}
        for day in range(days)
        for currency in ("USD", "CNY")
    ]
    records += odd
    named: dict[str, Any] = {"source": "rates", "connector": "ecb", "account": account, "run_id": f"r{days}{len(odd)}"}
    key = here.secrets["MULTIBALL_IDENTITY_KEY"]
    pages = [("exchange_rates", records)]
    land(open_warehouse(here), entities=declared.entities, window=OCTOBER, pages=pages, identity_key=key, **named)


def findings(capsys: pytest.CaptureFixture[str]) -> Iterator[dict[str, Any]]:
    run(["doctor", "--json"])
    yield from json.loads(capsys.readouterr().out)


def test_a_hold_is_listed_with_how_to_confirm_and_confirmed_by_name(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_rates(home, 31)
    load_rates(home, 0)
    assert run(["sources"]) == 0
    said = capsys.readouterr().out
    assert "62 rows of exchange_rates of 2026-10-01 to 2026-10-31 are missing" in said
    assert "multiball sources --confirm rates" in said
    assert run(["sources", "--json"]) == 0
    [entry] = json.loads(capsys.readouterr().out)
    [hold] = entry["held"]
    assert (hold["entity"], hold["rows"], hold["first_day"], hold["confirm"]) == (
        "exchange_rates",
        62,
        "2026-10-01",
        "multiball sources --confirm rates",
    )
    held = [finding for finding in findings(capsys) if "62 rows" in finding["state"]]
    assert [(finding["subject"], finding["well"]) for finding in held] == [("source rates", False)]
    assert len(held_days(open_warehouse(Workspace(home)), "rates", "EXR")) == 31
    assert run(["sources", "--confirm", "rates"]) == 0
    assert "62 rows of exchange_rates are deleted" in capsys.readouterr().out
    assert run(["sources", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["held"] == []
    assert not [finding for finding in findings(capsys) if "62 rows" in finding["state"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--confirm", "rates"], "no deletion of rates is held"),
        (["--confirm", "shop"], "no deletion of shop is held"),
        (["--account", "EXR"], "--account: needs --confirm"),
        (["shop"], "there is no source 'shop'"),
    ],
)
def test_what_cannot_be_confirmed_is_wrong_input(home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    load_rates(home, 31)
    assert run(["sources", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_an_account_that_is_not_configured_any_more_is_listed_and_keeps_its_rows(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_rates(home, 31)
    configure(home, "EXR2", "2026-10-01")
    load_rates(home, 31, "EXR2")
    assert run(["sources"]) == 0
    assert "rates EXR: is no longer in sources.yml. Its loaded data is kept." in capsys.readouterr().out
    [note] = [finding for finding in findings(capsys) if "no longer in sources.yml" in finding["state"]]
    assert note["note"] and note["subject"] == "source rates"
    rows = open_warehouse(Workspace(home)).read_raw("ecb", "select _account from raw_ecb.exchange_rates where not _deleted")
    assert rows.num_rows == 124


def test_doctor_says_that_what_lies_before_a_later_history_from_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_rates(home, 31)
    configure(home, "EXR", "2026-10-20")
    [note] = [finding for finding in findings(capsys) if "history_from" in finding["state"]]
    assert note["note"] and "2026-10-01, before history_from 2026-10-20" in note["state"]


MAPPING = """
version: 1
source: shop_export
account: "1"
file: {path: orders.csv}
currency: EUR
entities:
  - entity: order
    complete: true
    fields: {order_id: id, ordered_at: day, revenue: amount}
"""


def import_orders(home: Path, numbers: range) -> dict[str, int]:
    (home / "orders.yml").write_text(MAPPING)
    (home / "orders.csv").write_text("id,day,amount\n" + "".join(f"{n},2026-10-01,10.00\n" for n in numbers))
    with reading(Workspace(home), home / "orders.yml", None) as imported:
        [load] = land_import(Workspace(home), imported)
    return {"landed": load.landed, "deleted": load.deleted, "held": load.held}


def orders(warehouse: Warehouse) -> int:
    rows = warehouse.read_raw("import", 'select order_id, _deleted from raw_import."order" order by _extracted_at').to_pylist()
    return sum(not deleted for deleted in {row["order_id"]: row["_deleted"] for row in rows}.values())


def test_a_complete_file_that_is_much_smaller_is_held_and_a_take_back_is_not(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warehouse = open_warehouse(Workspace(home))
    assert import_orders(home, range(100)) == {"landed": 100, "deleted": 0, "held": 0}
    assert import_orders(home, range(90, 110)) == {"landed": 10, "deleted": 0, "held": 90}
    assert orders(warehouse) == 110
    assert run(["import", str(home / "orders.yml"), "--no-publish"]) == 0
    assert "90 missing and held back: multiball sources --confirm shop_export" in capsys.readouterr().out
    assert run(["sources", "shop_export"]) == 0
    assert "90 rows of order are missing" in capsys.readouterr().out
    assert run(["sources", "--confirm", "shop_export", "--entity", "order", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["rows"] == 90
    assert orders(warehouse) == 20
    assert import_orders(home, range(100)) == {"landed": 90, "deleted": 10, "held": 0}, "ten rows are not too many"
    import_orders(home, range(5))
    assert orders(warehouse) == 100
    take_back(Workspace(home), home / "orders.yml")
    assert orders(warehouse) == 0
    assert run(["sources", "--confirm", "shop_export"]) == 2


def test_rows_rejected_and_characters_replaced_by_the_last_load_are_listed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = ({"date_day": "20261-01-01", "currency": "USD", "rate": "1"}, {"date_day": "2026-10-09", "currency": "X\0Y", "rate": "1"})
    load_rates(home, 3, odd=odd)
    assert run(["sources"]) == 0
    last = "rates EXR: last load: 1 rows rejected (reasons in stg_multiball__rejected_rows); 1 characters replaced by U+FFFD"
    assert last in capsys.readouterr().out
    load_rates(home, 4)
    assert run(["sources"]) == 0
    assert "last load:" not in capsys.readouterr().out
