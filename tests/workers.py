"""Distributes tests to workers: a file stays together, and files of a folder that share an expensive fixture go to one worker."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadFileScheduling

TESTS = Path(__file__).parent
_FIXTURE = re.compile(r"^@pytest\.fixture(\(.*\))?\ndef (\w+)", re.MULTILINE)


class SharedScheduling(LoadFileScheduling):  # type: ignore[misc]
    """What a folder's `conftest.py` makes once for a session (a build on each engine, a Superset) is made once for a machine."""

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid.split("::", 1)[0])


@cache
def scope(file: str) -> str:
    """Of a test file, given from the repository's root: its folder where it uses what that folder shares, else the file itself."""
    path = TESTS.parent / file
    text = path.read_text(encoding="utf-8")
    own = {name for _, name in _FIXTURE.findall(text)}
    uses = any(re.search(rf"[(,] *{name}: ", text) for name in _shared(path.parent) if name not in own)
    return str(Path(file).parent) if uses else file


@cache
def _shared(folder: Path) -> tuple[str, ...]:
    """The fixtures of a folder whose `conftest.py` has one for a session."""
    file = folder / "conftest.py"
    if folder == TESTS or not file.exists():
        return ()
    text = file.read_text(encoding="utf-8")
    found = _FIXTURE.findall(text)
    return tuple(name for _, name in found) if any("session" in scope for scope, _ in found) else ()
