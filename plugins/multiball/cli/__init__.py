"""The command `multiball`.

Exit codes: 0 done, 1 failed, 2 the user's input is wrong. Commands import their dependencies when they run, so that `multiball query` does
not wait for Airflow.
"""

from multiball.cli.main import main

__all__ = ["main"]
