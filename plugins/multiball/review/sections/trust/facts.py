"""What is not known, missing or not final. Each kind of caveat lies in a module of `caveats/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from pydantic import SerializeAsAny

from multiball.review.facts import Facts, SectionFacts

if TYPE_CHECKING:
    from multiball.review.vocabulary import Vocabulary


class Caveat(Facts, ABC):
    """Something that is not final, missing or not to be trusted. Its other fields are its numbers and names."""

    kind: str
    """Its name in the keys of the catalogues, `caveat.<kind>`."""

    @abstractmethod
    def sentence(self, vocabulary: Vocabulary) -> str:
        """What people read."""

    def say(self, vocabulary: Vocabulary, variant: str = "", /, **values: object) -> str:
        """Its words, with the values in their places."""
        return vocabulary.say(f"caveat.{self.kind}{variant}", **values)


class Trust(SectionFacts):
    """The caveats, the most important first."""

    caveats: tuple[SerializeAsAny[Caveat], ...] = ()
