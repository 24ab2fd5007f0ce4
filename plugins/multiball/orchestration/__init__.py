"""All that imports Airflow: DAG factories, their assets and failure mails, running a DAG in the foreground, the supervised stack."""
