"""Delivery to real mail servers, on both engines: the mail received, the record, and no duplicates."""

import asyncio
import email
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from multiball.review.delivery import DeliveryFailed, OutgoingMail, attempts, deliver
from multiball.review.message import Content, compose, message_id
from multiball.settings import REPOSITORY, MailServer, Workspace
from multiball.shapes import InputError
from multiball.warehouse import Warehouse

MONTH = date(2026, 10, 1)
CONTENT = Content("October", "text 营收", '<img src="cid:goals">十月', {"goals": b"\x89PNG"}, b"%PDF-1.7", "review-2026-10.pdf", "zh")


class Server:
    """Accepts mails except for refused addresses; `on_data` may respond or fail instead."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], Any]] = []
        self.refuses: dict[str, str] = {}
        self.on_data: Any = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.on_data:
            return str(await self.on_data(server))
        self.received.append((envelope.rcpt_tos, email.message_from_bytes(envelope.original_content, policy=default)))
        return "250 kept as 42"


@contextmanager
def listening() -> Iterator[tuple[Server, MailServer]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, MailServer("127.0.0.1", port, "", "", "none", "Multiball <reviews@example.com>")
    controller.stop()


@pytest.fixture
def smtp() -> Iterator[tuple[Server, MailServer]]:
    with listening() as running:
        yield running


def outgoing(folder: Path, *recipients: str, team: str = "growth", version: int = 1) -> OutgoingMail:
    identity = message_id("2026-10", version, team, "Multiball <reviews@example.com>")
    message = compose(
        CONTENT, sender="Multiball <reviews@example.com>", recipients=recipients, identity=identity, issued_at=datetime(2026, 11, 4, 10)
    )
    file = folder / f"{team}-{version}.eml"
    file.write_bytes(message.as_bytes())
    return OutgoingMail(month=MONTH, version=version, team=team, recipients=recipients, message_id=identity, file=file)


def states(warehouse: Warehouse, team: str = "growth", version: int = 1) -> list[str]:
    return [row["status"] for row in attempts(warehouse, MONTH, version, team)]


def test_a_review_arrives_complete_with_inline_charts_and_attached_pdf(
    warehouse: Warehouse, smtp: tuple[Server, MailServer], tmp_path: Path
) -> None:
    handler, server = smtp
    assert deliver(warehouse, server, outgoing(tmp_path, "a@example.com", "b@example.com")) == ("a@example.com", "b@example.com")
    [(recipients, message)] = handler.received
    assert recipients == ["a@example.com", "b@example.com"]
    assert message["To"] == "a@example.com, b@example.com"
    assert message["Message-ID"] == "<multiball.review.2026-10.v1.growth@example.com>"
    shape = [part.get_content_type() for part in message.walk()]
    inner = ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert shape == ["multipart/mixed", *inner, "application/pdf"]
    parts = list(message.walk())
    assert parts[2].get_content().strip() == "text 营收" and parts[5]["Content-ID"] == "<goals>"
    assert [part.get_filename() for part in message.iter_attachments()] == ["review-2026-10.pdf"]
    assert states(warehouse) == ["sending", "sent"]


def test_a_sent_version_is_not_sent_again_but_the_next_version_is(
    warehouse: Warehouse, smtp: tuple[Server, MailServer], tmp_path: Path
) -> None:
    handler, server = smtp
    deliver(warehouse, server, outgoing(tmp_path, "a@example.com"))
    assert deliver(warehouse, server, outgoing(tmp_path, "a@example.com"), again=True) == ()
    assert deliver(warehouse, server, outgoing(tmp_path, "a@example.com", version=2)) == ("a@example.com",)
    assert len(handler.received) == 2


def test_after_a_server_failure_the_next_attempt_sends(warehouse: Warehouse, smtp: tuple[Server, MailServer], tmp_path: Path) -> None:
    handler, server = smtp
    with pytest.raises(DeliveryFailed, match=r"growth did not get its review: a@example.com .*refused"):
        deliver(warehouse, replace(server, port=1), outgoing(tmp_path, "a@example.com"))
    assert states(warehouse) == ["sending", "refused"]
    assert deliver(warehouse, server, outgoing(tmp_path, "a@example.com")) == ("a@example.com",)
    assert len(handler.received) == 1


def test_a_refused_recipient_is_reported_and_alone_gets_the_next_attempt(
    warehouse: Warehouse, smtp: tuple[Server, MailServer], tmp_path: Path
) -> None:
    handler, server = smtp
    handler.refuses = {"b@example.com": "550 no such mailbox here"}
    with pytest.raises(DeliveryFailed) as failed:
        deliver(warehouse, server, outgoing(tmp_path, "a@example.com", "b@example.com"))
    assert "b@example.com (550 no such mailbox here), a@example.com did" in str(failed.value)
    handler.refuses = {}
    assert deliver(warehouse, server, outgoing(tmp_path, "a@example.com", "b@example.com")) == ("b@example.com",)
    assert [recipients for recipients, _ in handler.received] == [["a@example.com"], ["b@example.com"]]
    assert states(warehouse) == ["sending", "partly", "sending", "sent"]
    last = attempts(warehouse, MONTH, 1, "growth")[-1]
    assert json.loads(last["accepted"]) == ["a@example.com", "b@example.com"]


def test_a_refused_mail_has_no_accepted_recipients(warehouse: Warehouse, smtp: tuple[Server, MailServer], tmp_path: Path) -> None:
    handler, server = smtp

    async def refuse(protocol: Any) -> str:
        return "552 too big"

    handler.on_data = refuse
    with pytest.raises(DeliveryFailed, match=r"a@example.com .552 too big"):
        deliver(warehouse, server, outgoing(tmp_path, "a@example.com"))
    assert states(warehouse) == ["sending", "refused"]


def test_a_connection_lost_during_the_transfer_needs_a_person(
    warehouse: Warehouse, smtp: tuple[Server, MailServer], tmp_path: Path
) -> None:
    handler, server = smtp

    async def hang_up(protocol: Any) -> str:
        protocol.transport.abort()
        return ""

    handler.on_data = hang_up
    with pytest.raises(InputError, match="whether it arrived is unknown"):
        deliver(warehouse, server, outgoing(tmp_path, "a@example.com"))
    handler.on_data = None
    with pytest.raises(InputError, match=r"has no result.*--team growth --send --again"):
        deliver(warehouse, server, outgoing(tmp_path, "a@example.com"))
    assert handler.received == []
    assert deliver(warehouse, server, outgoing(tmp_path, "a@example.com"), again=True) == ("a@example.com",)
    assert states(warehouse) == ["sending", "sending", "sent"]


KILLED = """
import sys
sys.path[:0] = [{plugins!r}, {tests!r}]
from multiball.settings import MailServer, Workspace
from multiball.warehouse import open_warehouse
from multiball.review.delivery import deliver
from pathlib import Path
from review.test_delivery import outgoing
server = MailServer("127.0.0.1", {port}, "", "", "none", "Multiball <reviews@example.com>")
deliver(open_warehouse(Workspace(Path({home!r}))), server, outgoing(Path({home!r}), "a@example.com"))
"""


def test_after_a_killed_process_the_mail_is_not_sent_twice(
    workspace: Workspace, warehouse: Warehouse, smtp: tuple[Server, MailServer], tmp_path: Path
) -> None:
    handler, server = smtp

    async def ponder(protocol: Any) -> str:
        await asyncio.sleep(60)
        return "250 kept"

    handler.on_data = ponder
    code = KILLED.format(plugins=str(REPOSITORY / "plugins"), tests=str(REPOSITORY / "tests"), port=server.port, home=str(workspace.home))
    process = subprocess.Popen([sys.executable, "-c", code], env=dict(os.environ))
    deadline = time.monotonic() + 60
    while states(warehouse) != ["sending"] and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    handler.on_data = None
    with pytest.raises(InputError, match="whether the mail arrived is unknown"):
        deliver(warehouse, server, outgoing(tmp_path, "a@example.com"))
    assert handler.received == []


def test_the_same_review_gives_the_same_bytes_as_mail(tmp_path: Path) -> None:
    first = outgoing(tmp_path, "a@example.com").file.read_bytes()
    assert outgoing(tmp_path, "a@example.com").file.read_bytes() == first


@pytest.mark.parametrize("brand", ["Halm\r\nBcc: victim@example.com", "Halm\nstein", "Halm\u2028stein\u0000", "=?utf-8?q?x=0d=0aBcc:_v?="])
def test_no_name_can_add_a_header(brand: str) -> None:
    message = compose(
        replace(CONTENT, subject=brand),
        sender="a@example.com",
        recipients=["b@example.com"],
        identity="<1@x>",
        issued_at=datetime(2026, 11, 4),
    )
    read = email.message_from_bytes(message.as_bytes(), policy=default)
    assert read["Bcc"] is None and read["To"] == "b@example.com"
    assert len(read.get_all("Subject")) == 1 and not any(ord(character) < 32 for character in read["Subject"])


@pytest.mark.parametrize(
    "address", ["a@example.com\r\nBcc: b@example.com", "ä@example.com", "nobody", "", "a..b@example.com", "a:b@example.com"]
)
def test_an_invalid_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="is not a valid e-mail address"):
        compose(CONTENT, sender="a@example.com", recipients=[address], identity="<1@x>", issued_at=datetime(2026, 11, 4))


def test_a_missing_mail_file_is_reported_before_anything_is_recorded(
    warehouse: Warehouse, smtp: tuple[Server, MailServer], tmp_path: Path
) -> None:
    lost = outgoing(tmp_path, "a@example.com")
    lost.file.unlink()
    with pytest.raises(InputError, match="does not exist any more"):
        deliver(warehouse, smtp[1], lost)
    assert states(warehouse) == []
