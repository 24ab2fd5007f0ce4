"""A rendered review as files: a page for the browser, its text, its PDF, and the mail as it is sent."""

from __future__ import annotations

import os
import re
import secrets
from email.message import EmailMessage
from pathlib import Path

from multiball.review.message import Content


def write(folder: Path, content: Content, message: EmailMessage | None) -> Path:
    """Write `review.html` and its images, `review.txt`, the PDF, and `review.eml` where there is a message; return the path of the last.

    Each file is replaced atomically, so that no reader or mailer sees a partial one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = content.html
    for name, png in content.images.items():
        file = re.sub(r"[^A-Za-z0-9_-]+", "-", name) + ".png"
        page = page.replace(f'src="cid:{name}"', f'src="{file}"')
        _put(folder / file, png)
    _put(folder / "review.html", page.encode())
    _put(folder / "review.txt", content.text.encode())
    _put(folder / content.pdf_name, content.pdf)
    mail = folder / "review.eml"
    if message is not None:
        _put(mail, message.as_bytes())
    return mail


def _put(file: Path, content: bytes) -> None:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    draft.write_bytes(content)
    os.replace(draft, file)
