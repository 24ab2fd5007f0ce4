"""The versions of a month's review, and the state of the warehouse that each is made from. Without Airflow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from multiball import plan
from multiball.flows.steps import rebuild_as_of
from multiball.review.facts import Audience, Links, Review
from multiball.review.versions import Settings, Version, made_by, record_version, versions
from multiball.runtime import ports
from multiball.settings import Workspace
from multiball.shapes import InputError, Notify
from multiball.warehouse import Target, Warehouse, as_utc, now
from multiball.warehouse.query_errors import nothing_published
from multiball.words import ENGLISH, languages
from multiball.words.catalogue import catalogue


def everybody() -> Audience:
    """The audience of a review in a workspace without teams; no mail is sent then."""
    name = {language: catalogue(language).say("review", "everybody") for language in languages()}
    return Audience(team="everybody", name=name, recipients=(), language=ENGLISH)


def month_of(text: str | None, here: Workspace, moment: datetime | None = None) -> date:
    """The first day of a month like 2026-10; by default of the last full month at the moment (now) in the readers' time zone."""
    if text is None:
        day = _reporting_day(here.reporting_time_zone, moment or now())
        return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    try:
        if len(text) != len("2026-10"):
            raise ValueError
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise InputError(f"{text!r} is not a valid month", where="--month", remedy="Give one like 2026-10.") from error


def audiences(here: Workspace) -> tuple[Audience, ...]:
    """The teams of the plan as readers of a review; none if the workspace has no plan/teams.yml."""
    if not (plan.plan_folder(here) / "teams.yml").is_file():
        return ()
    return tuple(
        Audience(
            team=team.id,
            name=team.name,
            recipients=team.recipients,
            language=team.language,
            focus_goals=team.focus.goals,
            focus_sections=team.focus.sections,
        )
        for team in plan.read_entries(here, plan.Team)
    )


def review_of(
    here: Workspace,
    warehouse: Warehouse,
    month: date,
    notify: Notify,
    *,
    revise: bool = False,
    number: int | None = None,
    run_id: str | None = None,
) -> tuple[Version, Review]:
    """The month's newest version (or that `number`) with its facts; the first one, or a revision, is made from the published state.

    A run that is repeated gets the revision that it made before.
    """
    run_id = run_id or f"review/{uuid4()}"
    known = versions(warehouse, month)
    if number is not None and number not in [version.number for version in known]:
        there = ", ".join(str(version.number) for version in known) or "none yet"
        raise InputError(f"{month:%Y-%m} has no version {number}", where="--version", remedy=f"Existing versions: {there}.")
    if known and not revise:
        version = known[number - 1 if number else -1]
        return version, _read(here, warehouse, version, notify)
    if own := made_by(run_id, known):
        return own, _read(here, warehouse, own, notify)
    made, review = _of_published(here, warehouse, month, run_id)
    version = record_version(warehouse, made, revise)
    if version.issued_at != made.issued_at:  # another process was quicker: its version is the first
        return version, _read(here, warehouse, version, notify)
    return version, review


def review_as_of(here: Workspace, warehouse: Warehouse, month: date, moment: datetime, notify: Notify) -> tuple[Version, Review]:
    """The month's review as of a moment; it is not recorded."""
    moment = min(as_utc(moment), warehouse.moment())
    version = Version(month=month, number=None, as_of=moment, issued_at=moment, build_id=None, settings=_settings(here))
    _must_be_over(version, f"--as-of {moment:%Y-%m-%d %H:%M} UTC", "Give a later moment, or an earlier month.")
    return version, _read(here, warehouse, version, notify)


def published_build(warehouse: Warehouse) -> tuple[str, datetime]:
    """The published build, and its `as_of`. InputError if nothing is published."""
    build = warehouse.published()
    if build is None:
        raise nothing_published()
    if build.as_of is None:
        raise InputError(
            f"the build {build.build_id} has no record of its as_of",
            where="publication.build",
            remedy="Run multiball run warehouse.",
        )
    return build.build_id, build.as_of


def _of_published(here: Workspace, warehouse: Warehouse, month: date, run_id: str) -> tuple[Version, Review]:
    """A version and its facts, from one published build; read again if another was published meanwhile."""
    while True:
        build_id, as_of = published_build(warehouse)
        version = Version(
            month=month, number=None, as_of=as_of, issued_at=now(), build_id=build_id, settings=_settings(here), run_id=run_id
        )
        over = _reporting_day(here.reporting_time_zone, now()) >= _next_month(month)
        remedy = "Load newer data, then multiball run warehouse." if over else "Give an earlier month."
        _must_be_over(version, f"the published state is as of {as_of:%Y-%m-%d %H:%M} UTC" if over else "--month", remedy)
        review = _gather(warehouse, None, version)
        if published_build(warehouse)[0] == build_id:
            return version, review


def _read(here: Workspace, warehouse: Warehouse, version: Version, notify: Notify) -> Review:
    """The facts of a version, from the published state if it is the version's own, else from the state as of then."""
    if version.build_id and published_build(warehouse)[0] == version.build_id:
        review = _gather(warehouse, None, version)
        if published_build(warehouse)[0] == version.build_id:
            return review
    return _gather(warehouse, rebuild_as_of(here, warehouse, version.as_of, notify), version)


def _gather(warehouse: Warehouse, target: Target | None, version: Version) -> Review:
    from multiball.review.gather import gather

    settings = version.settings
    return gather(
        warehouse,
        target,
        month=version.month,
        as_of=version.as_of,
        issued_at=version.issued_at,
        brand=settings.brand,
        currency=settings.currency,
        time_zone=settings.time_zone,
        teams={audience.team: audience.name for audience in settings.audiences},
        sources=settings.sources,
    )


def _settings(here: Workspace) -> Settings:
    return Settings(
        brand=here.brand,
        currency=here.reporting_currency,
        time_zone=here.reporting_time_zone,
        sources=tuple(here.sources),
        links=_links(here),
        audiences=audiences(here),
    )


def _links(here: Workspace) -> Links:
    """The addresses of decisions and dashboards, as far as the stack has been started."""
    chosen = ports.kept(here)
    superset = here.environment.superset_url or (f"http://{ports.LOOPBACK}:{chosen['superset']}" if "superset" in chosen else None)
    return Links(decide=decisions_address(here), dashboard=superset)


def decisions_address(here: Workspace) -> str | None:
    """Airflow's page for decisions; None before the first start of the stack."""
    port = ports.kept(here).get("api")
    airflow = here.environment.airflow_url or (f"http://{ports.LOOPBACK}:{port}" if port else None)
    return f"{airflow}/dags/review/required_actions?response_received=false" if airflow else None


def readers(here: Workspace, version: Version) -> tuple[Audience, ...]:
    """The teams and recipients of the present plan; language and focus are those of the version, if it has the team."""
    then = {audience.team: audience for audience in version.settings.audiences}
    return tuple(
        then.get(audience.team, audience).model_copy(update={"recipients": audience.recipients}) for audience in audiences(here)
    ) or (everybody(),)


def _must_be_over(version: Version, where: str, remedy: str) -> None:
    if _reporting_day(version.settings.time_zone, version.as_of) < _next_month(version.month):
        raise InputError(
            f"{version.month:%Y-%m} was not over then" if where != "--month" else f"{version.month:%Y-%m} is not over",
            where=where,
            remedy=remedy,
        )


def _reporting_day(time_zone: str, moment: datetime) -> date:
    return as_utc(moment).replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone)).date()


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
