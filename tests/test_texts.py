"""Input files are read, or named in an error. tests/cli/test_odd_files.py tests every command with such files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from multiball.shapes import InputError
from multiball.texts import is_there, require_file, utf8_text


def test_a_text_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("Grüße 你好\n", encoding="utf-8")
    assert is_there(file) and utf8_text(file) == "Grüße 你好\n"
    (tmp_path / "link.yml").symlink_to(file)
    assert utf8_text(tmp_path / "link.yml") == utf8_text(file)


def test_a_missing_file_is_distinguished_from_an_unreadable_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "file").write_text("")
    assert is_there(tmp_path / "link") and not is_there(tmp_path / "nowhere") and not is_there(tmp_path / "file" / "below")
    with pytest.raises(InputError, match="is a link to a file that does not exist"):
        require_file(tmp_path / "link")
    with pytest.raises(InputError, match="there is no such file"):
        require_file(tmp_path / "nowhere")


def test_a_pipe_is_refused_without_blocking(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is not a regular file"):
        utf8_text(tmp_path / "pipe")


def test_the_position_of_a_byte_that_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"abc\xff")
    with pytest.raises(InputError, match=r"a\.yml: is not valid UTF-8 \(byte 4\)"):
        utf8_text(tmp_path / "a.yml")
