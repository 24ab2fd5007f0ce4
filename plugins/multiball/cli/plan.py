"""`multiball plan`: the goals and teams of the workspace."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click

from multiball.cli.output import to_json
from multiball.settings import Workspace, workspace
from multiball.shapes import InputError


@click.group("plan")
def plan_command() -> None:
    """The plan: goals.yml, teams.yml and further files of the workspace's folder plan/. docs/how-to/plan-goals.md explains it."""


@plan_command.command("check")
@click.option("--today", metavar="DAY", help="Assess deadlines as of this day (ISO date); default: today.")
@click.option("--json", "json_form", is_flag=True, help="The findings and each goal by SMART as JSON, for scripts.")
def check_command(today: str | None, json_form: bool) -> int:
    """Assess the plan: list each fault and warning with its file, line and remedy.

    A goal must be specific, measurable, attainable, relevant and time-bound, and must not rest on vanity metrics alone. Whether it can be
    attained is assessed by the published data. The exit code is 2 if there is a fault, 0 with warnings only.
    """
    from multiball.plan import check, read_plan
    from multiball.warehouse import open_warehouse

    here = workspace()
    plan = read_plan(here)
    assessment = check(plan, currency=here.reporting_currency, today=_day(here, today), warehouse=open_warehouse(here))
    if json_form:
        findings = [asdict(finding) for finding in assessment.findings]
        click.echo(to_json({"findings": findings, "smart": assessment.smart}))
    else:
        for finding in assessment.findings:
            click.echo(str(finding))
        levels = Counter(finding.level for finding in assessment.findings)
        counted = [(len(loaded.entries), loaded.file.noun) for loaded in plan.files.values()]
        counted += [(levels["fault"], "fault"), (levels["warning"], "warning")]
        click.echo(", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in counted))
        if assessment.smart and not assessment.is_published:
            click.echo("nothing is published yet: whether goals can be attained is not assessed")
    return 2 if assessment.faults else 0


def _day(here: Workspace, text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).astimezone(ZoneInfo(here.reporting_time_zone)).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not a valid date", where="--today", remedy="Give one like 2026-01-31.") from error
