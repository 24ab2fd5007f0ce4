"""The texts of one language, and the faults of catalogues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from string import Formatter

from multiball import words
from multiball.shapes import InputError
from multiball.words.po import Entry, PoFile, read_po
from multiball.words.style import Style, style

Key = tuple[str, str]
"""The context of a text, and its name there."""


@dataclass(frozen=True)
class Catalogue:
    """The texts of one language."""

    language: str
    tag: str
    texts: Mapping[Key, tuple[str, ...]]
    plural: Callable[[int], int]
    style: Style
    file: PoFile

    def knows(self, context: str, key: str) -> bool:
        """Whether the text exists."""
        return (context, key) in self.texts

    def say(self, context: str, key: str, /, **values: object) -> str:
        """The text with its placeholders filled."""
        return self._filled(self.texts[context, key][0], values)

    def count(self, context: str, key: str, number: int, /, **values: object) -> str:
        """The text for a number, in the plural form that the language requires."""
        return self._filled(self.texts[context, key][self.plural(abs(number))], values)

    def word(self, column: str, value: str, default: str | None = None, **values: object) -> str:
        """The label of a value of a column; without one, the default or the value itself."""
        return self.say(column, value, **values) if self.knows(column, value) else value if default is None else default

    def words(self, column: str, **values: object) -> dict[str, str]:
        """The labels of the values of a column."""
        return {key: self.say(context, key, **values) for context, key in self.texts if context == column}

    def column(self, name: str, owner: str = "", **values: object) -> str:
        """The label of a column: that of the table `owner` if it has its own, else the common one, else the name in words."""
        known = next((key for key in (f"{owner}.{name}", name) if self.knows("column", key)), None)
        return self.say("column", known, **values) if known else name.strip("_").replace("_", " ").capitalize()

    def wrong(self, key: Key, what: str, remedy: str) -> InputError:
        """The error for a text of this file."""
        line = next((entry.line for entry in self.file.entries if (entry.context, entry.key) == key), 1)
        return self.file.wrong(what, remedy, line)

    def _filled(self, pattern: str, values: Mapping[str, object]) -> str:
        text = ""
        for before, name, _, _ in Formatter().parse(pattern):
            text = self.style.joined(text, before)
            text = self.style.joined(text, str(values[name])) if name else text
        return text


def catalogue(language: str) -> Catalogue:
    """The texts of a language. InputError names the first fault of its file or of the English one."""
    return _catalogue(words.known_language(language), words.FOLDER)


def faults(folder: Path | None = None) -> Iterator[InputError]:
    """The faults of all catalogues in the folder."""
    folder = folder or words.FOLDER
    try:
        english = _read(folder, words.ENGLISH)
        yield from _faults(english, english)
    except InputError as error:
        yield error
        return
    for language in words.languages(folder)[1:]:
        try:
            yield from _faults(_read(folder, language), english)
        except InputError as error:
            yield error


@cache
def _catalogue(language: str, folder: Path) -> Catalogue:
    english = _read(folder, words.ENGLISH)
    file = _read(folder, language)
    for checked in (english, file):
        for fault in _faults(checked, english):
            raise fault
    texts = {(entry.context, entry.key): entry.forms for entry in file.entries}
    return Catalogue(language, file.tag, texts, file.plural, style(language), file)


def _read(folder: Path, language: str) -> PoFile:
    return read_po(folder / f"{language}.po")


def _faults(file: PoFile, english: PoFile) -> Iterator[InputError]:
    known = {(entry.context, entry.key): entry for entry in english.entries}
    seen: dict[Key, Entry] = {}
    for entry in file.entries:
        key = (entry.context, entry.key)
        if key in seen:
            yield file.wrong(f"{_name(key)} appears twice", f"Keep one of the two: the first is in line {seen[key].line}.", entry.line)
            continue
        seen[key] = entry
        if key not in known:
            yield file.wrong(f"nothing uses {_name(key)}", _nearest(key, known), entry.line)
        elif fault := _fault(file, entry, known[key]):
            yield file.wrong(f"{_name(key)} {fault[0]}", fault[1], entry.line)
    if missing := [key for key in known if key not in seen]:
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        where = known[missing[0]].line
        last = max((entry.line for entry in file.entries), default=1)
        yield file.wrong(f"{_name(missing[0])} is missing{more}", f"Add it: line {where} of en.po has the English text.", last)


def _fault(file: PoFile, entry: Entry, english: Entry) -> tuple[str, str] | None:
    """What is wrong with one entry, and how to fix it."""
    if entry.is_plural != english.is_plural:
        has = "has plural forms, and English has none" if entry.is_plural else "has no plural forms, and English has"
        return has, "Write msgid and msgstr only." if entry.is_plural else "Write msgid_plural, and msgstr[0] in place of msgstr."
    if entry.is_plural and len(entry.forms) > file.plurals:
        return f"has {len(entry.forms)} plural forms", f"{file.language} has {file.plurals}: leave the others out."
    if entry.is_fuzzy:
        return "is marked fuzzy", "Check the text, then remove the mark."
    if not entry.forms or not all(form.strip() for form in entry.forms):
        return "has no text", "Translate it."
    try:
        expected, used = _placeholders(english.forms), _placeholders(entry.forms)
    except ValueError as error:
        return f"has an invalid placeholder ({error})", "Write a placeholder as {name}, and a brace as {{ or }}."
    if unknown := sorted(used - expected):
        return f"has a placeholder {{{unknown[0]}}}, which English does not have", f"English has: {_listed(expected)}."
    if missing := sorted(expected - used):
        return f"lacks the placeholder {{{missing[0]}}}", f"English has: {_listed(expected)}."
    return None


def _placeholders(forms: Iterable[str]) -> set[str]:
    """The names of the placeholders."""
    found = set()
    for form in forms:
        for _, name, format_, conversion in Formatter().parse(form):
            if name is not None and (not name.isidentifier() or format_ or conversion):
                raise ValueError(f"{{{name}}}")
            found.update([name] if name else [])
    return found


def _name(key: Key) -> str:
    return " ".join(filter(None, key))


def _listed(placeholders: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(placeholders)) or "none"


def _nearest(key: Key, known: Iterable[Key]) -> str:
    """The remedy for an unknown key."""
    close = get_close_matches(_name(key), [_name(other) for other in known], n=1, cutoff=0.8)
    return f"Did you mean {close[0]}?" if close else "Remove it, or add it to en.po."
