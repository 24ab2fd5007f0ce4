"""The plan of a workspace: the files of its folder `plan/`, one module of `files` each.

`model` says what a plan file is → `reading` reads those of a workspace, held against the `schema` of their models → `rules` reports what a
schema cannot say → `forecast` compares with what is published → `check` puts the findings in order. `record` keeps the entries as raw
vintages, from which dbt makes marts such as `goal_progress`.
"""

from multiball.plan.check import Finding, Verdict, check
from multiball.plan.files.goals import Goal
from multiball.plan.files.teams import Team
from multiball.plan.model import Plan
from multiball.plan.reading import plan_folder, read_entries, read_plan
from multiball.plan.record import raw_entity, record_plan, recorded_files

__all__ = [
    "Finding",
    "Goal",
    "Plan",
    "Team",
    "Verdict",
    "check",
    "plan_folder",
    "raw_entity",
    "read_entries",
    "read_plan",
    "record_plan",
    "recorded_files",
]
