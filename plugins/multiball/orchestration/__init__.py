"""All that imports Airflow: DAG factories, their assets, questions and failure mails, and running a DAG in the foreground."""
