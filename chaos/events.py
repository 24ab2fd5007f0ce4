"""Counts the calls by which a process changes files, a database or a connection, and ends the process at one of them."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import CodeType, FrameType
from typing import Any

_FILES = ["open", "fsync", "rename", "replace", "unlink", "remove", "mkdir", "rmdir", "link", "write_table", "ftruncate"]
_ENGINES = ["execute", "executemany", "commit", "rollback", "adbc_ingest"]
_MAIL = ["connect", "send", "sendall", "sendmail", "quit"]
NAMES = frozenset([*_FILES, *_ENGINES, *_MAIL])
"""Functions whose calls are events: of files, of the engines, of mail."""
_OWN = (f"{os.sep}multiball{os.sep}", f"{os.sep}chaos{os.sep}", "pyarrow", "adbc_driver", "psycopg2", "smtplib", "pathlib", "shutil")
"""What the file of a caller contains whose calls count: not those of loggers and of Python's own start."""


class Events:
    """Counts events from `begin` on. With `last`, the process is killed right before the event of that number, from 1."""

    def __init__(self, last: int = 0) -> None:
        self.seen, self._last = 0, last

    def begin(self) -> None:
        """Watch this thread, and those that begin, from now on."""
        threading.setprofile(self._watch)
        sys.setprofile(self._watch)

    def end(self) -> None:
        """Stop watching."""
        sys.setprofile(None)
        threading.setprofile(None)

    def _watch(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call":
            name = getattr(argument, "__name__", "")
            if name in NAMES and _counts(frame.f_code):
                self._happened()
        elif event == "call" and frame.f_code.co_name in NAMES and frame.f_back and _counts(frame.f_code):
            self._happened()

    def _happened(self) -> None:
        self.seen += 1
        if self.seen == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def _counts(code: CodeType) -> bool:
    return any(part in code.co_filename for part in _OWN)
