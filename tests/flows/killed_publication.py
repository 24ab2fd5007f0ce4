"""A publication that is killed at a chosen point; run by test_publication in a process of its own."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from multiball.flows import steps
from multiball.settings import Workspace
from multiball.warehouse import embedded, open_warehouse, server, server_publication, server_reader

POINTS = ("sealed", "prepared", "replacing", "replaced", "published", "recorded")


def die(*arguments: Any, **named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dies_after(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments, **named: (call(*arguments, **named), die())


def main(home: str, build_id: str, as_of: str, point: str) -> None:
    engines: tuple[Any, ...] = (embedded.EmbeddedWarehouse, server.ServerWarehouse)
    if point == "sealed":
        for engine in engines:
            engine.seal = dies_after(engine.seal)
    elif point == "prepared":  # on Postgres, the views of the new build are written; on DuckDB, the same as the next
        server_publication._move_pointer = die  # type: ignore[assignment]
        embedded.os = type("Os", (), {**vars(os), "replace": staticmethod(die)})  # type: ignore[attr-defined]
    elif point == "replacing":  # on Postgres, the pointer is moved, and the transaction is open
        server_reader.follow = die  # type: ignore[assignment]
        embedded.os = type("Os", (), {**vars(os), "replace": staticmethod(die)})  # type: ignore[attr-defined]
    elif point == "replaced":
        server_publication.drop_unused = die  # type: ignore[assignment]
        embedded.sync = die  # type: ignore[assignment]
    elif point == "published":
        for engine in engines:
            engine.publish = dies_after(engine.publish)
    elif point == "recorded":
        steps.append_records = dies_after(steps.append_records)
    steps.publish(open_warehouse(Workspace(Path(home))), build_id, datetime.fromisoformat(as_of))


if __name__ == "__main__":
    main(*sys.argv[1:])
