"""Hands a mail over by SMTP, once for each team, month and version, and keeps a record of every attempt.

Before an attempt it is recorded as `sending`, after it with the server's answer. Where the end of an attempt is not known, because the
process was killed or the line broke while the server took the mail, `sending` stays, and nothing is sent again unless a person says so.
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
    """The server is down or refuses. The message says who has not got what. Exit code 1; the next attempt goes to those only."""


class Interrupted(Exception):
    """The line broke while the server was taking the mail: whether it did is not known."""


class Parcel(BaseModel):
    """A review for a team, ready to be handed over: the file that holds the mail, to whom, and by which identity."""

    model_config = ConfigDict(frozen=True)

    month: date
    version: int
    team: str
    recipients: tuple[str, ...]
    message_id: str
    file: Path


@dataclass(frozen=True)
class Answer:
    """What the server made of a mail: who it took it for, and its words for each refused address."""

    accepted: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    words: str = ""


def deliver(warehouse: Warehouse, server: MailServer, parcel: Parcel, *, again: bool = False) -> tuple[str, ...]:
    """Send to those recipients who have not got it, and return them; none where all have.

    Raises DeliveryFailed, and InputError where the end of an attempt is not known and `again` does not ask for another.
    """
    if not parcel.file.is_file():
        raise InputError(
            "is not there any more", where=str(parcel.file), remedy="Write the review again: multiball review, or clear the task prepare."
        )
    content = parcel.file.read_bytes()
    had, pending = _begin(warehouse, parcel, again)
    if not pending:
        return ()
    try:
        answer = hand_over(server, pending, content)
    except Interrupted as error:
        raise _uncertain(parcel, f"the line broke while the server was taking it ({error}), and nobody knows whether it did") from error
    status = "sent" if not answer.refused else "partly" if answer.accepted else "refused"
    said = "; ".join([answer.words, *(f"{address}: {words}" for address, words in answer.refused.items())]).strip("; ")
    row = _row(parcel, status, pending, (*had, *answer.accepted), said)
    append_records(warehouse, REVIEW_DELIVERY, [row], parcel.message_id)
    if answer.refused:
        refused = "; ".join(f"{address} ({words})" for address, words in answer.refused.items())
        got = f", {', '.join(answer.accepted)} did" if answer.accepted else ""
        raise DeliveryFailed(f"{parcel.team} did not get its review: {refused}{got}. The next attempt goes to those without it only.")
    return answer.accepted


def attempts(warehouse: Warehouse, month: date, version: int, team: str) -> list[dict[str, Any]]:
    """The attempts recorded so far, the oldest first."""
    warehouse.ensure_raw(OWN, REVIEW_DELIVERY)
    sql = f"""
        select * from raw_{OWN}.{REVIEW_DELIVERY.name}
        where month = $month and version = $version and team = $team order by _extracted_at"""
    rows: list[dict[str, Any]] = warehouse.read_raw(OWN, sql, {"month": month, "version": version, "team": team}).to_pylist()
    return rows


def _begin(warehouse: Warehouse, parcel: Parcel, again: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Record that an attempt begins: who had the mail before, and who is to get it now. Only one process at a time can be in here."""
    warehouse.ensure_raw(OWN, REVIEW_DELIVERY)
    with warehouse.raw_transaction() as raw:
        before = attempts(warehouse, parcel.month, parcel.version, parcel.team)
        had = tuple(json.loads(before[-1]["accepted"])) if before else ()
        pending = tuple(address for address in parcel.recipients if address not in had)
        if pending and before and before[-1]["status"] == "sending" and not again:
            begun = f"{before[-1]['moment']:%Y-%m-%d %H:%M:%S}"
            raise _uncertain(
                parcel, f"an attempt began at {begun} UTC and has no end: it is running, or nobody knows whether the mail arrived"
            )
        if pending:
            own_rows(raw, REVIEW_DELIVERY, [_row(parcel, "sending", pending, had, "")], parcel.message_id)
    return had, pending


def _uncertain(parcel: Parcel, what: str) -> InputError:
    """Only a person can say what is right: hence no retry."""
    return InputError(
        what,
        where=f"the review of {parcel.month:%Y-%m} for {parcel.team}",
        remedy=f"Ask the team. If it has none: multiball review --month {parcel.month:%Y-%m} --team {parcel.team} --send --again.",
    )


def _row(parcel: Parcel, status: str, recipients: Sequence[str], accepted: Sequence[str], said: str) -> dict[str, Any]:
    return {
        "month": parcel.month,
        "version": parcel.version,
        "team": parcel.team,
        "message_id": parcel.message_id,
        "status": status,
        "recipients": json.dumps(list(recipients)),
        "accepted": json.dumps(list(accepted)),
        "answer": said,
        "moment": now(),
    }


def hand_over(server: MailServer, recipients: Sequence[str], content: bytes) -> Answer:
    """One SMTP conversation. Raises Interrupted where it broke while the server was taking the mail: whether it did is not known."""
    try:
        with closing(_connect(server)) as client:
            return _converse(client, parseaddr(server.sender)[1], recipients, content)
    except (OSError, smtplib.SMTPException) as error:
        return Answer(refused=dict.fromkeys(recipients, f"{server.host}:{server.port}: {_words(error)}"))


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


def _converse(client: smtplib.SMTP, sender: str, recipients: Sequence[str], content: bytes) -> Answer:
    client.ehlo_or_helo_if_needed()
    code, words = client.mail(sender)
    if code != 250:
        return Answer(refused=dict.fromkeys(recipients, _said(code, words)))
    refused = {}
    for address in recipients:
        code, words = client.rcpt(address)
        if code not in (250, 251):
            refused[address] = _said(code, words)
    accepted = tuple(address for address in recipients if address not in refused)
    if not accepted:
        return Answer(refused=refused)
    try:
        code, words = client.data(content)
    except smtplib.SMTPDataError:  # the server would not even begin to take it
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise Interrupted(_words(error)) from error
    if code != 250:
        return Answer(refused=refused | dict.fromkeys(accepted, _said(code, words)))
    with suppress(OSError, smtplib.SMTPException):  # the mail is taken, whatever becomes of the farewell
        client.quit()
    return Answer(accepted, refused, _said(code, words))


def _said(code: int, words: bytes) -> str:
    return f"{code} {words.decode(errors='replace')}"


def _words(error: Exception) -> str:
    """What the server said, or what the machine did."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode())
    return str(error) or type(error).__name__
