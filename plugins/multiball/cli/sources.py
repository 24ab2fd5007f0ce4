"""`multiball sources`: the configured sources, whether their credentials work, their last loads, and deletions held back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from multiball.cli.output import as_table, person, to_json
from multiball.connectors import connector
from multiball.settings import Workspace, workspace
from multiball.shapes import InputError, Source, SourceError

if TYPE_CHECKING:
    from multiball.landing import Hold
    from multiball.warehouse import Warehouse

IMPORT = "import"
"""The connector's name for imports from files."""
Account = tuple[str, str]
"""Source and account."""


@click.command("sources")
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Also call each source once with its credentials.")
@click.option(
    "--confirm",
    metavar="SOURCE",
    help="Delete the rows of SOURCE that are held back, after you checked that they are deleted there. Does not apply to later deletions.",
)
@click.option("--account", help="With --confirm: only the rows of this account.")
@click.option("--entity", help="With --confirm: only the rows of this entity.")
@click.option("--json", "json_form", is_flag=True, help="As JSON, for scripts.")
def sources_command(
    names: tuple[str, ...], check: bool, confirm: str | None, account: str | None, entity: str | None, json_form: bool
) -> int:
    """List the sources: connector, accounts, last load, rows, deletions held back, and with --check whether the credentials work.

    NAMES are the sources to list; default: all. The exit code is 1 when a checked source cannot be read.
    """
    from multiball.landing import holds
    from multiball.warehouse import open_warehouse

    home = workspace()
    warehouse = open_warehouse(home)
    if confirm is not None:
        return _confirm(home, warehouse, confirm, account, entity, json_form)
    if account or entity:
        raise InputError("needs --confirm", where="--account" if account else "--entity", remedy="Give --confirm SOURCE with it.")
    loaded = last_loads(warehouse)
    held: dict[Account, list[Hold]] = {}
    for hold in holds(warehouse):
        held.setdefault((hold.source, hold.account), []).append(hold)
    listed = _listed(home.sources, loaded, held, names)
    entries = [_entry(home.sources.get(source), source, account, loaded, held, check) for source, account in listed]
    if json_form:
        click.echo(to_json(entries))
    else:
        columns = ["source", "connector", "account", "last_load", "loads", "rows", "held", *(["credentials"] if check else [])]
        shown = [{**entry, "held": sum(hold["rows"] for hold in entry["held"])} for entry in entries]
        click.echo(as_table(columns, [[entry.get(column) for column in columns] for entry in shown]))
        for line in _remarks(entries, [hold for key in listed for hold in held.get(key, [])]):
            click.echo(line)
    return 1 if any(entry.get("credentials", "ok") != "ok" for entry in entries) else 0


def last_loads(warehouse: Warehouse) -> dict[Account, dict[str, Any]]:
    """For each account its last load, connector, number of loads, first day, and number of stored rows."""
    from multiball.warehouse.records import LOAD, OWN

    warehouse.ensure_raw(OWN, LOAD)
    table = warehouse.read_raw(
        OWN,
        "select source, account, max(connector) as connector, max(_extracted_at) as last_load, count(distinct run_id) as loads, "
        f"min(window_start) as since, cast(sum(landed) as bigint) as landed from raw_{OWN}.{LOAD.name} group by source, account",
    )
    odd = warehouse.read_raw(
        OWN,
        "select source, account, cast(sum(rejected) as bigint) as rejected, cast(sum(coalesce(replaced, 0)) as bigint) as replaced "
        f"from (select *, rank() over (partition by source, account order by _extracted_at desc, _run_id desc) as age "
        f"from raw_{OWN}.{LOAD.name}) as loads where age = 1 group by source, account",
    )
    counts = {(row.pop("source"), row.pop("account")): row for row in odd.to_pylist()}
    return {(row["source"], row["account"]): {**row, **counts[row["source"], row["account"]]} for row in table.to_pylist()}


def _listed(
    configured: Mapping[str, Source], loaded: Mapping[Account, Any], held: Mapping[Account, Any], names: Sequence[str]
) -> list[Account]:
    """The accounts to list: configured ones, then those that are no longer configured, and imports with holds."""
    accounts = [(source.name, account) for source in configured.values() for account in source.accounts]
    once = [key for key, load in loaded.items() if key not in accounts and (load["connector"] != IMPORT or key in held)]
    known = [*accounts, *sorted(once)]
    for name in names:
        if name not in {source for source, _ in known}:
            raise InputError(f"there is no source {name!r}", where="sources", remedy=f"Configured: {', '.join(configured) or 'none'}.")
    return [key for key in known if not names or key[0] in names]


def _entry(
    source: Source | None,
    name: str,
    account: str,
    loaded: Mapping[Account, dict[str, Any]],
    held: Mapping[Account, Sequence[Hold]],
    check: bool,
) -> dict[str, Any]:
    load = loaded.get((name, account))
    is_configured = source is not None and account in source.accounts
    entry: dict[str, Any] = {
        "source": name,
        "connector": source.connector if source else load["connector"] if load else "",
        "account": account,
        "configured": is_configured,
        "last_load": load["last_load"].isoformat(sep=" ", timespec="seconds") + " UTC" if load else "never",
        "loads": load["loads"] if load else 0,
        "rows": load["landed"] if load else 0,
        "rejected": load["rejected"] if load else 0,
        "replaced": load["replaced"] if load else 0,
        "held": [
            {
                **{key: getattr(hold, key) for key in ("entity", "rows", "since", "first_day", "last_day")},
                "confirm": f"multiball sources --confirm {hold.source}",
            }
            for hold in held.get((name, account), [])
        ],
    }
    return {**entry, **({"credentials": _credentials(source, account)} if check and source and is_configured else {})}


def _remarks(entries: Sequence[Mapping[str, Any]], held: Sequence[Hold]) -> list[str]:
    """Lines below the table that ask for a decision or explain a row."""
    lines = [f"held back: {hold.source} {hold.account}: {hold.summary}. {hold.remedy}" for hold in held]
    for entry in entries:
        remarks = [
            (entry["rejected"], "rows rejected (reasons in stg_multiball__rejected_rows)"),
            (entry["replaced"], "characters replaced by U+FFFD"),
        ]
        counts_text = "; ".join(f"{number:,} {what}" for number, what in remarks if number)
        lines += [f"{entry['source']} {entry['account']}: last load: {counts_text}"] if counts_text else []
    gone = [entry for entry in entries if not entry["configured"] and entry["connector"] != IMPORT]
    return lines + [f"{entry['source']} {entry['account']}: is no longer in sources.yml. Its loaded data is kept." for entry in gone]


def _confirm(home: Workspace, warehouse: Warehouse, source: str, account: str | None, entity: str | None, json_form: bool) -> int:
    from multiball.flows.steps import raw_entities
    from multiball.landing import confirm

    entities = {(name, declared.name): declared for name, declared in raw_entities()}
    run_id = f"confirm/{source}/{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    done = confirm(warehouse, source, entities, by=person(), run_id=run_id, account=account, entity=entity)
    if json_form:
        names = ("source", "account", "entity", "rows", "first_day", "last_day")
        click.echo(to_json([{name: getattr(hold, name) for name in names} for hold in done]))
        return 0
    for hold in done:
        click.echo(f"{hold.source} {hold.account}: {hold.rows:,} rows of {hold.entity} are deleted")
    click.echo("The next build leaves them out: multiball run warehouse")
    return 0


def _credentials(source: Source, account: str) -> str:
    try:
        connector(source.connector).check(source, account)
    except (SourceError, InputError) as error:
        return f"{error.what}. {error.remedy}"
    return "ok"
