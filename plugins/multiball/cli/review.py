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
@click.option("--month", metavar="M", help="The month, such as 2026-10; default: the last full month.")
@click.option("--team", metavar="T", help="Only for this team of plan/teams.yml.")
@click.option("--lang", "language", metavar="L", help="In this language, such as zh; default: each team's own.")
@click.option("--version", "number", type=int, metavar="N", help="This version; default: the newest.")
@click.option("--revise", is_flag=True, help="Make the next version from the data that is published now.")
@click.option("--as-of", "as_of", metavar="T", help="By what was known at T (ISO date or time, UTC). Nothing is recorded or sent.")
@click.option("--send", is_flag=True, help="Mail it to the teams that have not received it.")
@click.option("--again", is_flag=True, help="With --send and --team: send again if it is unknown whether an earlier attempt arrived.")
@click.option("--json", "json_form", is_flag=True, help="Print what was made, and where it is stored, as JSON, for scripts.")
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
    """Write a month's review to var/reviews/. The first one is version 1 and is never changed; --revise makes the next.

    Each team of plan/teams.yml gets its own; without that file there is one for all.
    """
    from multiball.flows import review_mail, review_steps
    from multiball.review.delivery import DeliveryFailed
    from multiball.warehouse import open_warehouse

    language = known_language(language, "--lang") if language else None
    _refuse_nonsense({"--revise": revise, "--send": send, "--again": again, "--version": number}, as_of, language, team)
    here = workspace()
    warehouse = open_warehouse(here)
    month_start = review_steps.month_of(month, here)
    review_mail.must_reach(here, team, sending=send)
    if as_of:
        version, review = review_steps.review_as_of(here, warehouse, month_start, parse_moment(as_of, "--as-of"), notify)
    else:
        version, review = review_steps.review_of(here, warehouse, month_start, notify, revise=revise, number=number)
    rendered = review_mail.render(here, version, review, team=team, language=language)
    failed = None
    if send:
        try:
            review_mail.send(here, warehouse, [made.mail for made in rendered if made.mail], notify, again=again)
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
        raise InputError(f"excludes {wrong[0]}", where="--as-of", remedy="A past state can only be shown: leave one of them out.")
    if given["--revise"] and given["--version"]:
        raise InputError("excludes --version", where="--revise", remedy="Leave --version out: a revision gets the next number.")
    if given["--send"] and language:
        raise InputError("excludes --send", where="--lang", remedy="Leave --lang out: plan/teams.yml has each team's language.")
    if given["--again"] and not (given["--send"] and team):
        raise InputError("needs --send and --team", where="--again", remedy="Ask the team first, and name it if it has no mail.")


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
