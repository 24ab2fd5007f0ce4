"""The plan of a workspace: `plan/goals.yml` and `plan/teams.yml`.

`files` reads both and holds them against their schemas → `rules` judges what a schema cannot say → `forecast` compares with what is
published → `check` puts the findings in order. `record` keeps the goals as raw vintages, from which dbt makes `goal_progress`.
"""

from multiball.plan.check import Finding, Verdict, check
from multiball.plan.files import Goal, Plan, Team, plan_folder, read_plan, read_teams
from multiball.plan.record import record_plan

__all__ = ["Finding", "Goal", "Plan", "Team", "Verdict", "check", "plan_folder", "read_plan", "read_teams", "record_plan"]
