"""The plan of a workspace: the files of its folder `plan/`, one module of `files` each.

`model` defines a plan file → `reading` reads those of a workspace and validates them with the `schema` of their models → `rules` finds what
a schema cannot express → `attainability` compares goals with published data → `check` sorts the findings. `record` stores the entries as
raw vintages, from which dbt builds marts such as `goal_progress`.
"""

from multiball.plan.check import Assessment, check
from multiball.plan.files.goals import Goal
from multiball.plan.files.teams import Team
from multiball.plan.model import Plan
from multiball.plan.reading import plan_folder, read_entries, read_plan
from multiball.plan.record import raw_entity, record_plan, recorded_files

__all__ = [
    "Assessment",
    "Goal",
    "Plan",
    "Team",
    "check",
    "plan_folder",
    "raw_entity",
    "read_entries",
    "read_plan",
    "record_plan",
    "recorded_files",
]
