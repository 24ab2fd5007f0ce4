"""`plan/teams.yml`: who gets the review, in which language, and what comes first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from multiball.documents import REPLACED, suggestion
from multiball.plan.model import Address, Context, Entry, Finding, Language, Name, Part, Plan, PlanFile
from multiball.review.sections import choices


class _Sections:
    """The schema of a section: one that the report has."""

    @staticmethod
    def __get_pydantic_json_schema__(core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"enum": list(choices())}


class Focus(Part):
    """What comes first in a team's review."""

    model_config = ConfigDict(json_schema_extra={REPLACED: {"parts": "Write sections; the section decisions is called proposals now."}})

    goals: tuple[str, ...] = Field(default=(), description="Ids of goals, the first one first.")
    sections: tuple[Annotated[str, _Sections], ...] = Field(
        default=(), description="Sections of the review, the first one first: the folders of review/sections that the report shows."
    )


class Team(Entry):
    """Who gets the review."""

    name: Name = Field(description="The team's name, by language.")
    recipients: Annotated[tuple[Address, ...], Field(min_length=1, json_schema_extra={"uniqueItems": True})] = Field(
        description="Give at least one e-mail address."
    )
    language: Language = Field(description="The language of the team's review: one that has a catalogue in locale/.")
    focus: Focus = Field(default=Focus(), description="What comes first in the team's review.")


def _rules(plan: Plan, context: Context) -> Iterator[Finding]:
    goals = plan.ids("goals")
    for team in plan.of(Team):
        for position, name in enumerate(team.focus.goals):
            if name not in goals:
                place = (*team.place, "focus", "goals", position)
                yield Finding(place, f"plan/goals.yml has no goal {name!r}", suggestion(name, goals))


FILE = PlanFile(
    name="teams",
    noun="team",
    entry=Team,
    description="Who gets the review, in which language, and what comes first.",
    rules=_rules,
    is_required=True,
    is_recorded=False,  # plain addresses of people do not enter the warehouse
)
