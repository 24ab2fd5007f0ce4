"""`multiball doctor`: what is wrong here, and how to mend it."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from multiball.cli.output import to_json
from multiball.connectors import connector
from multiball.settings import Workspace, workspace
from multiball.shapes import InputError

if TYPE_CHECKING:
    from multiball.warehouse import Warehouse

_FREE_BYTES = 2 * 1024**3
_STALE_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `remedy` is empty where it is well."""

    subject: str
    state: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing needs mending."""
        return not self.remedy


@click.command("doctor")
@click.option("--json", "json_form", is_flag=True, help="As JSON, for scripts.")
def doctor_command(json_form: bool) -> int:
    """Look at machine, workspace, sources, warehouse and last publication; say what to mend. The exit code is 1 where there is anything."""
    findings = list(examine(workspace()))
    if json_form:
        click.echo(to_json([{**asdict(finding), "well": finding.well} for finding in findings]))
    else:
        for finding in findings:
            click.echo(
                f"{'✓' if finding.well else '✗'} {finding.subject}: {finding.state}{f'. {finding.remedy}' if finding.remedy else ''}"
            )
    return 0 if all(finding.well for finding in findings) else 1


def examine(home: Workspace) -> Iterator[Finding]:
    """Every finding, the machine's first. A check that cannot be made is a finding too."""
    for subject, look in (
        ("Python", lambda: _python()),
        ("disk", lambda: _disk(home)),
        ("secrets", lambda: _secrets(home)),
        ("reporting", lambda: Finding("reporting", f"{home.reporting_currency}, {home.reporting_time_zone}")),
    ):
        yield _guarded(subject, look)
    yield from _sources(home)
    yield from _warehouse(home)


def _guarded(subject: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except InputError as error:
        return Finding(subject, f"{error.where}: {error.what}", error.remedy)


def _python() -> Finding:
    version = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    return Finding("Python", version, "" if sys.version_info[:2] == (3, 11) else "Multiball runs on Python 3.11: run make env with it.")


def _disk(home: Workspace) -> Finding:
    free = shutil.disk_usage(home.home).free
    state = f"{free / 1024**3:.1f} GiB free below {home.home}"
    return Finding("disk", state, "" if free >= _FREE_BYTES else "Free at least 2 GiB: a build needs room for a second warehouse.")


def _secrets(home: Workspace) -> Finding:
    file = home.var / "secrets.env"
    if not file.exists():
        return Finding("secrets", "none generated yet", "Run multiball up, or multiball run warehouse: either generates them.")
    mode = stat.S_IMODE(os.stat(file).st_mode)
    return Finding("secrets", f"{file}, mode {mode:o}", "" if mode & 0o077 == 0 else f"Others can read them: chmod 600 {file}")


def _sources(home: Workspace) -> Iterator[Finding]:
    try:
        sources = home.sources
    except InputError as error:
        yield Finding("sources", f"{error.where}: {error.what}", error.remedy)
        return
    for source in sources.values():
        yield _guarded(f"source {source.name}", lambda source=source: _source(source))  # type: ignore[misc]


def _source(source: object) -> Finding:
    from multiball.shapes import Source

    assert isinstance(source, Source)
    missing = [name for name in connector(source.connector).credentials if not source.credentials.get(name)]
    state = f"{source.connector}, {len(source.accounts)} accounts" if len(source.accounts) != 1 else f"{source.connector}, 1 account"
    remedy = f"Give credentials.{missing[0]} in sources.yml." if missing else ""
    return Finding(f"source {source.name}", state, remedy)


def _warehouse(home: Workspace) -> Iterator[Finding]:
    from multiball.warehouse import WarehouseError, open_warehouse

    try:
        warehouse = open_warehouse(home)
        published = warehouse.published_at()
        blocked = _blocked(warehouse)
    except InputError as error:
        yield Finding("warehouse", f"{error.where}: {error.what}", error.remedy)
        return
    except WarehouseError as error:
        yield Finding("warehouse", str(error), "See that the server runs and takes this user's log-in.")
        return
    if published is None:
        yield Finding(
            "warehouse", f"{warehouse.engine}, nothing published yet", "Load a source or import a file, then multiball run warehouse."
        )
    else:
        age = datetime.now(UTC).replace(tzinfo=None) - published.replace(tzinfo=None)
        remedy = "" if age < _STALE_AFTER else "Older than two days: see why the DAG warehouse did not run."
        yield Finding("warehouse", f"{warehouse.engine}, published {published:%Y-%m-%d %H:%M} UTC", remedy)
    if blocked:
        yield Finding("publication", f"the last build was blocked: {blocked}", "Mend what it names, then multiball run warehouse.")


def _blocked(warehouse: Warehouse) -> str | None:
    """Why the newest decision about a build was against publishing it; None where it was published."""
    from multiball.warehouse.records import OWN, PUBLICATION

    warehouse.ensure_raw(OWN, PUBLICATION)
    table = warehouse.read_raw(
        OWN, f"select status, reason from raw_{OWN}.{PUBLICATION.name} order by decided_at desc, _extracted_at desc limit 1"
    )
    newest = table.to_pylist()
    return str(newest[0]["reason"]) if newest and newest[0]["status"] == "blocked" else None
