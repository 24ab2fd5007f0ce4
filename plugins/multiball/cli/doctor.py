"""`multiball doctor`: what is wrong here, and how to fix it."""

from __future__ import annotations

from dataclasses import asdict

import click

from multiball.cli.examination import examine
from multiball.cli.output import person, tell, to_json
from multiball.settings import workspace


@click.command("doctor")
@click.option("--json", "json_form", is_flag=True, help="As JSON, for scripts.")
@click.option(
    "--clock-is-right",
    is_flag=True,
    help="First give rows that a wrong clock stamped later than now the present moment. Look at the clock before you say so.",
)
def doctor_command(json_form: bool, clock_is_right: bool) -> int:
    """Look at machine, workspace, sources, warehouse and last publication; say what to fix. The exit code is 1 where there is anything."""
    home = workspace()
    if clock_is_right:
        from multiball.flows.steps import right_clock
        from multiball.warehouse import open_warehouse

        tell(f"{right_clock(open_warehouse(home), person(), tell):,} rows were stamped later than now, and have the present moment")
    findings = list(examine(home))
    if json_form:
        click.echo(to_json([{**asdict(finding), "well": finding.well} for finding in findings]))
    else:
        for finding in findings:
            click.echo(f"{finding.mark} {finding.subject}: {finding.state}{f'. {finding.remedy}' if finding.remedy else ''}")
    return 0 if all(finding.well for finding in findings) else 1
