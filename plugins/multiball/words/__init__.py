"""The texts that people read: one catalogue for each language, `locale/<language>.po`. Adding a file adds a language.

A catalogue is a gettext file with keys: `msgctxt` is what the text belongs to, `msgid` its key there, `msgstr` the text. The labels of
a column's values have the column's name as context: `status`, `channel`, `unit`. The English catalogue defines the keys of all others.
"""

from __future__ import annotations

from pathlib import Path

from multiball.settings import REPOSITORY
from multiball.shapes import InputError

FOLDER = REPOSITORY / "locale"
ENGLISH = "en"
_GUIDE = "docs/how-to/add-a-language.md"


def languages(folder: Path | None = None) -> tuple[str, ...]:
    """The languages that have a catalogue, English first. InputError if English has none."""
    folder = folder or FOLDER
    found = sorted(file.stem for file in folder.glob("*.po"))
    if ENGLISH not in found:
        raise InputError("there is no en.po", where=str(folder), remedy="Restore it: the English texts define the keys.")
    return (ENGLISH, *(language for language in found if language != ENGLISH))


def known_language(language: str, where: str = "language") -> str:
    """The language itself. InputError if it has no catalogue."""
    known = languages()
    if language not in known:
        remedy = f"Known: {', '.join(map(repr, known))}. {_GUIDE} says how to add one."
        raise InputError(f"{language!r} has no catalogue in locale/", where=where, remedy=remedy)
    return language
