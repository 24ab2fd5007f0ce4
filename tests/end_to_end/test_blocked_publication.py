"""Write, audit, publish under a reader: bad data changes nothing that is read, good data all at once, and the past can be rebuilt."""

from __future__ import annotations

import email
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from multiball.connectors import connector
from multiball.flows import steps
from multiball.landing import land
from multiball.settings import REPOSITORY, Workspace
from multiball.shapes import Window
from multiball.warehouse import Warehouse, open_warehouse
from multiball.warehouse.records import OWN

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

IDENTITY_KEY = "k"
DAY = date.today() - timedelta(days=20)
STATE = """select (select sum(spend) from fct_ad_daily) as spend, (select sum(spend) from attribution_daily
where attribution_model = 'linear') as attributed, (select count(*) from fct_order) as orders"""
State = tuple[int, int, int]


@pytest.fixture(
    params=[
        pytest.param("duckdb", marks=pytest.mark.in_turn(0, 2)),
        pytest.param("postgres", marks=[pytest.mark.engine, pytest.mark.in_turn(1, 2)]),
    ]
)
def here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
        monkeypatch.delenv(name)
    dsn = f"  dsn: {request.getfixturevalue('empty_database')}\n" if request.param == "postgres" else ""
    with tempfile.TemporaryDirectory(prefix="multiball-test-") as folder:
        Path(folder, "sources.yml").write_text(f"warehouse:\n  engine: {request.param}\n  owner: keeper@example.com\n{dsn}")
        yield Workspace(Path(folder))


def pull(warehouse: Warehouse, run_id: str, *, account: str, campaigns: str, ads: str, orders: int) -> None:
    """Land what an ad platform says on its three levels about one settled day, and the shop's orders."""
    reported = {"date_start": f"{DAY}", "account_id": "7", "account_currency": "EUR", "impressions": 10, "clicks": 1}
    advertising = [
        ("account_insights", [{**reported, "spend": account}]),
        ("campaign_insights", [{**reported, "campaign_id": "c", "spend": campaigns}]),
        ("ad_insights", [{**reported, "campaign_id": "c", "campaign_name": "Tea", "ad_id": "a", "spend": ads}]),
    ]
    order = {"ordered_at": f"{DAY}T12:00:00", "currency": "EUR", "revenue": "30", "status": "paid", "is_test": False}
    shop = [("orders", [{**order, "order_id": f"o{number}"} for number in range(orders)])]
    for name, pages in (("meta_ads", advertising), ("site", shop)):
        entities = [entity for entity in connector(name).entities if entity.name in dict(pages)]
        window = Window(DAY, DAY, current=False)
        land(
            warehouse, source=name, connector=name, account="7", entities=entities, window=window, pages=pages, run_id=run_id,
            identity_key=IDENTITY_KEY,
        )  # fmt: skip


def build_and_publish(here: Workspace, warehouse: Warehouse, build_id: str) -> datetime:
    """The steps of the DAG `warehouse`, one after the other; the moment whose knowledge the build holds."""
    as_of, target = warehouse.moment(), warehouse.candidate(build_id)
    steps.expect_raw(here, warehouse, build_id, as_of)
    steps.build(here, warehouse, build_id, as_of, lambda line: None)
    steps.value_customers(here, warehouse, target, as_of, lambda line: None)
    steps.build_after_science(here, warehouse, build_id, as_of, lambda line: None)
    steps.record_results(here, warehouse, build_id)
    steps.expect_marts(here, warehouse, build_id, as_of)
    steps.publish(warehouse, build_id, as_of)
    return as_of


def state(warehouse: Warehouse) -> State:
    [row] = warehouse.query(STATE).to_pylist()
    return int(row["spend"]), int(row["attributed"]), row["orders"]


class Reader(threading.Thread):
    """Reads what is published until it is stopped; keeps every state that it saw, in order, and every failure."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.seen: list[State] = []
        self.failures: list[BaseException] = []
        self.reads = 0
        self._warehouse = open_warehouse(Workspace(home))
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(0.02):
            try:
                now = state(self._warehouse)
            except BaseException as error:  # noqa: BLE001 - told by the test
                self.failures.append(error)
                return
            self.reads += 1
            self.seen += [] if self.seen[-1:] == [now] else [now]

    def stop(self) -> None:
        self._stopped.set()
        self.join()


@contextmanager
def reading(here: Workspace) -> Iterator[Reader]:
    reader = Reader(here.home)
    reader.start()
    try:
        yield reader
    finally:
        reader.stop()


class Mailbox:
    def __init__(self) -> None:
        self.received: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=default)))
        return "250 kept"


@contextmanager
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def multiball(here: Workspace, *arguments: str, smtp_port: int = 1) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
        "MULTIBALL_HOME": str(here.home),
        "MULTIBALL_IDENTITY_KEY": IDENTITY_KEY,
        "MULTIBALL_SMTP_HOST": "127.0.0.1",
        "MULTIBALL_SMTP_PORT": str(smtp_port),
        "PYTHONPATH": str(REPOSITORY / "plugins"),
    }
    command = [sys.executable, "-c", "from multiball.cli import main; main()", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400)


def marts(warehouse: Warehouse, target: Any = None) -> dict[str, list[str]]:
    """Every row of every mart, as text, in an order of their own."""
    schema = target.schema("marts") if target else "marts"
    named = warehouse.query(f"select table_name from information_schema.tables where table_schema = '{schema}'", target).to_pylist()
    names = sorted(row["table_name"] for row in named)
    return {name: sorted(map(str, warehouse.query(f"select * from {name}", target).to_pylist())) for name in names}


def test_bad_data_is_blocked_under_a_reader_then_good_data_shows_at_once_and_the_past_stays(here: Workspace) -> None:
    warehouse = open_warehouse(here)
    pull(warehouse, "first", account="100", campaigns="100", ads="100", orders=1)
    before = build_and_publish(here, warehouse, "first")
    as_published = marts(warehouse)
    assert state(warehouse) == (100, 100, 1)

    pull(warehouse, "bad", account="120", campaigns="90", ads="120", orders=2)
    with reading(here) as reader, mailbox() as (box, port):
        blocked = multiball(here, "run", "warehouse", smtp_port=port)
    assert blocked.returncode == 1, blocked.stdout + blocked.stderr
    assert reader.failures == [] and reader.seen == [(100, 100, 1)] and reader.reads > 10
    assert "expect_marts: FAILED" in blocked.stdout and "platform_spend_account_equals_campaign" in blocked.stdout
    [(recipients, message)] = box.received
    assert recipients == ["keeper@example.com"] and message["subject"] == "Multiball: warehouse.expect_marts failed"
    assert "platform_spend_account_equals_campaign" in message.get_body(("html",)).get_content()
    decisions = f"select status, reason from raw_{OWN}.publication order by decided_at"
    [published, refused] = warehouse.read_raw(OWN, decisions).to_pylist()
    assert published == {"status": "published", "reason": None}
    assert refused["status"] == "blocked" and "platform_spend_account_equals_campaign" in refused["reason"]
    assert marts(warehouse) == as_published

    pull(warehouse, "good", account="120", campaigns="120", ads="120", orders=2)
    with reading(here) as reader:
        build_and_publish(here, warehouse, "good")
        assert state(warehouse) == (120, 120, 2)
        reads = reader.reads
        while reader.is_alive() and reader.reads < reads + 3:
            pass
    assert reader.failures == [] and reader.seen == [(100, 100, 1), (120, 120, 2)]

    assert marts(warehouse, steps.rebuild_as_of(here, warehouse, before.replace(tzinfo=UTC), lambda line: None)) == as_published
    [row] = warehouse.query("select sum(spend) as spend from fct_ad_daily").to_pylist()
    assert row["spend"] == 120
    asked = multiball(here, "query", "select sum(spend) as spend from fct_ad_daily", "--as-of", f"{before:%Y-%m-%dT%H:%M:%S.%f}", "--json")
    assert asked.returncode == 0 and '"100' in asked.stdout, asked.stdout + asked.stderr
