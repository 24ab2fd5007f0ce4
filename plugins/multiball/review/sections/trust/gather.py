"""Gathers the caveats of all subjects."""

from __future__ import annotations

from multiball.review.gather.reading import Reading
from multiball.review.sections import modules
from multiball.review.sections.trust.facts import Trust


def gather(reading: Reading) -> Trust:
    """The caveats that apply, in the order of their subjects."""
    return Trust(caveats=tuple(caveat for subject in modules(f"{__package__}.caveats") for caveat in subject.read(reading)))
