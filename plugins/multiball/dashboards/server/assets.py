"""Dashboards as code: imports the asset folder into Superset, and removes from it what is no longer in the folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from multiball.dashboards.server.people import ANALYST, LEADERSHIP
from multiball.shapes import InputError

_KINDS = ("databases", "datasets", "charts", "dashboards")
_READ_ONLY = {
    "allow_ctas": False,
    "allow_cvas": False,
    "allow_dml": False,
    "allow_file_upload": False,
    "allow_run_async": False,
    "expose_in_sqllab": True,
}


def read(folder: Path, warehouse: str, engine_parameters: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The assets by their path in the folder, marked as managed outside Superset. Databases have the warehouse's URL."""
    if not (folder / "metadata.yaml").is_file():
        raise InputError("there are no dashboards (no metadata.yaml)", where=str(folder), remedy="Run it in a checkout of Multiball.")
    found = {"metadata.yaml": _parsed(folder / "metadata.yaml")}
    for file in sorted(file for kind in _KINDS for file in (folder / kind).rglob("*.yaml")):
        asset = {**_parsed(file), "is_managed_externally": True}
        if "uuid" not in asset:
            raise InputError("has no uuid, by which the next import would find it", where=str(file), remedy="Give it one, and keep it.")
        if file.is_relative_to(folder / "databases"):
            asset |= _READ_ONLY | {"sqlalchemy_uri": warehouse}
            asset["extra"] = {**asset.get("extra", {}), "engine_params": dict(engine_parameters)}
        found[file.relative_to(folder).as_posix()] = asset
    return found


def bring_in(assets: Mapping[str, Mapping[str, Any]], notify: Callable[[str], None]) -> None:
    """Remove what is no longer in the folder, import the rest, and give both roles access to the dashboards: all of it, or nothing.

    Ids stay the same, so links and charts that people built on a dataset still work; a second import changes nothing. Assets are removed
    first, because a new one may have the same name.
    """
    from superset.commands.exceptions import CommandInvalidError
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.utils.decorators import transaction

    def all_or_nothing() -> None:
        _prune({str(asset["uuid"]) for path, asset in assets.items() if path != "metadata.yaml"}, notify)
        ImportAssetsCommand({path: yaml.safe_dump(asset, allow_unicode=True) for path, asset in assets.items()}).run()
        _show_dashboards()

    try:
        transaction(on_error=None)(all_or_nothing)()
    except CommandInvalidError as error:
        [(path, why), *_] = error.normalized_messages().items()
        raise InputError(f"Superset refuses it ({why})", where=path, remedy="Fix the file; nothing was imported.") from error
    notify(f"{sum(path.startswith('dashboards/') for path in assets)} dashboards are in Superset")


def database_permission() -> str:
    """The permission for all queries on the warehouse."""
    from superset import db
    from superset.models.core import Database

    return str(db.session.query(Database).filter_by(is_managed_externally=True).one().perm)


def _parsed(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise InputError(f"is not valid YAML ({' '.join(str(error).split())})", where=str(file), remedy="Fix the syntax there.") from error
    if not isinstance(content, dict):
        raise InputError("is not a mapping", where=str(file), remedy="Export it from Superset, or copy another one.")
    return content


def _prune(kept: set[str], notify: Callable[[str], None]) -> None:
    """Remove what was imported earlier and is no longer in the folder, except a dataset that people's own charts still use."""
    from superset import db

    for kind, name, gone in _gone(kept):
        own = _charts_of_people(gone) if kind == "dataset" else []
        if own:
            notify(f"dataset {name} is no longer in the folder, but is kept, because charts use it: {', '.join(own)}")
        else:
            notify(f"removed: {kind} {name}")
            db.session.delete(gone)
    db.session.flush()


def _gone(kept: set[str]) -> Iterator[tuple[str, str, Any]]:
    from superset import db
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    for kind, model, name in (("dashboard", Dashboard, "dashboard_title"), ("chart", Slice, "slice_name"), ("dataset", SqlaTable, "name")):
        for found in db.session.query(model).filter_by(is_managed_externally=True):
            if str(found.uuid) not in kept:
                yield kind, getattr(found, name), found


def _charts_of_people(dataset: Any) -> list[str]:
    from superset import db
    from superset.models.slice import Slice

    own = db.session.query(Slice).filter_by(datasource_id=dataset.id, datasource_type="table", is_managed_externally=False)
    return [chart.slice_name for chart in own]


def _show_dashboards() -> None:
    from superset import db, security_manager
    from superset.models.dashboard import Dashboard

    roles = [security_manager.find_role(name) for name in (LEADERSHIP, ANALYST)]
    for dashboard in db.session.query(Dashboard).filter_by(is_managed_externally=True):
        dashboard.published, dashboard.roles = True, roles
