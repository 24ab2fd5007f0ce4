from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from connectors.contract import Records, extract, quick
from connectors.local_server import Handler, Request, counting, failing_first, forward, serve

from multiball.connectors import connector
from multiball.settings import REPOSITORY
from multiball.shapes import Connector, Source, Window

_COPIED = (
    "plugins", "sandbox", "tests/__init__.py", "tests/connectors", "tests/sandbox/tiny_world.py", "tests/dbt_project/raw_rows.py",
    "dbt_project", "expectations", "locale", "pyproject.toml", "docs/how-to/add-a-connector.md",
)  # fmt: skip


@pytest.fixture(scope="module")
def account(source: Source) -> str:
    """The account that the contract extracts."""
    return source.accounts[0]


@pytest.fixture(scope="module")
def it(source: Source) -> Connector:
    """The connector under contract."""
    return connector(source.connector)


@pytest.fixture(scope="module")
def records(source: Source, account: str, window: Window) -> Records:
    """What an undisturbed extraction brings."""
    return extract(quick(source, source.base_url), account, window)


@pytest.fixture(scope="module")
def troubled(source: Source, account: str, window: Window) -> tuple[Records, list[Request]]:
    """What an extraction brings when every request fails the first time, and the requests that it made."""
    seen: list[Request] = []
    with serve(counting(failing_first(forward(source.base_url)), seen)) as base:
        return extract(quick(source, base), account, window), seen


@pytest.fixture
def at(source: Source) -> Iterator[Callable[[Handler], Source]]:
    """The source, served by a handler."""
    with ExitStack() as servers:
        yield lambda handler: quick(source, servers.enter_context(serve(handler)))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a connector needs of the repository, to add one to."""
    root = tmp_path_factory.mktemp("repository")
    for name in _COPIED:
        origin, copy = REPOSITORY / name, root / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        ignored = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(origin, copy, ignore=ignored) if origin.is_dir() else shutil.copy(origin, copy)
    return root
