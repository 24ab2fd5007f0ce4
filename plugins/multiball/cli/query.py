"""`multiball query`: SQL over the published marts."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from multiball.cli.output import arrow_text, tell
from multiball.settings import workspace
from multiball.shapes import InputError


@click.command("query")
@click.argument("sql")
@click.option("--as-of", "as_of", metavar="T", help="The state as it was known at T (ISO date or time, UTC); rebuilt where need be.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--bom", is_flag=True, help="With --format csv: begin with the mark by which spreadsheets know UTF-8.")
@click.option("--json", "json_form", is_flag=True, help="The same as --format json.")
def query_command(sql: str, as_of: str | None, form: str, bom: bool, json_form: bool) -> None:
    """Run SQL over the published marts, read-only. SQL of `-` is read from standard input."""
    from multiball.warehouse import open_warehouse

    form = "json" if json_form else form
    if bom and form != "csv":
        raise InputError(f"only CSV has a byte order mark, and the format is {form}", where="--bom", remedy="Give --format csv with it.")
    statement = sys.stdin.buffer.read().decode(errors="surrogateescape") if sql == "-" else sql
    home = workspace()
    warehouse = open_warehouse(home)
    target = None
    if as_of:
        from multiball.flows.steps import rebuild_as_of

        target = rebuild_as_of(home, warehouse, parse_moment(as_of, "--as-of"), tell=tell)
    click.echo(("\ufeff" if bom else "") + arrow_text(warehouse.query(statement, target), form))


def parse_moment(text: str, where: str) -> datetime:
    """An ISO date (its end, in UTC) or date and time (UTC unless it says otherwise). Raises InputError."""
    try:
        if len(text) == len("2026-01-31"):
            return datetime.fromisoformat(f"{text}T23:59:59.999999+00:00")
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(
            f"{text!r} is not a valid date or time", where=where, remedy="Give one like 2026-01-31 or 2026-01-31T06:00."
        ) from error
