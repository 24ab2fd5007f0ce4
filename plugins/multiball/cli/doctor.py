"""`multiball doctor`: what is wrong here, and how to fix it."""

from __future__ import annotations

from dataclasses import asdict

import click

from multiball.cli.health_checks import run_checks
from multiball.cli.output import notify, person, to_json
from multiball.settings import workspace


@click.command("doctor")
@click.option("--json", "json_form", is_flag=True, help="As JSON, for scripts.")
@click.option(
    "--clock-is-right",
    is_flag=True,
    help="First give the present moment to rows that a wrong clock stamped later than now. Check the clock before you use it.",
)
@click.option("--verify", is_flag=True, help="Read all of raw and compare it with what was committed.")
def doctor_command(json_form: bool, clock_is_right: bool, verify: bool) -> int:
    """Check machine, workspace, sources, warehouse and last publication; report what to fix. The exit code is 1 if a check fails."""
    home = workspace()
    if clock_is_right:
        from multiball.flows.steps import correct_stamps
        from multiball.warehouse import open_warehouse

        notify(
            f"{correct_stamps(open_warehouse(home), person(), notify):,} rows were stamped later than now, and now have the present moment"
        )
    results = list(run_checks(home, verify=verify))
    if json_form:
        click.echo(to_json([{**asdict(result), "well": result.passed} for result in results]))
    else:
        for result in results:
            click.echo(f"{result.mark} {result.subject}: {result.state}{f'. {result.remedy}' if result.remedy else ''}")
    return 0 if all(result.passed for result in results) else 1
