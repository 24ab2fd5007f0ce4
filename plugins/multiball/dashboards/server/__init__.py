"""What runs inside `.venv-superset`: Superset's configuration, its set-up, the import of dashboards as code, and its web server.

`multiball.runtime.superset` starts it, and passes everything that depends on the workspace in environment variables.
"""
