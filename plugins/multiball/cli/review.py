"""`multiball review`: a month's review as pages, text and PDF on the disk, and by mail."""

from __future__ import annotations

from typing import Any

import click

from multiball.cli.output import notify, to_json
from multiball.moments import parse_moment
from multiball.settings import workspace
from multiball.shapes import InputError
from multiball.words import known_language


@click.command("review")
@click.option("--month", metavar="M", help="The month, such as 2026-10; the last one that is over where it is left out.")
@click.option("--team", metavar="T", help="Only for this team of plan/teams.yml.")
@click.option("--lang", "language", metavar="L", help="In this language, such as zh; in each team's own where it is left out.")
@click.option("--version", "number", type=int, metavar="N", help="This version; the newest where it is left out.")
@click.option("--revise", is_flag=True, help="Make the next version from what is published now.")
@click.option("--as-of", "as_of", metavar="T", help="By what was known at T (ISO date or time, UTC). Nothing is recorded or sent.")
@click.option("--send", is_flag=True, help="Mail it to the teams that have not got it.")
@click.option("--again", is_flag=True, help="With --send and --team: also where nobody knows whether an earlier attempt arrived.")
@click.option("--json", "json_form", is_flag=True, help="What was made and where it is stored, as JSON, for scripts.")
def review_command(
    month: str | None,
    team: str | None,
    language: str | None,
    number: int | None,
    revise: bool,
    as_of: str | None,
    send: bool,
    again: bool,
    json_form: bool,
) -> int:
    """Write a month's review to var/reviews/. The first one is version 1 and stays as it is; --revise makes the next.

    Each team of plan/teams.yml gets its own; without that file there is one for everybody.
    """
    from multiball.flows import review_mail, review_steps
    from multiball.review.delivery import DeliveryFailed
    from multiball.warehouse import open_warehouse

    language = known_language(language, "--lang") if language else None
    _refuse_nonsense({"--revise": revise, "--send": send, "--again": again, "--version": number}, as_of, language, team)
    here = workspace()
    warehouse = open_warehouse(here)
    asked = review_steps.month_of(month, here)
    review_mail.must_reach(here, team, sending=send)
    if as_of:
        version, review = review_steps.review_as_of(here, warehouse, asked, parse_moment(as_of, "--as-of"), notify)
    else:
        version, review = review_steps.review_of(here, warehouse, asked, notify, revise=revise, number=number)
    rendered = review_mail.render(here, version, review, team=team, language=language)
    failed = None
    if send:
        try:
            review_mail.send(here, warehouse, [made.parcel for made in rendered if made.parcel], notify, again=again)
        except (DeliveryFailed, InputError) as error:
            failed = str(error)
    if json_form:
        click.echo(to_json(_summary(version, rendered, failed)))
    else:
        for made in rendered:
            click.echo(made.folder / "review.html")
    if failed:
        click.echo(f"multiball: {failed}", err=True)
    return 1 if failed else 0


def _refuse_nonsense(given: dict[str, Any], as_of: str | None, language: str | None, team: str | None) -> None:
    """Options that contradict one another."""
    if as_of and (wrong := [option for option, value in given.items() if value]):
        raise InputError(f"cannot go with {wrong[0]}", where="--as-of", remedy="A past state is only looked at: leave one of them out.")
    if given["--revise"] and given["--version"]:
        raise InputError("cannot go with --version", where="--revise", remedy="A revision gets the next number by itself.")
    if given["--send"] and language:
        raise InputError("cannot go with --send", where="--lang", remedy="A team gets its own language: plan/teams.yml says which.")
    if given["--again"] and not (given["--send"] and team):
        raise InputError("needs --send and --team", where="--again", remedy="Name the team that you asked, and that has no mail.")


def _summary(version: Any, rendered: Any, failed: str | None) -> dict[str, Any]:
    return {
        "month": f"{version.month:%Y-%m}",
        "version": version.number,
        "as_of": version.as_of,
        "issued_at": version.issued_at,
        "reviews": [
            {"team": made.audience.team, "language": made.audience.language, "folder": made.folder, "recipients": made.audience.recipients}
            for made in rendered
        ],
        "failed": failed,
    }
