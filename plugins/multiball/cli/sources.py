"""`multiball sources`: the configured sources, whether their credentials work, and what they last loaded."""

from __future__ import annotations

from typing import Any

import click

from multiball.cli.output import as_table, to_json
from multiball.connectors import connector
from multiball.settings import workspace
from multiball.shapes import InputError, Source, SourceError


@click.command("sources")
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Also call each source once with its credentials.")
@click.option("--json", "json_form", is_flag=True, help="As JSON, for scripts.")
def sources_command(names: tuple[str, ...], check: bool, json_form: bool) -> int:
    """List the configured sources: connector, accounts, last load, rows, and with --check whether the credentials work.

    NAMES are sources to list; all, where none is given. The exit code is 1 when a checked source cannot be read.
    """
    from multiball.warehouse import open_warehouse

    home = workspace()
    chosen = [_named(home.sources, name) for name in names] or list(home.sources.values())
    loaded = _last_loads(open_warehouse(home))
    entries = [_entry(source, account, loaded, check) for source in chosen for account in source.accounts]
    if json_form:
        click.echo(to_json(entries))
    else:
        columns = ["source", "connector", "account", "last_load", "loads", "rows", *(["credentials"] if check else [])]
        click.echo(as_table(columns, [[entry[column] for column in columns] for entry in entries]))
    return 1 if any(entry.get("credentials", "ok") != "ok" for entry in entries) else 0


def _named(known: Any, name: str) -> Source:
    if name not in known:
        raise InputError(f"there is no source {name!r}", where="sources", remedy=f"Configured: {', '.join(known) or 'none'}.")
    found: Source = known[name]
    return found


def _last_loads(warehouse: Any) -> dict[tuple[str, str], dict[str, Any]]:
    from multiball.warehouse.records import LOAD, OWN

    warehouse.ensure_raw(OWN, LOAD)
    table = warehouse.read_raw(
        OWN,
        "select source, account, max(_extracted_at) as last_load, count(distinct run_id) as loads, cast(sum(landed) as bigint) as landed "
        f"from raw_{OWN}.{LOAD.name} group by source, account",
    )
    return {(row["source"], row["account"]): row for row in table.to_pylist()}


def _entry(source: Source, account: str, loaded: dict[tuple[str, str], dict[str, Any]], check: bool) -> dict[str, Any]:
    load = loaded.get((source.name, account))
    entry: dict[str, Any] = {
        "source": source.name,
        "connector": source.connector,
        "account": account,
        "last_load": load["last_load"].isoformat(sep=" ", timespec="seconds") + " UTC" if load else "never",
        "loads": load["loads"] if load else 0,
        "rows": load["landed"] if load else 0,
    }
    return {**entry, **({"credentials": _credentials(source, account)} if check else {})}


def _credentials(source: Source, account: str) -> str:
    try:
        connector(source.connector).check(source, account)
    except (SourceError, InputError) as error:
        return f"{error.what}. {error.remedy}"
    return "ok"
