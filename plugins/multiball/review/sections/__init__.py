"""The sections of a review, discovered by folder: a new section needs a new folder, and no change of another file.

A section may have `facts.py` (a class of `SectionFacts`), `gather.py` (whose `gather` reads the facts from the marts) and `words.py` (whose
`words`, if it has one, makes a section of the report at the position `PLACE`). docs/how-to/add-a-review-section.md shows an example.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, cast

from multiball.review.facts import SectionFacts

if TYPE_CHECKING:
    from multiball.review.blocks import Section
    from multiball.review.gather.reading import Reading
    from multiball.review.vocabulary import Vocabulary

FIRST = 0
"""The place of sections that come before those that a team asks for."""


class Gatherer(Protocol):
    """The module `gather` of a section."""

    def gather(self, reading: Reading, /) -> SectionFacts:
        """The facts of the section."""


class Writer(Protocol):
    """The module `words` of a section."""

    PLACE: int
    """Its position in the report, in ascending order."""

    def words(self, vocabulary: Vocabulary, /) -> Section | None:
        """The section of the report, or None to leave it out."""


@cache
def gatherers() -> dict[str, Gatherer]:
    """The modules `gather` by the name of their section."""
    return {name: cast(Gatherer, module) for name in _names() if (module := _module(name, "gather"))}


@cache
def writers() -> dict[str, Writer]:
    """The modules `words` of sections that the report shows, by name, in the order of their place."""
    found = {name: cast(Writer, module) for name in _names() if (module := _module(name, "words")) and hasattr(module, "words")}
    return dict(sorted(found.items(), key=lambda item: (item[1].PLACE, item[0])))


def choices() -> tuple[str, ...]:
    """The names of sections that a team can ask for."""
    return tuple(name for name, section in writers().items() if section.PLACE != FIRST)


def modules(package: str) -> list[ModuleType]:
    """The modules of a package, in the order of their `PLACE`."""
    [*folders] = importlib.import_module(package).__path__
    found = [importlib.import_module(f"{package}.{each.name}") for each in pkgutil.iter_modules(folders)]
    return sorted(found, key=lambda module: (module.PLACE, module.__name__))


def _names() -> list[str]:
    return sorted(each.name for each in pkgutil.iter_modules(__path__) if each.ispkg)


def _module(name: str, part: str) -> ModuleType | None:
    section = importlib.import_module(f"{__name__}.{name}")
    exists = any(each.name == part for each in pkgutil.iter_modules(section.__path__))
    return importlib.import_module(f"{section.__name__}.{part}") if exists else None
