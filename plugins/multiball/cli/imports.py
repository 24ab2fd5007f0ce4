"""`multiball import`: exports and spreadsheets to canonical entities and the marts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import click

from multiball.cli.output import notify, to_json
from multiball.settings import Workspace, workspace
from multiball.shapes import InputError, Load

Say: TypeAlias = Callable[[str], object]


@click.command("import")
@click.argument("mappings", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="MAPPING.yml…")
@click.option("--file", "file", type=click.Path(path_type=Path), help="Read this file instead of the one that the mapping names.")
@click.option("--check", is_flag=True, help="Only report what would be imported and rejected; land nothing.")
@click.option(
    "--take-back", "take_back", is_flag=True, help="Read no file: remove all that was imported for the mapping's source and account."
)
@click.option("--no-publish", is_flag=True, help="Land only; the next run of the DAG warehouse builds and publishes.")
@click.option("--json", "json_form", is_flag=True, help="Print the result as JSON, for scripts.")
def import_command(mappings: tuple[Path, ...], file: Path | None, check: bool, take_back: bool, no_publish: bool, json_form: bool) -> int:
    """Import files by their MAPPINGs: land their rows, build and publish. Importing the same file again changes nothing.

    Rejected rows are counted by reason and written to var/rejects. docs/how-to/import-a-file.md explains mappings.
    """
    if file and len(mappings) > 1:
        raise InputError(f"{len(mappings)} mappings are given", where="--file", remedy="Give one mapping with --file.")
    if take_back and (file or check):
        raise InputError("no file is read", where="--take-back", remedy="Leave out --file and --check.")
    say = (lambda line: None) if json_form else click.echo
    here = workspace()
    if not check:
        _must_take(here)
    accounts = [_take_back(here, mapping, say) if take_back else _import(here, mapping, file, check, say) for mapping in mappings]
    if json_form:
        click.echo(to_json(accounts))
    if check or no_publish:
        return 0
    from multiball.orchestration.foreground import run
    from multiball.quality import newest_warnings
    from multiball.warehouse import open_warehouse

    notify("building and publishing")
    code = run("warehouse")
    for warning in newest_warnings(open_warehouse(here)) if code == 0 and not json_form else ():
        click.echo(f"warning: {warning.table}: {warning.found}. {warning.why}")
    return code


def _must_take(here: Workspace) -> None:
    """Report missing settings of the warehouse, or a server that does not respond, before a file is read."""
    from multiball.warehouse import open_warehouse

    open_warehouse(here).published_at()


def _import(here: Workspace, mapping: Path, file: Path | None, check: bool, say: Say) -> dict[str, Any]:
    from multiball.flows.imports import land_import, reading, shortened

    with reading(here, mapping, file) as imported:
        say(imported.text())
        notes = [] if check else shortened(here, imported)
        for note in notes:
            say(f"  note: {note}")
        summary = imported.summary()
        landed = {} if check else {"landed": _landed(land_import(here, imported), say)}
        return summary | {"notes": [*summary["notes"], *notes]} | landed


def _take_back(here: Workspace, mapping: Path, say: Say) -> dict[str, Any]:
    from multiball.flows.imports import take_back

    loads = take_back(here, mapping)
    say(f"{mapping.name}: removed")
    return {"source": loads[0].source, "account": loads[0].account, "landed": _landed(loads, say)}


def _landed(loads: list[Load], say: Say) -> dict[str, dict[str, int]]:
    """The result for the records of each entity."""
    for load in loads:
        held = f", {load.held:,} missing and held back: multiball sources --confirm {load.source}" if load.held else ""
        say(f"  {load.entity}: {load.landed:,} landed, {load.unchanged:,} unchanged, {load.deleted:,} deleted{held}")
    names = ("landed", "unchanged", "deleted", "held")
    return {load.entity: {name: getattr(load, name) for name in names} for load in loads}
