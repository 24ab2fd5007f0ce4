"""`multiball query`: SQL over the published marts."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from multiball.cli.output import arrow_text, notify, parquet, write
from multiball.moments import parse_moment
from multiball.settings import workspace
from multiball.shapes import InputError


@click.command("query")
@click.argument("sql")
@click.option("--as-of", "as_of", metavar="T", help="The state as it was known at T (ISO date or time, UTC); rebuilt if necessary.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True)
@click.option("--output", "output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE instead of standard output.")
@click.option("--bom", is_flag=True, help="With --format csv: begin with a byte order mark, so that spreadsheets read UTF-8.")
@click.option("--json", "json_form", is_flag=True, help="The same as --format json.")
def query_command(sql: str, as_of: str | None, form: str, output: Path | None, bom: bool, json_form: bool) -> None:
    """Run SQL over the published marts, read-only. SQL of `-` is read from standard input.

    Parquet keeps the types of the marts; it is written to a FILE or a pipe, never to a terminal.
    """
    from multiball.warehouse import open_warehouse

    form = "json" if json_form else form
    if bom and form != "csv":
        raise InputError(f"only CSV has a byte order mark, and the format is {form}", where="--bom", remedy="Give --format csv with it.")
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise InputError("Parquet cannot be printed to a terminal", where="--format", remedy="Give --output FILE, or pipe it to a program.")
    statement = sys.stdin.buffer.read().decode(errors="surrogateescape") if sql == "-" else sql
    home = workspace()
    warehouse = open_warehouse(home)
    target = None
    if as_of:
        from multiball.flows.steps import rebuild_as_of

        target = rebuild_as_of(home, warehouse, parse_moment(as_of, "--as-of"), notify=notify)
    answer = warehouse.query(statement, target)
    if form == "parquet":
        write(parquet(answer), output)
    else:
        write(("\ufeff" if bom else "") + arrow_text(answer, form) + "\n", output)
