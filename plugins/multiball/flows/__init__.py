"""Use cases, without Airflow: pull, import, build and publish, review, demo. DAGs and the command line call them."""
