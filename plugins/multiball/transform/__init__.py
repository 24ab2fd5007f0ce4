"""`dbt build` into a candidate, the results of its models and tests, and dbt's docs."""

from multiball.transform.build import BuildFailed, build
from multiball.transform.record import record
from multiball.transform.results import NodeResult
from multiball.transform.sources import Sources

__all__ = ["BuildFailed", "NodeResult", "Sources", "build", "record"]
