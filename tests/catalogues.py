"""Catalogues that a test may change: a copy of locale/, which everything reads in its place, and a language that is only a mark."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from multiball import words


def copied(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's catalogues, in use until the test ends."""
    copy = Path(shutil.copytree(words.FOLDER, folder / "locale"))
    patch.setattr(words, "FOLDER", copy)
    return copy


def add(folder: Path, language: str, entries: str) -> None:
    """Write entries at the end of a language's file."""
    with (folder / f"{language}.po").open("a", encoding="utf-8") as file:
        file.write(f"\n{entries.strip()}\n")


def pseudo(folder: Path, language: str, header: str) -> None:
    """Add a language in which every text is the English one in other letters and between marks: what lacks them is not translated."""
    made = []
    for line in (folder / "en.po").read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines():
        start, mark, text = line.partition(' "')
        made.append(f'{start}{mark}{OPEN}{_foreign(text[:-1])}{CLOSE}"' if start.startswith("msgstr") else line)
    (folder / f"{language}.po").write_text(f"{header.strip()}\n\n" + "\n".join(made) + "\n", encoding="utf-8")


OPEN, CLOSE = "«", "»"
_LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OTHER = "абцдефгхийклмнопярстувшжызАБЦДЕФГХИЙКЛМНОПЯРСТУВШЖЫЗ"


def _foreign(text: str) -> str:
    """The text in Cyrillic letters, its places for values as they are."""
    parts = re.split(r"(\{\w+\}|\\.)", text)
    return "".join(part if index % 2 else part.translate(str.maketrans(_LATIN, _OTHER)) for index, part in enumerate(parts))
