"""Gathers the proposals of all rules."""

from __future__ import annotations

from multiball.review.gather.reading import Reading
from multiball.review.sections import modules
from multiball.review.sections.proposals.facts import Proposals


def gather(reading: Reading) -> Proposals:
    """The proposals by the places of their rules."""
    return Proposals(proposals=tuple(proposal for rule in modules(f"{__package__}.rules") for proposal in rule.propose(reading)))
