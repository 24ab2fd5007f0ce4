"""`plan/goals.yml` and `plan/teams.yml` as they are written: read, held against their schemas, and typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from multiball.documents import Document, Fault, Place, read
from multiball.review.sections import choices
from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.texts import is_there
from multiball.words import languages

GUIDE = "See docs/how-to/plan-goals.md."
Words = Mapping[str, str]
"""A text by language: `en` and `zh`."""


@dataclass(frozen=True)
class Goal:
    """A number to reach by a day. `place` is where it stands in its file."""

    id: str
    metric: str
    unit: str
    dimension: str
    member: str
    baseline: Decimal
    target: Decimal
    direction: Literal["up", "down"]
    start: date
    due: date
    owner: str
    text: Words
    objective: Words
    supports: str | None
    closed: bool
    place: Place


@dataclass(frozen=True)
class Team:
    """Who gets the review. `focus_goals` and `focus_sections` come first in it, in this order."""

    id: str
    name: Words
    recipients: tuple[str, ...]
    language: str
    focus_goals: tuple[str, ...]
    focus_sections: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class PlanFile:
    """One of the two files, with what its schema finds wrong."""

    name: str
    document: Document
    faults: tuple[Fault, ...] = ()

    def line(self, place: Place) -> int:
        """The line of the part at `place`, counted from 1."""
        return self.document.line(place)


@dataclass(frozen=True)
class Plan:
    """Both files. `goals` and `teams` hold those entries that their schema finds nothing wrong with."""

    goals_file: PlanFile
    teams_file: PlanFile
    goals: tuple[Goal, ...] = field(default=())
    teams: tuple[Team, ...] = field(default=())


def plan_folder(workspace: Workspace) -> Path:
    """Where the plan is stored."""
    return workspace.home / "plan"


def schema(name: Literal["goals", "teams"]) -> dict[str, Any]:
    """The JSON Schema of `plan/<name>.yml`; reviews have the languages of the catalogues, and the sections that there are."""
    return _schema(name, languages(), choices() if name == "teams" else ())


@cache
def _schema(name: str, known: tuple[str, ...], sections: tuple[str, ...]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name(f"{name}.schema.json").read_text(encoding="utf-8"))
    if name == "teams":
        loaded["$defs"]["team"]["properties"]["language"]["enum"] = list(known)
        loaded["$defs"]["team"]["properties"]["focus"]["properties"]["sections"]["items"]["enum"] = list(sections)
    return loaded


def read_plan(workspace: Workspace) -> Plan:
    """Read both files. InputError where one is missing or is no YAML; faults of the schema are kept in the files."""
    goals, teams = _file(workspace, "goals"), _file(workspace, "teams")
    return Plan(goals, teams, tuple(_goal(*entry) for entry in _sound(goals)), tuple(_team(*entry) for entry in _sound(teams)))


def read_teams(workspace: Workspace) -> tuple[Team, ...]:
    """The teams alone. InputError where the file is missing, is no YAML, or has a fault."""
    teams = _file(workspace, "teams")
    for fault in teams.faults:
        raise teams.document.wrong(fault.what, fault.remedy, fault.place)
    return tuple(_team(*entry) for entry in _sound(teams))


def _file(workspace: Workspace, name: Literal["goals", "teams"]) -> PlanFile:
    path, shown = plan_folder(workspace) / f"{name}.yml", f"plan/{name}.yml"
    if not is_there(path):
        raise InputError("is missing", where=str(path), remedy="Write it as docs/how-to/plan-goals.md shows; examples/demo/plan has one.")
    document = read(path)
    if document is None:
        fault = Fault((), "is not a mapping", f"Begin with {name}: and a list below it.")
        return PlanFile(shown, Document(path, {}), (fault,))
    return PlanFile(shown, document, tuple(document.faults(schema(name), whole="the file", guide=GUIDE, dates=True)))


def _sound(file: PlanFile) -> list[tuple[Mapping[str, Any], Place]]:
    [(key, _)] = schema("goals" if file.name.endswith("goals.yml") else "teams")["properties"].items()
    entries = file.document.data.get(key)
    wrong = {fault.place[:2] for fault in file.faults}
    if not isinstance(entries, list) or (key,) in wrong:
        return []
    return [(entry, (key, number)) for number, entry in enumerate(entries) if (key, number) not in wrong]


def _goal(entry: Mapping[str, Any], place: Place) -> Goal:
    dimension = str(entry.get("dimension", "total"))
    return Goal(
        id=str(entry["id"]),
        metric=str(entry["metric"]),
        unit=str(entry["unit"]),
        dimension=dimension,
        member=str(entry.get("member", "all" if dimension == "total" else "")),
        baseline=Decimal(str(entry["baseline"])),
        target=Decimal(str(entry["target"])),
        direction=entry["direction"],
        start=_date(entry["start"]),
        due=_date(entry["due"]),
        owner=str(entry["owner"]),
        text=dict(entry["text"]),
        objective=dict(entry["objective"]),
        supports=entry.get("supports"),
        closed=bool(entry.get("closed", False)),
        place=place,
    )


def _team(entry: Mapping[str, Any], place: Place) -> Team:
    focus = entry.get("focus", {})
    return Team(
        id=str(entry["id"]),
        name=dict(entry["name"]),
        recipients=tuple(str(address) for address in entry["recipients"]),
        language=entry["language"],
        focus_goals=tuple(map(str, focus.get("goals", []))),
        focus_sections=tuple(map(str, focus.get("sections", []))),
        place=place,
    )


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
