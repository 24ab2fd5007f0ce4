"""What `multiball doctor` says of one thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `remedy` is empty where it is well; a `note` has one, and is not a fault of what runs here."""

    subject: str
    state: str
    remedy: str = ""
    note: bool = False

    @property
    def well(self) -> bool:
        """Whether nothing needs fixing."""
        return self.note or not self.remedy

    @property
    def mark(self) -> str:
        """The sign before its line."""
        return "✗" if not self.well else "!" if self.note else "✓"
