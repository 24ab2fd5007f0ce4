"""Caveats: unknown, missing and provisional data. Each kind is in a module of `caveats/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from pydantic import SerializeAsAny

from multiball.review.facts import Facts, SectionFacts

if TYPE_CHECKING:
    from multiball.review.vocabulary import Vocabulary


class Caveat(Facts, ABC):
    """Something missing, provisional or uncertain. Its other fields are its numbers and names."""

    kind: str
    """Its name in catalogue keys, `caveat.<kind>`."""

    @abstractmethod
    def sentence(self, vocabulary: Vocabulary) -> str:
        """The text for readers."""

    def say(self, vocabulary: Vocabulary, variant: str = "", /, **values: object) -> str:
        """The text of `caveat.<kind><variant>`, with the values filled in."""
        return vocabulary.say(f"caveat.{self.kind}{variant}", **values)


class Trust(SectionFacts):
    """The caveats, the most important first."""

    caveats: tuple[SerializeAsAny[Caveat], ...] = ()
