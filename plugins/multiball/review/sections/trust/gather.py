"""Gathers the caveats of all subjects. Only what applies, most important first."""

from __future__ import annotations

from multiball.review.gather.reading import Reading
from multiball.review.sections import modules
from multiball.review.sections.trust.facts import Trust


def gather(reading: Reading) -> Trust:
    """The caveats by the places of their subjects."""
    return Trust(caveats=tuple(caveat for subject in modules(f"{__package__}.caveats") for caveat in subject.read(reading)))
