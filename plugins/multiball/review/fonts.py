"""The font of charts and PDF. It comes with a package, so that the output does not depend on the machine's fonts.

One family for all languages, with Latin, Greek, Cyrillic and Chinese letters: an English review may name a Chinese campaign.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FAMILY = "Noto Sans CJK SC"
PLACEHOLDER = "□"


@cache
def directory() -> Path:
    """The folder of the font files. The package is located but not imported, as an import would load Matplotlib."""
    spec = find_spec("mpl_font")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("mpl_font", name="mpl_font")
    return Path(spec.submodule_search_locations[0]) / "fonts" / "noto"


def drawable(text: str) -> str:
    """The text with a box for every character that is not in the font, such as emoji; joined emoji become one box."""
    known = _characters()
    drawn = "".join(character if ord(character) in known else PLACEHOLDER for character in text if not _only_joins(character))
    while PLACEHOLDER * 2 in drawn:
        drawn = drawn.replace(PLACEHOLDER * 2, PLACEHOLDER)
    return drawn


def each_text(part: Any, change: Callable[[str], str]) -> Any:
    """The same JSON with `change` applied to every text."""
    if isinstance(part, dict):
        return {key: each_text(value, change) for key, value in part.items()}
    if isinstance(part, list):
        return [each_text(value, change) for value in part]
    return change(part) if isinstance(part, str) else part


def _only_joins(character: str) -> bool:
    """Joiners and variation selectors, which are invisible."""
    return character in "\u200b\u200c\u200d\u2060\ufeff" or "\ufe00" <= character <= "\ufe0f"


@cache
def _characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    found: set[int] | None = None
    for path in sorted(directory().glob("NotoSansCJKsc-*.otf")):
        with TTFont(path, lazy=True) as font:
            covered = set(font.getBestCmap())
        found = covered if found is None else found & covered
    return frozenset(found or ())
