"""What tests need in addition to Python, found by what they use. No test is listed by hand.

A marker follows from a fixture that a test asks for (also through other fixtures), from a helper that its module imports, or from its
folder. `make test-fast` runs the tests without any of these markers. A test whose need is not visible in these ways carries its own marker.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

MARKERS = {
    "engine": "needs an embedded Postgres",
    "airflow": "runs Airflow",
    "superset": "runs Superset",
    "browser": "looks at pages in a browser",
    "build": "runs dbt",
    "process": "starts programs",
    "server": "asks a server on this machine, and waits as a connector waits",
    "spark": "runs Spark",
    "slow": "takes minutes",
}
"""Everything that a quick run leaves out, and why."""

FIXTURES = {
    "browser": "browser",
    "brand": "build",
    "builds": "build",
    "meta_ads_server": "server",
    "postgres_dsn": "engine",
    "sandbox": "server",
    "empty_database": "engine",
    "small_stack": "superset",
    "spark": "spark",
}
HELPERS = {
    "subprocess": "process",
    "conftest.build_marts": "build",
    "multiball.transform.build.build": "build",
    "multiball.transform.build.dbt": "build",
    "multiball.transform.docs.write_docs": "build",
    "multiball.flows.steps.build_whole": "build",
    "multiball.warehouse.embedded_postgres.running_postgres": "engine",
    "connectors.local_server.serve": "server",
    "connectors.stand_in.stand_in": "server",
    "sandbox.serve.serve": "server",
    "dashboards.superset_server.running_superset": "superset",
}
FOLDERS = {"end_to_end": "airflow", "dags": "airflow"}


def mark(item: pytest.Item) -> None:
    """Give a test the markers that follow from what it uses."""
    used = [FIXTURES[name] for name in getattr(item, "fixturenames", ()) if name in FIXTURES]
    imported = [_name(value) for value in vars(getattr(item, "module", item)).values() if callable(value) or isinstance(value, ModuleType)]
    used += [HELPERS[name] for name in imported if name in HELPERS]
    used += [FOLDERS[part] for part in Path(item.path).parts if part in FOLDERS]
    for marker in sorted(set(used)):
        item.add_marker(marker)


def is_quick(item: pytest.Item) -> bool:
    """Whether a test needs nothing but this Python process."""
    return not any(item.get_closest_marker(marker) for marker in MARKERS)


def _name(value: object) -> str:
    return value.__name__ if isinstance(value, ModuleType) else f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
