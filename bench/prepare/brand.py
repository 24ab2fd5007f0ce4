"""Two workspaces over the sandbox's brand, loaded by the real connectors, built and published: `whole` has two times the days of `half`.

The days are past ones, so that the result depends neither on the clock nor on the machine.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from multiball.connectors import connector
from multiball.flows import steps
from multiball.flows.windows import monthly
from multiball.landing import land
from multiball.settings import REPOSITORY, Workspace
from multiball.shapes import Source
from multiball.warehouse import Warehouse, open_warehouse
from sandbox.serve import serve
from sandbox.world import build_world

SEED, SCALE = 11, 1.0
START, MIDDLE, END = date(2025, 10, 1), date(2025, 11, 15), date(2025, 12, 31)


def load(home: Path, end: date, *, start: date = START, scale: float = SCALE) -> tuple[Workspace, Warehouse]:
    """The workspace at `home` after the days from `start` to `end` were pulled, as the platforms show them at the end of the last one."""
    world = build_world(SEED, START, END, scale)
    home.mkdir(parents=True, exist_ok=True)
    with serve(world, datetime.combine(end, time(23), UTC)) as sandbox:
        settings = (REPOSITORY / "examples" / "demo" / "sources.yml").read_text(encoding="utf-8").replace("demo: true", "demo: false")
        for platform, url in sandbox.urls.items():
            settings = settings.replace(f"${{MULTIBALL_SANDBOX_{platform.upper()}_URL}}", url)
        (home / "sources.yml").write_text(settings, encoding="utf-8")
        workspace = Workspace(home)
        warehouse = open_warehouse(workspace)
        steps.prepare_raw(warehouse)
        for source in workspace.sources.values():
            _land(warehouse, replace(source, history_from=START), start, end)
    return workspace, warehouse


def _land(warehouse: Warehouse, source: Source, start: date, end: date) -> None:
    declared = connector(source.connector)
    for account in source.accounts:
        for window in monthly(start, end, today=end):
            land(
                warehouse,
                source=source.name,
                connector=source.connector,
                account=account,
                entities=declared.entities,
                window=window,
                pages=declared.extract(source, account, window),
                run_id=f"bench/{window.start}",
                identity_key="a key for measurements",
                phone_region=source.options.get("phone_region"),
            )


def publish(workspace: Workspace, warehouse: Warehouse) -> None:
    """Build everything that has landed, and publish it."""
    build_id, as_of = steps.new_build_id(warehouse), warehouse.moment()
    steps.build_whole(workspace, warehouse, warehouse.candidate(build_id), as_of)
    steps.publish(warehouse, build_id, as_of)


if __name__ == "__main__":
    data = Path(sys.argv[1])
    for name, last in (("half", MIDDLE), ("whole", END)):
        publish(*load(data / name, last))
    print(json.dumps({"workspaces": ["half", "whole"]}))
