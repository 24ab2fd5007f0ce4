"""The command that checks the texts, as called in docs/how-to/add-a-language.md and by `make check`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from catalogues import add, copied

from multiball.settings import REPOSITORY
from multiball.words import check

PAGE = (REPOSITORY / "docs" / "how-to" / "add-a-language.md").read_text(encoding="utf-8")


def test_the_guides_command_runs_and_finds_nothing() -> None:
    command = re.search(r"`\.venv/bin/python (-m multiball\.words\.check)`", PAGE)
    assert command
    done = subprocess.run([sys.executable, *command.group(1).split()], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_each_fault_is_a_line_and_the_code_is_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copied(tmp_path, monkeypatch)
    for language in ("en", "zh"):
        add(folder, language, 'msgctxt "status"\nmsgid "behind"\nmsgstr "late"')
    assert check.main() == 2
    said = capsys.readouterr().err.splitlines()
    assert [re.sub(r".*/(\w+\.po):\d+", r"\1", line).split(". ")[0] for line in said] == [
        "en.po: status behind appears twice",
        "zh.po: status behind appears twice",
    ]
    assert all(re.search(r"\.po:\d+: ", line) for line in said)
