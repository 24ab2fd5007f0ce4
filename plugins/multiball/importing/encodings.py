"""Guesses the encoding of a text by how common the characters are that its bytes have in each encoding.

A few words of a table are too short for statistics of a language. But an encoding's order separates common characters from rare ones, and
garbage consists of rare ones.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_PLAUSIBLE, _NEAR, _SHOWN = 0.7, 0.07, 3
_LATIN = "äöüßéèêëàâáíóúñçãõôîïûùœæøåÄÖÜÉÈÀÁÍÓÚÑÇØÅÆÊŒ"
_CENTRAL = "áčďéěíňóřšťúůýžąćęłńśźżőűöüäßăâîÁČĎÉĚÍŇÓŘŠŤÚŮÝŽĄĆĘŁŃŚŹŻŐŰÖÜÄ"
_TURKISH = "ğışöüçâîĞİŞÖÜÇ"
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ"
_MARKS = "¿¡€£–—„“”‘’…°®™«»§·№"
_SEPARATORS = re.compile(r'[\s,;|"]')


@dataclass(frozen=True)
class Reading:
    """A possible encoding: `share`, 0 to 1, is how common its characters are; `shown` is the word at the fault in this encoding."""

    encoding: str
    share: float
    shown: str


def readings(sample: bytes, fault: int, declared: str) -> list[Reading]:
    """The encodings in which whole lines of a file are plausible, the likeliest first; `fault` is the position of a byte to show."""
    found = []
    for encoding in _COMMON:
        share = plausible(sample, encoding)
        if share is not None and share >= _PLAUSIBLE and encoding != name_of(declared):
            found.append(Reading(encoding, share, _word(sample, fault, encoding)))
    found.sort(key=lambda reading: -reading.share)
    near = [reading for reading in found if reading.share >= found[0].share - _NEAR]
    texts = [sample.decode(reading.encoding) for reading in near]
    return [reading for place, reading in enumerate(near) if texts[place] not in texts[:place]][:_SHOWN]


def plausible(sample: bytes, encoding: str) -> float | None:
    """How common the non-ASCII characters are in an encoding, 0 to 1; None if they are invalid in it, or it has no ranking."""
    common = _COMMON.get(_FAMILY.get(name_of(encoding), name_of(encoding)))
    if common is None:
        return None
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return None
    weighted = [common(text, place) for place, character in enumerate(text) if character > "\x7f"]
    return sum(weighted) / len(weighted) if weighted else None


def mostly_utf8(sample: bytes) -> bool:
    """Whether nearly all non-ASCII characters are UTF-8, so that single bytes are wrong and not the encoding."""
    text = sample.decode("utf-8", "replace")
    wrong, beyond = text.count("\ufffd"), sum(character > "\x7f" for character in text)
    return beyond - wrong >= 4 * wrong


def is_latin(encoding: str) -> bool:
    """Whether an encoding is one of the Latin alphabets, which a few words do not distinguish."""
    return _FAMILY.get(name_of(encoding), name_of(encoding)) in ("cp1252", "cp1250", "cp1254", "mac-roman", "cp850")


def name_of(encoding: str) -> str:
    """Python's name of an encoding; LookupError if it is unknown."""
    found = codecs.lookup(encoding)
    if not found._is_text_encoding:  # such as hex
        raise LookupError(encoding)
    return found.name


def _word(sample: bytes, fault: int, encoding: str) -> str:
    text, place = sample.decode(encoding), len(sample[:fault].decode(encoding, "ignore"))
    before = _SEPARATORS.split(text[:place])[-1]
    return (before + _SEPARATORS.split(text[place:])[0])[:24]


def _rank(character: str, encoding: str) -> int:
    """The first byte of a character in a national standard, which lists common characters first; 0 if it is not in it."""
    try:
        written = character.encode(encoding)
    except UnicodeEncodeError:
        return 0
    return written[0] if len(written) == 2 else 0


def _listed(encoding: str, *ranks: tuple[int, int, float]) -> Callable[[str, int], float]:
    """By the first byte in a standard: the weight of the first range that has it."""

    def common(text: str, place: int) -> float:
        rank = _rank(text[place], encoding)
        return next((weight for first, last, weight in ranks if first <= rank <= last), 0.0)

    return common


def _chinese(text: str, place: int) -> float:
    """Simplified characters by GB 2312; traditional ones, which GB 18030 has as well, by Big5."""
    simple = _GB2312(text, place)
    return simple or (0.7 if 0xA4 <= _rank(text[place], "big5") <= 0xC6 else 0.0)


def _japanese(text: str, place: int) -> float:
    character = text[place]
    if "\u3041" <= character <= "\u30fe":
        return 1.0
    rank = _rank(character, "euc_jp")
    return 0.9 if rank in (0xA1, 0xA3) or 0xB0 <= rank <= 0xCF else 0.3 if 0xD0 <= rank <= 0xF4 else 0.1


def _alphabet(letters: str, most: float = 1.0) -> Callable[[str, int], float]:
    """A Latin alphabet: its letters occur among ASCII ones, marks between words. `most` is lower for rare encodings."""

    def common(text: str, place: int) -> float:
        character, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
        if character in _MARKS:
            return 0.1 if character not in "’·" and before.isalpha() and after.isalpha() else 0.9
        if not character.isalpha():
            return 0.1
        run = text[max(0, place - 2) : place + 1] if before > "\x7f" and not after > "\x7f" else text[place - 1 : place + 2]
        if len(run) == 3 and min(run) > "\x7f" and not (run.islower() and set(run) <= set(letters)):
            return 0.1
        if len(long := text[max(0, place - 2) : place + 3]) == 5 and min(long) > "\x7f":
            return 0.1
        weight = most if character in letters else 0.4
        within = before.islower() or (before.isalpha() and after.islower())
        return weight * 0.3 if character.isupper() and within else weight

    return common


def _script(name: str, weight: float, frequent: str = "") -> Callable[[str, int], float]:
    """A separate script: words consist of it entirely, and capitals are at their start."""

    def common(text: str, place: int) -> float:
        character, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
        if not unicodedata.name(character, "").startswith(name):
            return 0.9 if character in _MARKS and not (before.isalpha() and after.isalpha()) else 0.1
        if (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha()):
            return 0.2
        if (character.isupper() and before.islower()) or (character == "ς" and after.isalpha()):
            return 0.0
        if character.islower() and len(pair := text[max(0, place - 2) : place]) == 2 and pair.isalpha() and pair.isupper():
            return 0.2
        if not frequent or character.lower() in frequent:
            return weight
        return weight * (0.8 if character.lower() in _CYRILLIC else 0.3)

    return common


_GB2312 = _listed("gb2312", (0xB0, 0xD7, 0.98), (0xA1, 0xA1, 0.95), (0xA3, 0xA3, 0.9), (0xD8, 0xF7, 0.5), (0xA2, 0xA9, 0.1))
_BIG5 = _listed("big5", (0xA4, 0xC6, 0.99), (0xA1, 0xA2, 0.9), (0xC9, 0xF9, 0.3))
_COMMON: dict[str, Callable[[str, int], float]] = {
    "gb18030": _chinese,
    "big5": _BIG5,
    "cp950": _BIG5,
    "big5hkscs": _BIG5,
    "cp932": _japanese,
    "euc_jp": _japanese,
    "cp949": _listed("euc_kr", (0xB0, 0xC8, 1.0), (0xA1, 0xA1, 0.8), (0xCA, 0xFD, 0.1)),
    "cp1252": _alphabet(_LATIN),
    "cp1251": _script("CYRILLIC", 1.0, "оеаинтсрвлкмдпуяыьзі"),
    "cp1250": _alphabet(_CENTRAL),
    "cp1254": _alphabet(_TURKISH),
    "cp1253": _script("GREEK", 0.95),
    "koi8-r": _script("CYRILLIC", 0.95, "оеаинтсрвлкмдпуяыьз"),
    "mac-roman": _alphabet(_LATIN, 0.9),
    "cp850": _alphabet(_LATIN, 0.9),
    "cp1255": _script("HEBREW", 0.9),
    "cp1256": _script("ARABIC", 0.9),
    "cp874": _script("THAI", 0.85),
}
_FAMILY = {
    "gbk": "gb18030", "gb2312": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
    "iso8859-1": "cp1252", "iso8859-15": "cp1252", "iso8859-2": "cp1250", "iso8859-9": "cp1254", "iso8859-5": "cp1251",
    "iso8859-7": "cp1253", "mac-cyrillic": "cp1251", "koi8-u": "koi8-r", "cp866": "cp1251", "cp437": "cp850",
}  # fmt: skip
