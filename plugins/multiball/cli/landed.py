"""Checks of `multiball doctor` on landed data: deletions held back, and differences from `sources.yml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from multiball.cli.check_result import CheckResult
from multiball.cli.sources import IMPORT, last_loads
from multiball.landing import holds
from multiball.shapes import Source
from multiball.warehouse import Warehouse


def landed_findings(warehouse: Warehouse, sources: Mapping[str, Source]) -> Iterator[CheckResult]:
    """A failed result for each hold; a note for each account that is no longer configured, or that was loaded before `history_from`."""
    for hold in holds(warehouse):
        yield CheckResult(f"source {hold.source}", f"{hold.account}: {hold.summary}", hold.remedy)
    for (name, account), load in last_loads(warehouse).items():
        source = sources.get(name)
        if load["connector"] == IMPORT:
            continue
        if source is None or account not in source.accounts:
            state = f"{account} is no longer in sources.yml"
            yield CheckResult(f"source {name}", state, "Its loaded data is kept, and shown as late.", note=True)
        elif load["since"] < source.history_from:
            state = f"{account} was loaded since {load['since']}, before history_from {source.history_from}"
            yield CheckResult(f"source {name}", state, "The earlier data is kept up to date.", note=True)
