"""`multiball import`: exports and spreadsheets onto canonical entities, and on to the marts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from multiball.cli.output import tell, to_json
from multiball.settings import workspace
from multiball.shapes import InputError


@click.command("import")
@click.argument("mappings", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="MAPPING.yml…")
@click.option("--file", "file", type=click.Path(path_type=Path), help="Read this file in place of the one that the mapping names.")
@click.option("--check", is_flag=True, help="Only say what would be imported and rejected; land nothing.")
@click.option("--no-publish", is_flag=True, help="Land, and leave building and publishing to the next run of the DAG warehouse.")
@click.option("--json", "json_form", is_flag=True, help="The account of the import as JSON, for scripts.")
def import_command(mappings: tuple[Path, ...], file: Path | None, check: bool, no_publish: bool, json_form: bool) -> int:
    """Import files by their MAPPINGs: land what they hold, build and publish. Importing the same file again changes nothing.

    Rejected rows are counted by reason and kept in var/rejects. docs/how-to/import-a-file.md explains mappings.
    """
    from multiball.orchestration.imports import land_import, reading

    if file and len(mappings) > 1:
        raise InputError(f"{len(mappings)} mappings are given", where="--file", remedy="Give one mapping with --file.")
    here = workspace()
    accounts: list[dict[str, Any]] = []
    for mapping in mappings:
        with reading(here, mapping, file) as imported:
            account = imported.summary()
            if not json_form:
                click.echo(imported.text())
            if not check:
                loads = land_import(here, imported)
                account["landed"] = {
                    load.entity: {"landed": load.landed, "unchanged": load.unchanged, "deleted": load.deleted} for load in loads
                }
                for load in loads if not json_form else ():
                    click.echo(f"  {load.entity}: {load.landed:,} landed, {load.unchanged:,} unchanged, {load.deleted:,} no longer there")
            accounts.append(account)
    if json_form:
        click.echo(to_json(accounts))
    if check or no_publish:
        return 0
    from multiball.orchestration.foreground import run
    from multiball.quality import newest_warnings
    from multiball.warehouse import open_warehouse

    tell("building and publishing")
    code = run("warehouse")
    for warning in newest_warnings(open_warehouse(here)) if code == 0 and not json_form else ():
        click.echo(f"warning: {warning.table}: {warning.found}. {warning.why}")
    return code
