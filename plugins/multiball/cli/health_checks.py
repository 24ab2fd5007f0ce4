"""The checks of `multiball doctor`: machine, workspace, sources, stack, warehouse, and the result of the last build."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from multiball.cli.check_result import CheckResult
from multiball.connectors import connector, invalid
from multiball.settings import Workspace
from multiball.shapes import Failure, InputError, Source

if TYPE_CHECKING:
    from multiball.warehouse import Warehouse

_FREE_BYTES = 2 * 1024**3
_MEMORY_BYTES = 3 * 1024**3
_STALE_AFTER = timedelta(days=2)
_AGAIN = "Fix that, and run multiball doctor again."


def run_checks(home: Workspace, *, verify: bool = False) -> Iterator[CheckResult]:
    """Run all checks, the machine's first. A check that raises an error is a failed result. `verify` reads all of raw."""
    for subject, look in (
        ("Python", lambda: _python()),
        ("memory", lambda: _memory()),
        ("disk", lambda: _disk(home)),
        ("settings", lambda: _settings(home)),
        ("secrets", lambda: _secrets(home)),
        ("identity key", lambda: _identity_key(home)),
        ("clock", lambda: _clock(home)),
        ("raw", lambda: _raw(home, verify)),
        ("reporting", lambda: CheckResult("reporting", f"{home.reporting_currency}, {home.reporting_time_zone}")),
        ("mail", lambda: _mail(home)),
        ("plan", lambda: _plan(home)),
        ("stack", lambda: _stack(home)),
    ):
        yield _guarded(subject, look)
    for error in invalid().values():
        yield CheckResult("connector", f"{error.where}: {error.what}", error.remedy)
    yield from _sources(home)
    yield from _warehouse(home)


def _guarded(subject: str, look: Callable[[], CheckResult]) -> CheckResult:
    try:
        return look()
    except InputError as error:
        return CheckResult(subject, f"{error.where}: {error.what}", error.remedy)
    except Failure as error:
        return CheckResult(subject, str(error).rstrip("."), _AGAIN)


def _python() -> CheckResult:
    version = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    return CheckResult("Python", version, "" if sys.version_info[:2] == (3, 11) else "Multiball runs on Python 3.11: run make env with it.")


def _memory() -> CheckResult:
    import psutil

    free = psutil.virtual_memory().available
    remedy = "" if free >= _MEMORY_BYTES else "Stack and build need 3 GiB: end other programs, or lower MULTIBALL_MEMORY_LIMIT."
    return CheckResult("memory", f"{free / 1024**3:.1f} GiB available", remedy)


def _disk(home: Workspace) -> CheckResult:
    folders = [home.home, *(folder for name in ("raw", "scratch", "warehouse") if (folder := home.var / name).exists())]
    free, folder = min((shutil.disk_usage(folder).free, folder) for folder in folders)
    state = f"{free / 1024**3:.1f} GiB free below {folder}"
    return CheckResult("disk", state, "" if free >= _FREE_BYTES else "Free at least 2 GiB: a build needs room for a second warehouse.")


def _settings(home: Workspace) -> CheckResult:
    home.validate()
    return CheckResult("settings", "valid")


def _secrets(home: Workspace) -> CheckResult:
    file = home.var / "secrets.env"
    if not file.exists():
        return CheckResult("secrets", "none generated yet", "Run multiball up, or multiball run warehouse, which generate them.")
    mode = stat.S_IMODE(os.stat(file).st_mode)
    return CheckResult("secrets", f"{file}, mode {mode:o}", "" if mode & 0o077 == 0 else f"Others can read them: chmod 600 {file}")


def _identity_key(home: Workspace) -> CheckResult:
    from multiball.landing import identity_key
    from multiball.landing.identity import fingerprint
    from multiball.warehouse import open_warehouse

    key = home.secrets.get(identity_key.VARIABLE)
    stored = identity_key.check_fingerprint(open_warehouse(home), fingerprint(key) if key else None)
    if not key:
        return CheckResult("identity key", "none generated yet; multiball up generates one")
    return CheckResult("identity key", f"fingerprint {stored}, that of raw" if stored else "not used yet")


def _clock(home: Workspace) -> CheckResult:
    from multiball.warehouse import open_warehouse
    from multiball.warehouse.clock import REMEDY, compared, is_behind

    clock, last = open_warehouse(home).clock()
    if last and is_behind(clock, last):
        return CheckResult("clock", compared(clock, last), REMEDY)
    return CheckResult("clock", f"{clock:%Y-%m-%d %H:%M:%S} UTC, not behind the last commit")


def _raw(home: Workspace, verify: bool) -> CheckResult:
    from multiball.warehouse import open_warehouse

    faults = list(open_warehouse(home).raw_faults(read_all=verify))
    if not faults:
        return CheckResult("raw", "every byte is as it was committed" if verify else "every commit is there; --verify reads all of it")
    first, remedy = faults[0].rsplit(". ", 1)
    return CheckResult("raw", f"{first}{f', and {len(faults) - 1} more faults' if len(faults) > 1 else ''}", remedy)


def _mail(home: Workspace) -> CheckResult:
    server = home.mail_server
    if server is None and home.is_demo:
        return CheckResult("mail", "the demo's mailbox; multiball up starts it")
    if server is None:
        remedy = f"Set MULTIBALL_SMTP_HOST and its companions in the environment or in {home.var / 'secrets.env'}."
        return CheckResult("mail", "no mail server: neither reviews nor failures are mailed", remedy, note=True)
    if server.in_demo:
        from multiball.runtime import demo_servers

        runs = demo_servers.is_up(home, "mailbox")
        return CheckResult("mail", f"the demo's mailbox, {server.host}:{server.port}{'' if runs else ', is down; multiball up starts it'}")
    return CheckResult("mail", f"{server.host}:{server.port} as {server.sender}")


def _plan(home: Workspace) -> CheckResult:
    from multiball import plan

    if not plan.plan_folder(home).exists():
        return CheckResult("plan", "none")
    current = plan.read_plan(home)
    faults = plan.check(current, currency=home.reporting_currency).faults
    state = ", ".join(f"{len(loaded.entries)} {loaded.file.name}" for loaded in current.files.values()) + (
        f", {len(faults)} faults: {faults[0]}" if faults else ""
    )
    return CheckResult(
        "plan", state, "Run multiball plan check and fix what it reports; until then the earlier plan applies." if faults else ""
    )


def _stack(home: Workspace) -> CheckResult:
    from multiball.runtime import lifecycle, supervision

    status = lifecycle.inspect(home)
    if not status.programs and (left := supervision.left_over(home)):
        named = ", ".join(str(process.pid) for process in left)
        state = f"its supervisor has ended or does not respond; processes of it or of a killed command still run: {named}"
        return CheckResult("stack", state, "Run multiball down, which ends them, or multiball up, which restarts the stack.")
    if not status.programs:
        return CheckResult("stack", "not running; multiball up starts it")
    unhealthy = [name for name, state in {**status.programs, **status.health}.items() if state not in ("RUNNING", "healthy")]
    remedy = f"Read the logs in {home.var / 'logs'}, then multiball down and multiball up." if unhealthy else ""
    return CheckResult("stack", f"unhealthy: {', '.join(unhealthy)}" if unhealthy else "every program runs and responds", remedy)


def _sources(home: Workspace) -> Iterator[CheckResult]:
    try:
        sources = home.sources
    except InputError as error:
        yield CheckResult("sources", f"{error.where}: {error.what}", error.remedy)
        return
    for source in sources.values():
        yield _guarded(f"source {source.name}", lambda source=source: _source(source))  # type: ignore[misc]


def _source(source: Source) -> CheckResult:
    missing = [name for name in connector(source.connector).credentials if not source.credentials.get(name)]
    state = f"{source.connector}, {len(source.accounts)} accounts" if len(source.accounts) != 1 else f"{source.connector}, 1 account"
    remedy = f"Give credentials.{missing[0]} in sources.yml." if missing else ""
    return CheckResult(f"source {source.name}", state, remedy)


def _warehouse(home: Workspace) -> Iterator[CheckResult]:
    from multiball.cli.landed import landed_findings
    from multiball.quality import newest_warnings
    from multiball.warehouse import WarehouseError, open_warehouse

    try:
        warehouse = open_warehouse(home)
        published = warehouse.published_at()
        blocked = _blocked(warehouse)
        warnings = newest_warnings(warehouse)
        landed = list(landed_findings(warehouse, home.sources))
    except InputError as error:
        yield CheckResult("warehouse", f"{error.where}: {error.what}", error.remedy)
        return
    except WarehouseError as error:
        yield CheckResult("warehouse", str(error).rstrip("."), _AGAIN)
        return
    if published is None:
        yield CheckResult(
            "warehouse", f"{warehouse.engine}, nothing published yet", "Load a source or import a file, then multiball run warehouse."
        )
    else:
        age = datetime.now(UTC).replace(tzinfo=None) - published.replace(tzinfo=None)
        remedy = "" if age < _STALE_AFTER else "Older than two days: see why the DAG warehouse did not run."
        yield CheckResult("warehouse", f"{warehouse.engine}, published {published:%Y-%m-%d %H:%M} UTC", remedy)
    if blocked:
        yield CheckResult(
            "publication", f"the last build was blocked: {blocked.rstrip('.')}", "Fix what it names, then multiball run warehouse."
        )
    yield from landed
    for warning in warnings:
        yield CheckResult(warning.table, warning.found, warning.why, note=True)


def _blocked(warehouse: Warehouse) -> str | None:
    """Why the newest build was blocked; None if it was published."""
    from multiball.warehouse.records import OWN, PUBLICATION

    warehouse.ensure_raw(OWN, PUBLICATION)
    table = warehouse.read_raw(
        OWN, f"select status, reason from raw_{OWN}.{PUBLICATION.name} order by decided_at desc, _extracted_at desc limit 1"
    )
    newest = table.to_pylist()
    return str(newest[0]["reason"]) if newest and newest[0]["status"] == "blocked" else None
