"""The sandbox's time: the platforms' present moment. It follows real time until it is set."""

from __future__ import annotations

from datetime import UTC, datetime


class Clock:
    """Fixed at the moment it was set to, else real time. All times are UTC and aware."""

    def __init__(self, now: datetime | None = None) -> None:
        self.set(now)

    def set(self, now: datetime | None) -> None:
        """Stand still at `now` (one without zone counts as UTC); None: follow real time again."""
        self._set_to = now if now is None else (now.astimezone(UTC) if now.tzinfo else now.replace(tzinfo=UTC))

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return self._set_to or datetime.now(UTC)

    @property
    def stands_still(self) -> bool:
        """Whether it was set."""
        return self._set_to is not None
