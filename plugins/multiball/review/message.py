"""A rendered review as one MIME message: text, HTML with its charts, and the PDF attached. The same review gives the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from multiball.shapes import InputError


@dataclass(frozen=True)
class Content:
    """The contents of a mail. The HTML refers to an image as `cid:<name>`."""

    subject: str
    text: str
    html: str
    images: Mapping[str, bytes]
    pdf: bytes
    pdf_name: str
    language: str


def message_id(month: str, version: int, team: str, sender: str) -> str:
    """The same for every attempt to mail the same review to the same team, so that mail programs recognise a duplicate."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<multiball.review.{month}.v{version}.{team}@{domain}>"


def compose(content: Content, *, sender: str, recipients: Sequence[str], identity: str, issued_at: datetime) -> EmailMessage:
    """The message. InputError for an invalid address."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))  # not every server accepts 8-bit mails
    message["From"] = _address(sender, "MULTIBALL_SMTP_FROM")
    message["To"] = [_address(recipient, "plan/teams.yml") for recipient in recipients]
    message["Subject"] = _one_line(content.subject)
    message["Date"] = format_datetime(issued_at.replace(tzinfo=UTC))
    message["Message-ID"] = identity
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(content.text)
    message.add_alternative(content.html, subtype="html")
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    for name, png in content.images.items():
        html.add_related(png, "image", "png", cid=f"<{name}>", disposition="inline", filename=f"{name}.png")
    message.add_attachment(content.pdf, "application", "pdf", filename=content.pdf_name)
    message["Content-Language"] = content.language
    _fix_boundaries(message, identity)
    return message


def _address(text: str, where: str) -> Address:
    name, address = parseaddr(text)
    is_whole = text.endswith((address, f"<{address}>")) if name else text == address
    try:
        if text.isprintable() and address.isascii() and "@" in address and is_whole:
            return Address(display_name=_one_line(name), addr_spec=address)
    except (ValueError, MessageError):  # such as two dots in a row
        pass
    raise InputError(f"{text!r} is not a valid e-mail address", where=where, remedy="Give one like team@example.com.")


def _one_line(text: str) -> str:
    """The text without line breaks and other control characters, so that a name cannot add a header.

    Encoded words are broken up, too: Python would decode them, including any line breaks.
    """
    return "".join(character for character in " ".join(text.split()) if character.isprintable()).replace("=?", "= ?")


def _fix_boundaries(message: EmailMessage, identity: str) -> None:
    """Derive the boundaries from the identity; they are random by default."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{hashlib.sha256(f'{identity}/{number}'.encode()).hexdigest()[:32]}")
