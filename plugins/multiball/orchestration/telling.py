"""What a task says to the person who runs its DAG in the foreground; under the scheduler it stands in the task's log alone."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)
_listeners: list[Callable[[str], None]] = []


def listen(listener: Callable[[str], None]) -> None:
    """From now on this process runs in the foreground, and the listener gets each line."""
    _listeners.append(listener)


def in_foreground() -> bool:
    """Whether somebody listens. Nobody can be asked anything then: there is no server that would take the answer."""
    return bool(_listeners)


def say(line: str) -> None:
    """Tell a line."""
    log.info("%s", line)
    for listener in _listeners:
        listener(line)
