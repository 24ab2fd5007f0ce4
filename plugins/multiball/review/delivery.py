"""Sends a mail by SMTP, once for each team, month and version, and records every attempt.

An attempt is recorded as `sending` before it begins, and with the server's response after it. If the process is killed or the connection
fails during the transfer, the result is unknown: `sending` remains, and nothing is sent again until a person asks for it.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from multiball.settings import MailServer
from multiball.shapes import Failure, InputError
from multiball.warehouse import Warehouse, now
from multiball.warehouse.records import OWN, REVIEW_DELIVERY, append_records, own_rows

_SECONDS = 30


class DeliveryFailed(Failure):
    """The server is down or refuses. The message names those without the review; the next attempt goes to them only. Exit code 1."""


class TransferInterrupted(Exception):
    """The connection failed during the transfer: whether the server accepted the mail is unknown."""


class OutgoingMail(BaseModel):
    """A team's review, ready to send: the file with the mail, its recipients and its message id."""

    model_config = ConfigDict(frozen=True)

    month: date
    version: int
    team: str
    recipients: tuple[str, ...]
    message_id: str
    file: Path


@dataclass(frozen=True)
class Response:
    """The server's response: the accepted recipients, the text for each refused one, and the text for the mail."""

    accepted: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    text: str = ""


def deliver(warehouse: Warehouse, server: MailServer, mail: OutgoingMail, *, again: bool = False) -> tuple[str, ...]:
    """Send to the recipients who do not have it yet, and return them; none where all have it.

    Raises DeliveryFailed, and InputError where the result of an attempt is unknown and `again` is False.
    """
    if not mail.file.is_file():
        raise InputError(
            "does not exist any more", where=str(mail.file), remedy="Write the review again: multiball review, or clear the task prepare."
        )
    content = mail.file.read_bytes()
    received, pending = _begin(warehouse, mail, again)
    if not pending:
        return ()
    try:
        response = send_by_smtp(server, pending, content)
    except TransferInterrupted as error:
        raise _uncertain(mail, f"the connection failed while the server received it ({error}); whether it arrived is unknown") from error
    status = "sent" if not response.refused else "partly" if response.accepted else "refused"
    text = "; ".join([response.text, *(f"{address}: {words}" for address, words in response.refused.items())]).strip("; ")
    row = _row(mail, status, pending, (*received, *response.accepted), text)
    append_records(warehouse, REVIEW_DELIVERY, [row], mail.message_id)
    if response.refused:
        refused = "; ".join(f"{address} ({words})" for address, words in response.refused.items())
        got = f", {', '.join(response.accepted)} did" if response.accepted else ""
        raise DeliveryFailed(f"{mail.team} did not get its review: {refused}{got}. The next attempt goes only to those without it.")
    return response.accepted


def attempts(warehouse: Warehouse, month: date, version: int, team: str) -> list[dict[str, Any]]:
    """The attempts recorded so far, the oldest first."""
    warehouse.ensure_raw(OWN, REVIEW_DELIVERY)
    sql = f"""
        select * from raw_{OWN}.{REVIEW_DELIVERY.name}
        where month = $month and version = $version and team = $team order by _extracted_at"""
    rows: list[dict[str, Any]] = warehouse.read_raw(OWN, sql, {"month": month, "version": version, "team": team}).to_pylist()
    return rows


def _begin(warehouse: Warehouse, mail: OutgoingMail, again: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Record that an attempt begins, in one process at a time: those who have received the mail, and those to send it to."""
    warehouse.ensure_raw(OWN, REVIEW_DELIVERY)
    with warehouse.raw_transaction() as raw:
        before = attempts(warehouse, mail.month, mail.version, mail.team)
        received = tuple(json.loads(before[-1]["accepted"])) if before else ()
        pending = tuple(address for address in mail.recipients if address not in received)
        if pending and before and before[-1]["status"] == "sending" and not again:
            begun = f"{before[-1]['moment']:%Y-%m-%d %H:%M:%S}"
            raise _uncertain(
                mail, f"an attempt began at {begun} UTC and has no result: it is still running, or whether the mail arrived is unknown"
            )
        if pending:
            own_rows(raw, REVIEW_DELIVERY, [_row(mail, "sending", pending, received, "")], mail.message_id)
    return received, pending


def _uncertain(mail: OutgoingMail, what: str) -> InputError:
    """An InputError, so that Airflow does not retry: a person has to decide."""
    return InputError(
        what,
        where=f"the review of {mail.month:%Y-%m} for {mail.team}",
        remedy=f"Ask the team. If it has no mail: multiball review --month {mail.month:%Y-%m} --team {mail.team} --send --again.",
    )


def _row(mail: OutgoingMail, status: str, recipients: Sequence[str], accepted: Sequence[str], text: str) -> dict[str, Any]:
    return {
        "month": mail.month,
        "version": mail.version,
        "team": mail.team,
        "message_id": mail.message_id,
        "status": status,
        "recipients": json.dumps(list(recipients)),
        "accepted": json.dumps(list(accepted)),
        "answer": text,
        "moment": now(),
    }


def send_by_smtp(server: MailServer, recipients: Sequence[str], content: bytes) -> Response:
    """Send the mail in one SMTP session. Raises TransferInterrupted where the connection fails during the transfer."""
    try:
        with closing(_connect(server)) as client:
            return _transmit(client, parseaddr(server.sender)[1], recipients, content)
    except (OSError, smtplib.SMTPException) as error:
        return Response(refused=dict.fromkeys(recipients, f"{server.host}:{server.port}: {_error_text(error)}"))


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "ssl":
        client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    try:
        if server.security == "starttls":
            client.starttls(context=context)
        if server.user:
            client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


def _transmit(client: smtplib.SMTP, sender: str, recipients: Sequence[str], content: bytes) -> Response:
    client.ehlo_or_helo_if_needed()
    code, words = client.mail(sender)
    if code != 250:
        return Response(refused=dict.fromkeys(recipients, _response_text(code, words)))
    refused = {}
    for address in recipients:
        code, words = client.rcpt(address)
        if code not in (250, 251):
            refused[address] = _response_text(code, words)
    accepted = tuple(address for address in recipients if address not in refused)
    if not accepted:
        return Response(refused=refused)
    try:
        code, words = client.data(content)
    except smtplib.SMTPDataError:  # the server refused before the transfer
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise TransferInterrupted(_error_text(error)) from error
    if code != 250:
        return Response(refused=refused | dict.fromkeys(accepted, _response_text(code, words)))
    with suppress(OSError, smtplib.SMTPException):  # the mail is accepted, whether or not QUIT succeeds
        client.quit()
    return Response(accepted, refused, _response_text(code, words))


def _response_text(code: int, words: bytes) -> str:
    return f"{code} {words.decode(errors='replace')}"


def _error_text(error: Exception) -> str:
    """The server's response, or the error of the system."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _response_text(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode())
    return str(error) or type(error).__name__
