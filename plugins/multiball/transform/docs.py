"""dbt's own docs of the published state as one page, with the descriptions that columns inherit and their labels in each language.

A column's description is that of its yml, or else of the contract that its staging model fills, or else of the doc block of its name.
dbt has no such inheritance: descriptions are filled into a copy of the build's manifest, from which `dbt docs generate` makes its page.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from multiball.canonical import contracts
from multiball.dbt_files import PROJECT, doc_blocks
from multiball.settings import Workspace
from multiball.shapes import Failure, InputError
from multiball.transform.build import build_folder, dbt
from multiball.warehouse.interface import Warehouse
from multiball.words import languages
from multiball.words.catalogue import catalogue

_LAYERS = ("staging", "canonical", "intermediate", "marts")
_LABELLED = ("canonical", "marts")
_NO_COLUMN: Mapping[str, Any] = {
    "meta": {},
    "constraints": [],
    "quote": None,
    "config": {"meta": {}, "tags": []},
    "tags": [],
    "granularity": None,
    "doc_blocks": [],
}
"""A column of the manifest, as dbt writes an undeclared one."""


def write_docs(workspace: Workspace, warehouse: Warehouse) -> Path:
    """Write dbt's docs of the published build to `var/dbt_docs/index.html` and return the file. InputError before the first publication.

    Only columns are read from the warehouse. Raises `Failure` if dbt fails.
    """
    published = warehouse.published()
    if published is None:
        raise InputError("nothing is published yet", where=str(workspace.home), remedy="Run the DAG warehouse: multiball run warehouse.")
    built = build_folder(workspace, warehouse.candidate(published.build_id))
    if not (built / "manifest.json").exists():
        raise Failure(f"{built}/manifest.json, which dbt wrote at the published build, is missing. Run the DAG warehouse again.")
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    inherit(manifest, _columns(warehouse))
    add_labels(manifest, workspace.reporting_currency)
    page = workspace.var / "dbt_docs" / "index.html"
    page.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=workspace.var) as name:
        folder = Path(name)
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        shutil.copy(built / "profiles.yml", folder)
        said: deque[str] = deque(maxlen=3)
        options = ["--no-compile", "--empty-catalog", "--static"]
        if dbt(["docs", "generate", *options], folder, {}, said.append) != 0:
            raise Failure(f"dbt could not write its docs ({' '.join(said)}). Correct the project, and run multiball docs again.")
        os.replace(folder / "static_index.html", page)
    return page


def inherit(manifest: dict[str, Any], columns: Mapping[str, Mapping[str, str]], project: Path = PROJECT) -> None:
    """Add to every model of dbt's manifest all its columns in the warehouse (types by column, by model), with their descriptions."""
    docs, entities = doc_blocks(project), contracts(project)
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model":
            continue
        name = node["name"].partition("__")[2] if node["fqn"][1] == "staging" else node["name"]
        inherited = dict(docs)
        if name in entities:
            inherited |= {column.name: column.description for column in entities[name].columns.values()}
        for column, kind in columns.get(node["name"], {}).items():
            node["columns"].setdefault(column, {"name": column, "description": "", "data_type": kind, **_NO_COLUMN})
        for column, entry in node["columns"].items():
            entry["description"] = entry["description"] or inherited.get(column, "")


def add_labels(manifest: dict[str, Any], currency: str) -> None:
    """Begin the description of each column of canonical entities and marts with what people read for it, in every language."""
    texts = [catalogue(language) for language in languages()]
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["fqn"][1] in _LABELLED:
            for column, entry in node["columns"].items():
                labels = dict.fromkeys(text.column(column, node["name"], currency=currency) for text in texts)
                entry["description"] = f"{' / '.join(labels)}. {entry['description']}".strip()


def _columns(warehouse: Warehouse) -> dict[str, dict[str, str]]:
    schemas = ", ".join(f"'{schema}'" for schema in _LAYERS)
    found: dict[str, dict[str, str]] = {}
    query = f"""select table_name, column_name, data_type from information_schema.columns where table_schema in ({schemas})
order by table_name, ordinal_position"""
    for row in warehouse.query(query).to_pylist():
        found.setdefault(row["table_name"], {})[row["column_name"]] = row["data_type"]
    return found
