"""Progress lines of a task: written to its log, and shown to the person who runs its DAG in the foreground."""

from __future__ import annotations

import logging

from multiball.shapes import Notify

log = logging.getLogger(__name__)
_listeners: list[Notify] = []


def add_listener(listener: Notify) -> None:
    """Mark this process as running in the foreground, and pass each line to the listener."""
    _listeners.append(listener)


def in_foreground() -> bool:
    """Whether a listener is set. No decision can be requested then: there is no server that would take the answer."""
    return bool(_listeners)


def notify(line: str) -> None:
    """Log a line and pass it to the listeners."""
    log.info("%s", line)
    for listener in _listeners:
        listener(line)
