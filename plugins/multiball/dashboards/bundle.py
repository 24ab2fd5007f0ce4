"""`superset/`, `locale/` and the marts' yml → a folder in the layout that Superset imports.

`superset/` contains what people write; Superset's own format is long, and so is generated before each import:
`write_bundle(folder, currency=…)` → `metadata.yaml`, `databases/`, `datasets/warehouse/`, `charts/`, `dashboards/`. The same source
gives the same bytes. The database's address is a placeholder, which the importing process replaces by that of the workspace's warehouse.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from multiball.dashboards.charts import chart
from multiball.dashboards.check import check
from multiball.dashboards.datasets import DATABASE, dataset
from multiball.dashboards.edition import Edition, asset_uuid
from multiball.dashboards.layout import dashboard
from multiball.dashboards.source import FOLDER, Assets, read_assets
from multiball.dbt_files import PROJECT
from multiball.marts import Mart, marts
from multiball.words import languages


def write_bundle(folder: Path, *, currency: str, source: Path = FOLDER, project: Path = PROJECT) -> None:
    """Replace the folder by what Superset imports. `currency` is the reporting currency. Raises InputError for an invalid source."""
    assets, known = read_assets(source), marts(project)
    check(assets, known)
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in _files(assets, known, currency):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")


class _Dumper(yaml.SafeDumper):
    """Writes SQL over several lines unchanged."""


_Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)
)


def _files(assets: Assets, known: Mapping[str, Mart], currency: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "metadata.yaml", {"version": "1.0.0", "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"}
    yield f"databases/{DATABASE}.yaml", _database()
    for edition in (Edition(assets, known, language, currency) for language in languages()):
        for name in assets.datasets.data:
            yield f"datasets/{DATABASE}/{edition.name(name)}.yaml", dataset(name, edition)
        for name in assets.charts:
            yield f"charts/{edition.name(name)}.yaml", chart(name, edition)
        for name in assets.dashboards:
            yield f"dashboards/{edition.name(name)}.yaml", dashboard(name, edition)


def _database() -> dict[str, Any]:
    return {
        "database_name": "Warehouse",
        "sqlalchemy_uri": "duckdb://",
        "uuid": asset_uuid("database", DATABASE),
        "expose_in_sqllab": True,
        "extra": {},
        "version": "1.0.0",
    }
