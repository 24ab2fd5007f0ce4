"""The pages of the mailbox: a list of mails, and each mail with its HTML, its text and its attachments.

Mails are hostile: their HTML is shown in a frame that runs no script and fetches nothing but the mail's own pictures, and every other text
is escaped. Parts that a browser might run are only ever given as downloads.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

ENVELOPE_TO = "X-Envelope-To"
_PER_PAGE = 50
_FONTS = {400: "NotoSansCJKsc-Regular.otf", 700: "NotoSansCJKsc-Bold.otf"}
_SHOWN_IN_BROWSER = {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"}
_PAGE_POLICY = (
    "default-src 'none'; font-src 'self'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_MAIL_POLICY = (
    "default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
_PART_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def make_app(folder: Path) -> Starlette:
    """The pages over a folder of mails. Only a browser that requests this machine is answered, so that no other site can read along."""
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True)
    templates.filters["bytes"] = _size

    def page(name: str, **values: object) -> Response:
        return HTMLResponse(templates.get_template(name).render(**values), headers=_headers(_PAGE_POLICY))

    def listed(request: Request) -> Response:
        files = sorted(folder.glob("*.eml"), reverse=True)
        pages = max(1, -(-len(files) // _PER_PAGE))
        number = request.query_params.get("page", "1")
        current = min(max(int(number) if number.isascii() and number.isdecimal() else 1, 1), pages)
        shown = files[(current - 1) * _PER_PAGE : current * _PER_PAGE]
        return page("list.html", mails=[_summary(file) for file in shown], total=len(files), current=current, pages=pages)

    def shown(request: Request) -> Response:
        file = _file(folder, request)
        message = _read(file)
        body, text = message.get_body(("html",)), message.get_body(("plain",))
        attachments = [
            {"number": number, "name": _name(part, number), "type": part.get_content_type(), "bytes": len(_payload(part))}
            for number, part in enumerate(message.walk())
            if part.is_attachment()
        ]
        return page(
            "mail.html",
            mail=_summary(file),
            has_html=isinstance(body, EmailMessage),
            text=_text(text) if isinstance(text, EmailMessage) else None,
            attachments=attachments,
        )

    def markup(request: Request) -> Response:
        message = _read(_file(folder, request))
        body = message.get_body(("html",))
        if not isinstance(body, EmailMessage):
            raise HTTPException(404)
        pictures = {
            str(part["Content-ID"]).strip("<> "): f"/mails/{request.path_params['mail']}/parts/{number}"
            for number, part in enumerate(message.walk())
            if part["Content-ID"]
        }
        lent = templates.get_template("fonts.html").render()
        return HTMLResponse(f'<base target="_blank">{lent}{_with_pictures(_text(body), pictures)}', headers=_headers(_MAIL_POLICY))

    def part(request: Request) -> Response:
        parts, number = list(_read(_file(folder, request)).walk()), request.path_params["number"]
        if number >= len(parts) or parts[number].is_multipart():
            raise HTTPException(404)
        found = parts[number]
        known = found.get_content_type() in _SHOWN_IN_BROWSER
        disposition = f"{'inline' if known else 'attachment'}; filename*=UTF-8''{quote(_name(found, number))}"
        return Response(
            _payload(found),
            media_type=found.get_content_type() if known else "application/octet-stream",
            headers={**_headers(_PART_POLICY), "Content-Disposition": disposition},
        )

    def font(request: Request) -> Response:
        package, weight = find_spec("mpl_font"), request.path_params["weight"]
        if package is None or package.origin is None or weight not in _FONTS:
            raise HTTPException(404)
        file = Path(package.origin).parent / "fonts" / "noto" / _FONTS[weight]
        # the frame that shows a mail has an origin of its own
        return FileResponse(file, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=86400"})

    def source(request: Request) -> Response:
        file = _file(folder, request)
        headers = {**_headers(_PART_POLICY), "Content-Disposition": f'attachment; filename="{file.name}"'}
        return Response(file.read_bytes(), media_type="application/octet-stream", headers=headers)

    def wrong(request: Request, error: Exception) -> Response:
        response = page("missing.html")
        response.status_code = getattr(error, "status_code", 500)
        return response

    return Starlette(
        routes=[
            Route("/", listed),
            Route("/mails/{mail}", shown),
            Route("/mails/{mail}/html", markup),
            Route("/mails/{mail}/parts/{number:int}", part),
            Route("/mails/{mail}/source", source),
            Route("/fonts/{weight:int}", font),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        exception_handlers={HTTPException: wrong},
    )


def _headers(policy: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def _file(folder: Path, request: Request) -> Path:
    """The file of the mail that is requested; 404 where there is none."""
    name = request.path_params["mail"]
    file = folder / f"{name}.eml"
    if not re.fullmatch(r"[0-9A-Za-z-]+", name) or not file.is_file():
        raise HTTPException(404)
    return file


def _read(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _summary(file: Path) -> dict[str, object]:
    """What the list says of a mail. When it came is in its file's name, so that no mail can claim another time."""
    with file.open("rb") as content:
        headers = email.message_from_bytes(content.read(2**16))
    return {
        "id": file.stem,
        "came": datetime.strptime(file.stem.split("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
        "subject": _decoded(headers["Subject"]) or "(no subject)",
        "sender": _decoded(headers["From"]),
        "recipients": str(headers[ENVELOPE_TO] or ""),
        "bytes": file.stat().st_size,
    }


def _decoded(header: Any) -> str:
    """A decoded header; unchanged if it is invalid. Addresses are not parsed: Python's parser fails on hostile ones."""
    try:
        text = str(make_header(decode_header(header or "")))
    except (LookupError, ValueError, HeaderParseError):
        text = str(header)
    return " ".join(text.split())


def _payload(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: EmailMessage) -> str:
    try:
        return _payload(part).decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:  # an unknown character set
        return _payload(part).decode("ascii", errors="replace")


def _name(part: EmailMessage, number: int) -> str:
    """A file name without a path in it."""
    return re.sub(r"[\x00-\x1f/\\]", "_", part.get_filename() or "") or f"part-{number}"


def _with_pictures(markup: str, pictures: Mapping[str, str]) -> str:
    return re.sub(r"cid:([^\"'\s>)]+)", lambda found: pictures.get(found[1], found[0]), markup)


def _size(number: int) -> str:
    return f"{number} B" if number < 1024 else f"{number / 1024:.0f} KB" if number < 2**20 else f"{number / 2**20:.1f} MB"
