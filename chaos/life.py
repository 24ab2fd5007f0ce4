"""A life of a workspace as its scheduler runs it: a list of tasks, each of which can be repeated; and what it has led to."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from multiball.connectors import connectors
from multiball.flows import steps
from multiball.importing.entities import entities as imported
from multiball.landing import land
from multiball.review.delivery import OutgoingMail, attempts, deliver
from multiball.settings import MailServer, Workspace
from multiball.shapes import InputError, Window
from multiball.transform.build import build
from multiball.transform.sources import Sources
from multiball.warehouse import Target, Warehouse, compaction, open_warehouse
from multiball.warehouse.records import OWN, REJECTED_ROW

CONNECTOR = "ecb"
ENTITY = connectors()[CONNECTOR].entities[0]
MODEL = "int_exchange_rates_filled"
BUILD_ID = "99990101_chaos"
"""Later than every build of an undisturbed clock."""
MAIL = "mail.eml"
CONTENT = b"From: multiball@localhost\r\nTo: growth@example.org\r\nSubject: October\r\nMessage-ID: <1@chaos>\r\n\r\nNumbers.\r\n"
"""The review's mail, a file of the workspace."""
MONTH, TEAM = date(2026, 10, 1), "growth"


@dataclass(frozen=True)
class Place:
    """A workspace, its mail server's port, and the folder of the mails that arrived."""

    home: Path
    smtp_port: int
    mailbox: Path

    @property
    def workspace(self) -> Workspace:
        """The workspace."""
        return Workspace(self.home)


@dataclass(frozen=True)
class Task:
    """A step of the life. `kind` names the part of the product."""

    name: str
    kind: str
    run: Callable[[Place], None]


def _rates(days: range, currencies: tuple[str, ...], shift: float = 0, **odd: object) -> list[dict[str, Any]]:
    """Records of the entity."""
    rows = [
        {"date_day": f"2026-10-{day:02}", "currency": currency, "rate": f"{1 + day / 100 + shift + number / 7:.4f}"}
        for day in days
        for number, currency in enumerate(currencies)
    ]
    return [{**rows[0], **odd}, *rows[1:]] if odd else rows


def _landing(account: str, number: int, records: list[dict[str, Any]], days: range) -> Task:
    def run(place: Place) -> None:
        compaction.FILES = 2
        land(
            open_warehouse(place.workspace),
            source="rates",
            connector=CONNECTOR,
            account=account,
            entities=[ENTITY],
            window=Window(date(2026, 10, days[0]), date(2026, 10, days[-1])),
            pages=iter([(ENTITY.name, records)]),
            run_id=f"{account}/{number}",
            identity_key="a key for chaos",
        )

    return Task(f"land {account}/{number}", "landing", run)


def _build(place: Place) -> None:
    compaction.FILES = 2
    workspace, warehouse = place.workspace, open_warehouse(place.workspace)
    for connector, entity in [(CONNECTOR, ENTITY), *(("import", entity) for entity in imported().values())]:
        if entity.name in (ENTITY.name, "exchange_rate"):
            warehouse.ensure_raw(connector, entity)
    target = warehouse.candidate(BUILD_ID)
    with warehouse.build_lock():
        warehouse.discard(target)
        warehouse.compact_raw()
        build(workspace, warehouse, target, warehouse.moment(), select=[f"+{MODEL}", "dim_metric"], sources=Sources([CONNECTOR], {}))


def _publish(place: Place) -> None:
    warehouse = open_warehouse(place.workspace)
    if not steps.publish(warehouse, BUILD_ID, warehouse.moment()):
        raise InputError("a later build is published", where="chaos", remedy="Use a new workspace.")


def _mail(place: Place) -> None:
    """Deliver; where an attempt has no result, a person looks whether the mail arrived, and asks for it again if it did not."""
    warehouse, recipients = open_warehouse(place.workspace), ("growth@example.org",)
    mail = OutgoingMail(month=MONTH, version=1, team=TEAM, recipients=recipients, message_id="<1@chaos>", file=place.home / MAIL)
    server = MailServer("127.0.0.1", place.smtp_port, "", "", "none", "multiball@localhost")
    before = attempts(warehouse, MONTH, 1, TEAM)
    is_unknown = bool(before) and before[-1]["status"] == "sending"
    if is_unknown and mails(place):
        return
    deliver(warehouse, server, mail, again=is_unknown)


TASKS = (
    _landing("EXR", 1, _rates(range(1, 8), ("USD", "GBP", "JPY")), range(1, 8)),
    _landing("EXP", 1, _rates(range(1, 4), ("USD", "GBP"), 0.5), range(1, 8)),
    _landing("EXR", 2, _rates(range(5, 15), ("USD", "GBP", "JPY"), 0.01, date_day="2026-02-30"), range(5, 15)),
    _landing("EXP", 2, [], range(4, 6)),
    _landing("EXR", 3, _rates(range(9, 16), ("USD", "JPY"), 0.02), range(9, 16)),
    _landing("EXR", 4, _rates(range(14, 21), ("USD", "GBP", "JPY"), 0.02), range(14, 21)),
    Task("build", "build", _build),
    Task("publish", "publication", _publish),
    Task("mail", "mail", _mail),
)


def mails(place: Place) -> int:
    """Mails that arrived."""
    return len(list(place.mailbox.glob("*.eml")))


def outcome(place: Place) -> str:
    """What the life has led to so far, without moments, runs and numbers of commits; equal for equal outcomes."""
    warehouse = open_warehouse(place.workspace)
    warehouse.ensure_raw(CONNECTOR, ENTITY)
    warehouse.ensure_raw(OWN, REJECTED_ROW)
    columns = "_source, _account, date_day, currency, rate, _row_hash, _deleted"
    found: dict[str, Any] = {
        "states": _rows(warehouse, f"select {columns} from ({warehouse.raw_state(CONNECTOR, ENTITY, warehouse.moment())}) as state"),
        "rejected": _rows(
            warehouse,
            f"select distinct account, run_id, row_number, reason from raw_{OWN}.{REJECTED_ROW.name}",
        ),
        "mails": mails(place),
        "faults": [*warehouse.raw_faults(read_all=True), *warehouse.raw_strays()],
    }
    published, sql = warehouse.published(), f"select * from intermediate.{MODEL}"
    if published:
        found["published"] = _queried(warehouse, sql, None)
    else:
        with suppress(InputError):  # nothing was built yet
            found["built"] = _queried(warehouse, sql, warehouse.candidate(BUILD_ID))
    return json.dumps(found, default=str, indent=1)


def _rows(warehouse: Warehouse, sql: str) -> list[str]:
    import sqlalchemy

    engine = sqlalchemy.create_engine(warehouse.sqlalchemy_url(warehouse.raw_target()))
    try:
        with engine.connect() as connection:
            return sorted(str(tuple(row)) for row in connection.execute(sqlalchemy.text(sql)))
    finally:
        engine.dispose()


def _queried(warehouse: Warehouse, sql: str, target: Target | None) -> list[str]:
    return sorted(map(str, warehouse.query(sql, target).to_pylist()))
