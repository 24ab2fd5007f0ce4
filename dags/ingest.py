"""One Airflow DAG `ingest_<source>` for each source in the workspace's sources.yml.

What: pulls the source's recent days, and history that is missing, into raw. Owner: the source's `owner`.
When it breaks: that source's failed accounts and months are a gap that the next run or a cleared task fills; everything else continues.
A mistake in sources.yml is shown as this file's import error, which names the entry and what would be right.
"""

from multiball.orchestration.ingest import ingest_dag
from multiball.settings import workspace

for source in workspace().sources.values():
    globals()[f"ingest_{source.name}"] = ingest_dag(source)
