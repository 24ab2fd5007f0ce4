"""The contract of the two scaffolded connectors against declared stand-ins. It runs in a copy of the repository that has the connectors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from connectors.contract import ConnectorContract, Records
from connectors.new_platforms import DAYS, PLATFORMS, TOKEN, small_world
from connectors.stand_in import stand_in

from multiball.shapes import Source, Window


@pytest.fixture(scope="module", params=sorted(PLATFORMS))
def source(request: pytest.FixtureRequest) -> Iterator[Source]:
    with stand_in(PLATFORMS[request.param], small_world()) as platform:
        yield platform.source(request.param, "1", DAYS[0], access_token=TOKEN)


@pytest.fixture(scope="module")
def window() -> Window:
    return Window(DAYS[0], DAYS[-1])


class TestNewSources(ConnectorContract):
    def test_counts_every_day(self, records: Records) -> None:
        """Pages hold four rows: ten days are on three pages."""
        counts = [
            (record.get("followers"), record.get("spend"), record["impressions"])
            for entity in ("ad_days", "account_days")
            for record in records.get(entity, [])
        ]
        ads = [(None, "1.20" if day == DAYS[-1] else "1.50", day.day) for day in DAYS]  # the last day is not settled
        assert counts in (ads, [(100 + day.day, None, 10) for day in DAYS])
