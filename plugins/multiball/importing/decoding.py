"""Decodes a text file once as a whole before it is parsed, so that a wrong encoding is reported with its line."""

from __future__ import annotations

import codecs
import gzip
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from multiball.importing.encodings import is_latin, mostly_utf8, name_of, plausible, readings
from multiball.importing.mapping import Layout
from multiball.shapes import InputError

BLOCK = 1 << 23
_SAMPLE = 1 << 15
_CONTROLS = re.compile("[\x80-\x84\x86-\x9f]")
_MOST_TIMES, _SMALL_ENOUGH = 100, 1 << 30
"""A compressed text of more than so many bytes may be so many times as long as its file; real exports are up to some 50 times."""
_MAGIC = {b"PK\x03\x04": "a zip archive or a spreadsheet", b"PAR1": "a Parquet file", b"\x1f\x8b": "gzip-compressed", b"%PDF": "a PDF"}
_EXPORT = "export it as UTF-8"


@dataclass(frozen=True)
class Text:
    """The result of decoding a file: its number of line breaks, whether its last line is complete, whether a quote is left open."""

    breaks: int
    ends_in_newline: bool
    odd_quotes: bool


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, decompressed if it is gzipped."""
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def decode(path: Path, layout: Layout) -> Text:
    """Decode the whole file in blocks; InputError at the first byte that is invalid in the encoding, or if the text is garbage."""
    encoding = layout.encoding
    try:
        decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder(encoding)()
        name = name_of(encoding)
    except LookupError as error:
        raise InputError(
            f"{encoding!r} is not a known encoding", where=str(path), remedy="Give utf-8, utf-16, cp1252 or another."
        ) from error
    utf8: codecs.IncrementalDecoder | None = None if name.startswith("utf-8") else codecs.getincrementaldecoder("utf-8")()
    offset, quotes, last, foreign = 0, 0, "", -1
    lines = _Lines()
    try:
        with open_bytes(path) as stream:
            for block in itertools.chain(iter(lambda: stream.read(BLOCK), b""), [b""]):
                if offset == 0 and (kind := next((kind for magic, kind in _MAGIC.items() if block.startswith(magic)), None)):
                    raise InputError(f"the file is {kind}, not text", where=str(path), remedy="Unpack it, or set file.format.")
                held = len(decoder.getstate()[0])
                try:
                    text = decoder.decode(block, final=not block)
                except UnicodeError as error:
                    start = error.start if isinstance(error, UnicodeDecodeError) else 0
                    raise _undecodable(path, encoding, offset - held + start, cut_off=not block) from error
                if "\0" in text:
                    lines.add(text[: text.index("\0")])
                    raise InputError(
                        f"the file contains NUL characters, so it is not valid {encoding}",
                        where=f"{path}, line {lines.breaks + 1}",
                        remedy=f"Set file.encoding: {_wide(path) or 'utf-16'}, or {_EXPORT}.",
                    )
                if name.startswith("iso8859") and (control := _CONTROLS.search(text)):
                    lines.add(text[: control.start()])
                    raise InputError(
                        f"the file contains control characters of {encoding}, so it is not text in it",
                        where=f"{path}, line {lines.breaks + 1}",
                        remedy=_remedy(*_sample(path, offset + control.start()), encoding),
                    )
                if foreign < 0 and not block.isascii():
                    foreign = offset + next(place for place, byte in enumerate(block) if byte > 0x7F)
                utf8 = _still_utf8(utf8, block, final=not block)
                lines.add(text)
                offset += len(block)
                if offset > _SMALL_ENOUGH and offset > _MOST_TIMES * path.stat().st_size:
                    raise InputError(
                        f"its {path.stat().st_size:,} bytes decompress to more than {_MOST_TIMES} times as many",
                        where=str(path),
                        remedy="Fetch it again; if it is right, decompress it yourself.",
                    )
                quotes += text.count(layout.quote) if layout.quote else 0
                last = text[-1:] or last
    except (OSError, EOFError, gzip.zlib.error) as error:  # type: ignore[attr-defined]
        raise InputError(f"cannot be read ({error})", where=str(path), remedy="It may be cut off or broken: fetch it again.") from error
    if foreign >= 0:
        _doubt(path, encoding, foreign, is_utf8=utf8 is not None)
    return Text(lines.breaks, last in ("\n", "\r"), quotes % 2 == 1)


class _Lines:
    """Counts line breaks of all three kinds (LF, CR LF, CR) over blocks."""

    def __init__(self) -> None:
        self.breaks = 0
        self._after_cr = False

    def add(self, text: str) -> None:
        if not text:
            return
        self.breaks += text.count("\n") + text.count("\r") - text.count("\r\n") - (self._after_cr and text[0] == "\n")
        self._after_cr = text[-1] == "\r"


def _still_utf8(decoder: codecs.IncrementalDecoder | None, block: bytes, *, final: bool) -> codecs.IncrementalDecoder | None:
    if decoder is not None:
        try:
            if "\0" in decoder.decode(block, final=final):
                return None
        except UnicodeDecodeError:
            return None
    return decoder


def _undecodable(path: Path, encoding: str, fault: int, *, cut_off: bool) -> InputError:
    """The error at the first byte that is invalid in the encoding: its line, and the remedy."""
    where = f"{path}, line {_line(path, fault)}"
    wide = _wide(path)
    if wide:
        return InputError(f"byte {fault} is not valid {encoding}", where=where, remedy=f"Set file.encoding: {wide}, or {_EXPORT}.")
    if name_of(encoding).startswith(("utf-16", "utf-32")):
        return InputError(
            f"byte {fault} is not valid {encoding}", where=where, remedy="Leave file.encoding out, or set the encoding of the file."
        )
    if cut_off and fault > 0:
        return InputError("the file ends within a character", where=where, remedy="It is cut off: fetch or export it again.")
    sample, place = _sample(path, fault)
    if name_of(encoding).startswith("utf-8") and mostly_utf8(sample):
        remedy = "The text around it is UTF-8: correct this line, which was cut or pasted from elsewhere."
        return InputError(f"byte {fault} is not valid {encoding}", where=where, remedy=remedy)
    return InputError(f"byte {fault} is not valid {encoding}", where=where, remedy=_remedy(sample, place, encoding))


def _remedy(sample: bytes, place: int, encoding: str) -> str:
    """The encodings in which the sample is plausible text, and how each reads the word at a place."""
    found = readings(sample, place, encoding)
    if not found:
        return f"{_EXPORT[0].upper()}{_EXPORT[1:]}, or set file.encoding to the encoding of the file."
    first, *others = [f"{reading.encoding}, which reads {reading.shown!r} there" for reading in found]
    return f"Set file.encoding: {'; or '.join([first, *others])}; or {_EXPORT}."


def _doubt(path: Path, encoding: str, foreign: int, *, is_utf8: bool) -> None:
    """InputError if the encoding reads every byte, but as garbage, whereas another one gives plausible text."""
    sample, place = _sample(path, foreign)
    share = plausible(sample, encoding)
    multibyte = share is not None and name_of(encoding) in _MULTIBYTE
    if is_utf8 and not (multibyte and share is not None and share >= 0.5):
        raise InputError(f"the file is UTF-8 and file.encoding says {encoding}", where=str(path), remedy="Leave file.encoding out.")
    if share is None:
        return
    found = [reading for reading in readings(sample, place, encoding) if not (is_latin(reading.encoding) and is_latin(encoding))]
    least, margin = (0.5, 0.5) if multibyte else (0.7, 0.25)
    clearly = share < least and sum(byte > 0x7F for byte in sample) > 2
    if clearly and found and found[0].share >= max(0.93, share + margin):
        raise InputError(
            f"file.encoding says {encoding}, in which the text is garbage",
            where=f"{path}, line {_line(path, foreign)}",
            remedy=_remedy(sample, place, encoding),
        )


_MULTIBYTE = frozenset({"gb18030", "gbk", "gb2312", "big5", "big5hkscs", "cp950", "cp932", "shift_jis", "euc_jp", "cp949", "euc_kr"})


def _sample(path: Path, place: int) -> tuple[bytes, int]:
    """Whole lines around a byte, and its position in them."""
    start = max(0, place - _SAMPLE)
    with open_bytes(path) as stream:
        stream.seek(start)
        sample = stream.read(2 * _SAMPLE)
    if start:
        cut = min((at for mark in (b"\n", b"\r") if 0 <= (at := sample.find(mark)) < place - start), default=-1) + 1
        sample, start = sample[cut:], start + cut
    if len(sample) >= _SAMPLE:
        end = max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1
        sample = sample[:end] if end > place - start else sample
    return sample, place - start


def _line(path: Path, place: int) -> int:
    """The line number of a byte."""
    lines = _Lines()
    with open_bytes(path) as stream:
        while place > 0 and (block := stream.read(min(BLOCK, place))):
            lines.add(block.decode("latin-1"))
            place -= len(block)
    return lines.breaks + 1


def _wide(path: Path) -> str | None:
    """The encoding of two or four bytes per character that the file's beginning shows, if any."""
    with open_bytes(path) as stream:
        head = stream.read(4096)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        return "utf-16-le" if head.find(b"\0") % 2 else "utf-16-be"
    return None
