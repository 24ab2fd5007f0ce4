"""A review on disk: pages with their pictures in the same folder, and files that are complete at any moment."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

from multiball.review.files import write
from multiball.review.message import Content

CONTENT = Content(
    subject="s",
    text="t",
    html='<img src="cid:chart-1"><img src="cid:chart-10"> cid:chart-1',
    images={"chart-1": b"one", "chart-10": b"ten"},
    pdf=b"%PDF",
    pdf_name="review.pdf",
    language="en",
)


def test_a_page_shows_its_pictures_and_names_are_unchanged(tmp_path: Path) -> None:
    write(tmp_path, CONTENT, None)
    assert (tmp_path / "review.html").read_text() == '<img src="chart-1.png"><img src="chart-10.png"> cid:chart-1'
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        "review.html": (tmp_path / "review.html").read_bytes(),
        "review.txt": b"t",
        "review.pdf": b"%PDF",
        "chart-1.png": b"one",
        "chart-10.png": b"ten",
    }


def test_a_reader_never_sees_a_partial_mail_while_it_is_rewritten(tmp_path: Path) -> None:
    message = EmailMessage()
    message.set_content("x" * 1000)
    with write(tmp_path, CONTENT, message).open("rb") as reader:
        begun = reader.read(10)
        write(tmp_path, replace(CONTENT, text="other"), EmailMessage())
        assert begun + reader.read() == message.as_bytes()
