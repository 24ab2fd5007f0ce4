"""`multiball run` and `multiball backfill`: run a DAG in the foreground."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click

from multiball.shapes import InputError


def _day(context: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InputError(f"{value!r} is not a valid date", where=f"--{parameter.name}", remedy="Give one like 2026-01-31.") from error


@click.command("run")
@click.argument("dag")
@click.option("--date", "day", callback=_day, metavar="D", help="The day to run for; default: today.")
def run_command(dag: str, day: date | None) -> int:
    """Run DAG to its end in the foreground: the same code that the scheduler runs."""
    from multiball.orchestration.foreground import run

    return run(dag, day or datetime.now(UTC).date())


@click.command("backfill")
@click.argument("dag")
@click.option("--from", "start", callback=_day, required=True, metavar="D", help="The first day.")
@click.option("--to", "end", callback=_day, required=True, metavar="D", help="The last day.")
def backfill_command(dag: str, start: date, end: date) -> int:
    """Run DAG for every day from --from to --to in the foreground. Days that are already loaded are loaded again without duplicates."""
    from multiball.orchestration.foreground import backfill

    if end < start:
        raise InputError(f"{end} is before {start}", where="--to", remedy="Give the later day there.")
    return backfill(dag, start, end)
