"""The result of one check of `multiball doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CheckResult:
    """`remedy` is empty when the check passed. A `note` has a remedy, but does not make the command fail."""

    subject: str
    state: str
    remedy: str = ""
    note: bool = False

    @property
    def passed(self) -> bool:
        """Whether nothing has to be fixed."""
        return self.note or not self.remedy

    @property
    def mark(self) -> str:
        """The sign at the start of its line."""
        return "✗" if not self.passed else "!" if self.note else "✓"
