"""One `dbt build` into a candidate, and what each of its models and tests did."""

from multiball.transform.build import BuildFailed, build
from multiball.transform.record import record
from multiball.transform.results import NodeResult

__all__ = ["BuildFailed", "NodeResult", "build", "record"]
