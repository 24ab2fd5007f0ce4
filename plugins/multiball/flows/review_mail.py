"""A month's review rendered for each team, mailed to it, and its proposals as questions. Without Airflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from multiball.flows.review_steps import audiences, everybody, readers
from multiball.review.delivery import DeliveryFailed, OutgoingMail, deliver
from multiball.review.facts import Audience, Review
from multiball.review.versions import Version
from multiball.runtime import demo_servers
from multiball.settings import MailServer, Workspace
from multiball.shapes import InputError, Notify
from multiball.warehouse import Warehouse

if TYPE_CHECKING:
    from multiball.review.questions import Question


@dataclass(frozen=True)
class Rendered:
    """A team's review on disk. `mail` is None without recipients, and for a past state."""

    audience: Audience
    folder: Path
    mail: OutgoingMail | None


def render(here: Workspace, version: Version, review: Review, *, team: str | None = None, language: str | None = None) -> list[Rendered]:
    """The review of each team, or of one, in its own language or another, written below `var/reviews/`."""
    from multiball.review import files
    from multiball.review.mail import render_mail
    from multiball.review.message import Content, compose, message_id
    from multiball.review.pdf import render_pdf
    from multiball.review.wording import build_report

    rendered = []
    for audience in _chosen(readers(here, version), team):
        localized = audience.model_copy(update={"language": language or audience.language})
        report = build_report(review, localized, version.settings.links)
        page = render_mail(report)
        month = f"{version.month:%Y-%m}"
        content = Content(page.subject, page.text, page.html, page.images, render_pdf(report), f"review-{month}.pdf", localized.language)
        folder = here.var / "reviews" / month / version.label / f"{audience.team}-{localized.language}"
        if version.number and audience.recipients:
            identity = message_id(month, version.number, audience.team, _sender(here))
            message = compose(content, sender=_sender(here), recipients=audience.recipients, identity=identity, issued_at=version.issued_at)
            file = files.write(folder, content, message)
            mail = OutgoingMail(
                month=version.month,
                version=version.number,
                team=audience.team,
                recipients=audience.recipients,
                message_id=identity,
                file=file,
            )
        else:
            files.write(folder, content, None)
            mail = None
        rendered.append(Rendered(localized, folder, mail))
    return rendered


def send(here: Workspace, warehouse: Warehouse, mails: Sequence[OutgoingMail], notify: Notify, *, again: bool = False) -> None:
    """Mail each team its review, unless it has it. After all were tried, raises DeliveryFailed, or InputError if a person has to act."""
    server = mail_server(here)
    failures: list[DeliveryFailed | InputError] = []
    for mail in mails:
        try:
            reached = deliver(warehouse, server, mail, again=again)
        except (DeliveryFailed, InputError) as error:
            failures.append(error)
        else:
            notify(f"{mail.team}: " + (f"sent to {', '.join(reached)}" if reached else "has it already"))
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise DeliveryFailed(" ".join(map(str, failures)))


def questions_of(here: Workspace, version: Version, review: Review) -> list[Question]:
    """The questions that a review puts to people."""
    from multiball.review.questions import questions
    from multiball.review.wording import build_report

    worded = {audience.team: build_report(review, audience, version.settings.links) for audience in readers(here, version)}
    return questions(review, worded, version.number or 0)


def must_reach(here: Workspace, team: str | None, *, sending: bool) -> None:
    """Raises InputError for an unknown team, or if a review has to be sent and there are no recipients or no mail server."""
    teams = audiences(here)
    if sending and not teams:
        raise InputError(
            "is missing, so a review has no recipients",
            where="plan/teams.yml",
            remedy="Write it as docs/how-to/plan-goals.md shows.",
        )
    if sending:
        mail_server(here)
    _chosen(teams or (everybody(),), team)


def _chosen(readers: Sequence[Audience], team: str | None) -> Sequence[Audience]:
    if team is None:
        return readers
    found = [audience for audience in readers if audience.team == team]
    if not found:
        there = ", ".join(audience.team for audience in readers)
        raise InputError(f"there is no team {team!r}", where="--team", remedy=f"Known: {there}.")
    return found


def mail_server(here: Workspace) -> MailServer:
    """The mail server. Raises InputError if none is configured, DemoServerDown if a demo's mailbox does not run."""
    if here.mail_server is None:
        raise InputError(
            "no mail server is configured, so nothing is sent",
            where="MULTIBALL_SMTP_HOST",
            remedy=f"Set it (and _PORT, _SECURITY, _USER, _PASSWORD, _FROM) in the environment or {here.var / 'secrets.env'}.",
        )
    if here.mail_server.in_demo:
        demo_servers.require(here, "mailbox")
    return here.mail_server


def _sender(here: Workspace) -> str:
    server = here.mail_server
    return server.sender if server else "multiball@localhost"
