"""`multiball doctor`: what is wrong here, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict

import click

from multiball.cli.examination import examine
from multiball.cli.output import to_json
from multiball.settings import workspace


@click.command("doctor")
@click.option("--json", "json_form", is_flag=True, help="As JSON, for scripts.")
def doctor_command(json_form: bool) -> int:
    """Look at machine, workspace, sources, warehouse and last publication; say what to mend. The exit code is 1 where there is anything."""
    findings = list(examine(workspace()))
    if json_form:
        click.echo(to_json([{**asdict(finding), "well": finding.well} for finding in findings]))
    else:
        for finding in findings:
            click.echo(f"{finding.mark} {finding.subject}: {finding.state}{f'. {finding.remedy}' if finding.remedy else ''}")
    return 0 if all(finding.well for finding in findings) else 1
