"""Runs the Great Expectations suites of `expectations/` on the warehouse and records the results."""

from multiball.quality.check import check
from multiball.quality.outcome import CheckOutcome, ChecksFailed, Status
from multiball.quality.recorded import RecordedWarning, newest_warnings
from multiball.quality.suites import Check, Suite, load_suites

__all__ = ["Check", "CheckOutcome", "ChecksFailed", "RecordedWarning", "Status", "Suite", "check", "load_suites", "newest_warnings"]
