"""Reads a catalogue: entries with their lines. Babel parses it; lines that Babel would skip without an error are refused first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser

from multiball.settings import REPOSITORY
from multiball.shapes import InputError
from multiball.texts import utf8_text

_STRING = r'"(?:[^"\\]|\\.)*"'
_LINE = re.compile(rf"\s*(?:(?:#.*)?|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?{_STRING}\s*)")
_MOST_FORMS = 10


@dataclass(frozen=True)
class Entry:
    """One text. `forms` has one form, or one for each plural form if `is_plural`; an empty form is not translated."""

    context: str
    key: str
    forms: tuple[str, ...]
    is_plural: bool
    is_fuzzy: bool
    line: int


@dataclass(frozen=True)
class PoFile:
    """A catalogue. `tag` is the language for HTML; `plural` says which of the `plurals` forms a number takes."""

    path: Path
    language: str
    tag: str
    plurals: int
    plural: Callable[[int], int]
    entries: tuple[Entry, ...]

    def wrong(self, what: str, remedy: str, line: int) -> InputError:
        """The error for a line of the file."""
        return InputError(what, where=f"{shown(self.path)}:{line}", remedy=remedy)


class _Written(Catalog):
    """Keeps every message in the order of the file. Babel's own catalogue merges duplicates."""

    def __init__(self, locale: Locale) -> None:
        super().__init__(locale)
        self.written: list[Message] = []

    def __setitem__(self, id: Any, message: Message) -> None:
        if message.id:
            self.written.append(message)
        else:
            super().__setitem__(id, message)

    @property
    def num_plurals(self) -> int:
        """The maximum, so that the parser accepts every form; the real number is checked afterwards."""
        return _MOST_FORMS

    @property
    def declared_plurals(self) -> int:
        """The number of forms by the header, else by Babel."""
        return int(super().num_plurals)


def shown(path: Path) -> str:
    """The file's path in messages: relative to the checkout if it is inside."""
    return str(path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else path)


def read_po(path: Path) -> PoFile:
    """Read a catalogue. InputError names a line that is not PO, or a file that is not named after a language."""
    try:
        catalogue = _Written(Locale.parse(path.stem))
    except (UnknownLocaleError, ValueError) as error:
        remedy = "Name it after its language, such as de.po or pt_BR.po."
        raise InputError(f"{path.stem!r} is not a language", where=shown(path), remedy=remedy) from error
    lines = utf8_text(path).removeprefix("\ufeff").splitlines()
    for number, line in enumerate(lines, start=1):
        if not _LINE.fullmatch(line):
            raise _not_po(path, number, f"{line.strip()[:40]!r}")
    try:
        PoFileParser(catalogue, ignore_obsolete=True, abort_invalid=True).parse(lines)
        plurals, plural = catalogue.declared_plurals, c2py(catalogue.plural_expr)
    except PoFileError as error:
        raise _not_po(path, error.lineno + 1, str(error.args[0]).rpartition(" on ")[0]) from error
    except (ValueError, LookupError) as error:  # an invalid header, or a text without a key
        raise _not_po(path, 1, " ".join(str(error).split())) from error
    tag = str(catalogue.locale_identifier or path.stem).replace("_", "-")
    return PoFile(path, path.stem, tag, plurals, plural, tuple(_entry(message, plurals) for message in catalogue.written))


def _entry(message: Message, plurals: int) -> Entry:
    is_plural = not isinstance(message.id, str)
    texts = [str(message.string)] if isinstance(message.string, str) else list(message.string or ())
    while len(texts) > plurals and is_plural and not texts[-1]:
        texts.pop()
    key = message.id[0] if is_plural else message.id
    return Entry(message.context or "", str(key), tuple(texts), is_plural, message.fuzzy, message.lineno or 1)


def _not_po(path: Path, line: int, problem: str) -> InputError:
    remedy = 'Write msgctxt "…", msgid "…" and msgstr "…", each on its line.'
    return InputError(f"is not valid PO: {problem}", where=f"{shown(path)}:{line}", remedy=remedy)
