"""The Airflow DAG `review`: the monthly review, with its mails and decisions.

What: the last full month's review to every team of plan/teams.yml, then a question for each proposal. Owner: `warehouse.owner` of
sources.yml. When it breaks: no team gets the review again; the mail says which team has not received it.
"""

from multiball.orchestration.review import review_dag
from multiball.settings import TIME_LIMIT_HOURS, workspace
from multiball.shapes import InputError

try:
    owner, hours = workspace().owner, workspace().time_limit_hours
except InputError:
    # dags/ingest.py shows the same error, where readers look for sources.
    owner, hours = "data@example.com", TIME_LIMIT_HOURS

dag = review_dag(owner, hours)
