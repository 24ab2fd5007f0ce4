"""What `multiball doctor` says of what has landed: deletions held back, and where it differs from `sources.yml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from multiball.cli.check_result import CheckResult
from multiball.cli.sources import IMPORT, last_loads
from multiball.landing import holds
from multiball.shapes import Source
from multiball.warehouse import Warehouse


def landed_findings(warehouse: Warehouse, sources: Mapping[str, Source]) -> Iterator[CheckResult]:
    """A finding for each hold; a note for each account that is not configured any more or that reaches back before `history_from`."""
    for hold in holds(warehouse):
        yield CheckResult(f"source {hold.source}", f"{hold.account}: {hold.summary}", hold.remedy)
    for (name, account), load in last_loads(warehouse).items():
        source = sources.get(name)
        if load["connector"] == IMPORT:
            continue
        if source is None or account not in source.accounts:
            state = f"{account} is not in sources.yml any more"
            yield CheckResult(f"source {name}", state, "What was loaded stays, and is shown as late.", note=True)
        elif load["since"] < source.history_from:
            state = f"{account} was loaded since {load['since']}, before history_from {source.history_from}"
            yield CheckResult(f"source {name}", state, "What was loaded stays, and is kept up to date.", note=True)
