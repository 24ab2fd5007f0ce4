"""The Airflow DAG `warehouse`: from raw to published marts.

What: expectations on raw, one dbt build into a candidate, expectations on the marts, publication. Owner: `warehouse.owner` of sources.yml.
When it breaks: readers keep the last good state; the mail says which model or check failed. A mistake in sources.yml leaves this DAG its
daily deadline: what has landed is still built.
"""

from multiball.orchestration import assets
from multiball.orchestration.warehouse import warehouse_dag
from multiball.settings import TIME_LIMIT_HOURS, workspace
from multiball.shapes import InputError

try:
    owner, sources, hours = workspace().owner, list(workspace().sources), workspace().time_limit_hours
except InputError:
    # dags/ingest.py shows the same error, where readers look for sources.
    owner, sources, hours = "data@example.com", [], TIME_LIMIT_HOURS

dag = warehouse_dag(owner, assets.all_raw(sources), hours)
