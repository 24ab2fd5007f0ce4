"""A rendered review as files: a page that opens in the browser, its text, its PDF, and the mail as it is sent."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

from multiball.review.message import Content


def write(folder: Path, content: Content, message: EmailMessage | None) -> Path:
    """Write `review.html` with its images beside it, `review.txt`, the PDF, and `review.eml` where there is a message; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    page = content.html
    for name, png in content.images.items():
        file = re.sub(r"[^A-Za-z0-9_-]+", "-", name) + ".png"
        page = page.replace(f"cid:{name}", file)
        (folder / file).write_bytes(png)
    (folder / "review.html").write_text(page, encoding="utf-8")
    (folder / "review.txt").write_text(content.text, encoding="utf-8")
    (folder / content.pdf_name).write_bytes(content.pdf)
    mail = folder / "review.eml"
    if message is not None:
        mail.write_bytes(message.as_bytes())
    return mail
