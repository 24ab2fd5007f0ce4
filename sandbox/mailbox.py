"""A mail server that keeps what it is given, and a page that shows it: where the demo's reviews and failure mails arrive.

`python -m sandbox.mailbox --folder F --port 0 --smtp-port 0` serves on loopback until SIGTERM or SIGINT, and prints both addresses.
A mail is one file `F/<moment>-<random>.eml`: its bytes as they came, below a header of our own that names its envelope's recipients.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mailbox_page import ENVELOPE_TO, make_app

GREATEST_MAIL = 25 * 2**20
"""Bytes of one mail; a greater one is refused, as real servers do."""

_MOST_RECIPIENTS = 100
_IDLE_SECONDS = 60


@dataclass(frozen=True)
class Mailbox:
    """A running mailbox: the address of its page, and the port that takes mails."""

    url: str
    smtp_port: int
    folder: Path


class _Keeper:
    """What the mail server does with a mail: aiosmtpd calls these hooks, and gives their answers to the client."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Accept any recipient."""
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return f"452 4.5.3 no more than {_MOST_RECIPIENTS} recipients a mail"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail; only then is it accepted."""
        content = envelope.original_content
        assert isinstance(content, bytes)
        recipients = ", ".join(envelope.rcpt_tos).encode("ascii", "xmlcharrefreplace")
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        draft = self._folder / f"{name}.draft"
        try:
            draft.write_bytes(ENVELOPE_TO.encode() + b": " + recipients + b"\r\n" + content)
            os.replace(draft, draft.with_suffix(".eml"))
        except OSError as error:
            return f"452 4.3.1 the mail could not be kept: {error.strerror}"
        return "250 kept"


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise SystemExit(f"mailbox: port {port} is taken ({error.strerror}). Give another, or 0 for a free one.") from error


async def _run(folder: Path, page: socket.socket, smtp: socket.socket, stop: asyncio.Event, ready: threading.Event) -> None:
    """Serve both until `stop`."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(
            _Keeper(folder), data_size_limit=GREATEST_MAIL, enable_SMTPUTF8=True, hostname="mailbox", timeout=_IDLE_SECONDS, loop=loop
        )

    mails = await loop.create_server(protocol, sock=smtp)
    config = uvicorn.Config(make_app(folder), log_level="critical", lifespan="off", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([page]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    ready.set()
    await stop.wait()
    mails.close()
    server.should_exit = True
    await serving


@contextmanager
def serve(folder: Path, port: int = 0, smtp_port: int = 0) -> Iterator[Mailbox]:
    """The mailbox of a folder on loopback while the context lasts; port 0: a free one. Raises SystemExit when a port is taken."""
    folder.mkdir(parents=True, exist_ok=True)
    page, smtp = _listen(port), _listen(smtp_port)
    loop, ready = asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()
    mailbox = Mailbox(f"http://127.0.0.1:{page.getsockname()[1]}", int(smtp.getsockname()[1]), folder)
    thread = threading.Thread(target=lambda: loop.run_until_complete(_run(folder, page, smtp, stop, ready)), name="mailbox", daemon=True)
    thread.start()
    try:
        if not ready.wait(timeout=30):
            raise SystemExit("mailbox: it did not start within 30 seconds")
        yield mailbox
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=20)
        page.close()
        if not thread.is_alive():
            loop.close()


def main(given: Sequence[str] | None = None) -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="sandbox.mailbox", description="Keep mails and show them, on loopback.")
    parser.add_argument("--folder", type=Path, required=True, help="where the mails are kept")
    parser.add_argument("--port", type=int, default=0, help="of the page; 0: a free one")
    parser.add_argument("--smtp-port", type=int, default=0, help="that takes mails; 0: a free one")
    arguments = parser.parse_args(given)
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    with serve(arguments.folder, arguments.port, arguments.smtp_port) as mailbox:
        sys.stdout.write(f"page\t{mailbox.url}\nsmtp\t127.0.0.1:{mailbox.smtp_port}\n")
        sys.stdout.flush()
        done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
