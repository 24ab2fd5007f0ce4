"""The mailbox, by what real clients see: smtplib hands mails over, a browser's requests read them."""

import re
import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from sandbox.mailbox import GREATEST_MAIL, Mailbox, serve

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + b"rest"


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with serve(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def page(mailbox: Mailbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=mailbox.url, trust_env=False) as client:
        yield client


def review(markup: str = '<p>Revenue</p><img src="cid:chart-1"><script>alert(1)</script>', subject: str = "十月 review") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "multiball@localhost", "a@example.com"
    message.set_content("营收 up")
    message.add_alternative(markup, subtype="html")
    related = message.get_body(("html",))
    assert isinstance(related, EmailMessage)
    related.add_related(PNG, "image", "png", cid="<chart-1>")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="review 十月.pdf")
    message.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="../../page.html")
    return message


def send(mailbox: Mailbox, message: EmailMessage, *recipients: str) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=10) as client:
        client.send_message(message, to_addrs=list(recipients) or None)


def test_a_mail_is_listed_with_its_envelope_and_every_part_can_be_opened(mailbox: Mailbox, page: httpx.Client) -> None:
    send(mailbox, review(), "a@example.com", "hidden@example.com")
    listed = page.get("/").text
    assert "十月 review" in listed and "a@example.com, hidden@example.com" in listed
    address = re.findall(r'href="(/mails/[^"]+)"', listed)[0]
    shown = page.get(address).text
    assert "营收 up" in shown and "review 十月.pdf" in shown
    picture = re.findall(r'src="([^"]+)"', page.get(f"{address}/html").text)[0]
    assert page.get(picture).content == PNG and page.get(picture).headers["content-type"] == "image/png"
    pdf, _ = re.findall(rf'href="({address}/parts/\d+)"', shown)
    assert page.get(pdf).content == b"%PDF-1.7" and page.get(pdf).headers["content-type"] == "application/pdf"
    assert b"\r\nSubject: " in page.get(f"{address}/source").content


@pytest.mark.parametrize("sender", ["=?utf-8?b?!!?=[", "boundary'' @", ":a=?utf-8?b?!!?=;<;@", "=?no-such-set?q?a?=", "ü <a@example.com>"])
def test_a_sender_that_cannot_be_read_hides_no_mail(mailbox: Mailbox, page: httpx.Client, sender: str) -> None:
    """Python's own parser of addresses fails on some of these, with an error that the whole list would end in."""
    send(mailbox, review(), "a@example.com")
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=10) as client:
        client.sendmail("x@example.com", ["b@example.com"], f"From: {sender}\r\nSubject: odd\r\n\r\ntext\r\n".encode())
    listed = page.get("/")
    assert listed.status_code == 200 and "十月 review" in listed.text and "odd" in listed.text
    assert all(page.get(address).status_code == 200 for address in re.findall(r'href="(/mails/[^"]+)"', listed.text))


def test_a_mails_own_markup_runs_nothing_and_its_file_names_lead_nowhere(mailbox: Mailbox, page: httpx.Client) -> None:
    send(mailbox, review(subject="<img src=x onerror=alert(1)>"))
    address = re.findall(r'href="(/mails/[^"]+)"', page.get("/").text)[0]
    assert "<img" not in page.get("/").text and "<img" not in page.get(address).text
    policy = page.get(f"{address}/html").headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "sandbox" in policy and "allow-scripts" not in policy
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.get(address).text
    runnable = page.get(re.findall(rf'href="({address}/parts/\d+)"', page.get(address).text)[1])
    assert runnable.headers["content-type"] == "application/octet-stream"
    assert runnable.headers["content-disposition"].startswith("attachment") and "/" not in runnable.headers["content-disposition"][30:]


@pytest.mark.parametrize("path", ["/mails/none", "/mails/..%2f..%2fsecrets", "/mails/none/html", "/mails/none/parts/0", "/nowhere"])
def test_what_does_not_exist_is_said_so(page: httpx.Client, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 404 and "There is no such mail" in answer.text


def test_a_page_number_that_is_none_shows_the_first_page(page: httpx.Client) -> None:
    assert "No mail yet" in page.get("/?page=x").text


def test_another_sites_name_for_this_machine_is_not_answered(mailbox: Mailbox, page: httpx.Client) -> None:
    assert page.get("/", headers={"Host": "attacker.example"}).status_code == 400


def test_a_mail_beyond_the_limit_is_refused_and_the_next_one_is_taken(mailbox: Mailbox, page: httpx.Client) -> None:
    message = review()
    message.add_attachment(bytes(GREATEST_MAIL), maintype="application", subtype="zip")
    with pytest.raises(smtplib.SMTPException, match=r"size|Too much mail"):
        send(mailbox, message)
    send(mailbox, review())
    assert "1 mail of" in page.get("/").text


def test_nonsense_is_answered_with_an_error_and_disturbs_nobody(mailbox: Mailbox, page: httpx.Client) -> None:
    with socket.create_connection(("127.0.0.1", mailbox.smtp_port), timeout=10) as raw:
        raw.recv(1000)
        raw.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert raw.recv(1000).startswith(b"500")
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=10) as client:
        client.sendmail("x@example.com", ["a@example.com"], b"\xff\xfe no header at all\r\n\r\n\xff")
        client.sendmail("x@example.com", ["a@example.com"], b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff")
    addresses = re.findall(r'href="(/mails/[^"]+)"', page.get("/").text)
    assert len(addresses) == 2
    assert {page.get(address).status_code for address in addresses} == {200}


def test_mails_that_cannot_be_kept_are_refused_for_now(mailbox: Mailbox) -> None:
    mailbox.folder.rmdir()
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(mailbox, review())
    assert refused.value.smtp_code == 452


def test_a_machine_without_a_chinese_font_is_lent_one_in_the_frame_too(page: httpx.Client) -> None:
    lent = page.get("/fonts/700")
    assert lent.content[:4] == b"OTTO" and lent.headers["access-control-allow-origin"] == "*"
    assert page.get("/fonts/300").status_code == 404
