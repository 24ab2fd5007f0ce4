"""The input of dbt's parser: the staging models of each canonical entity, the marts with metrics, and what connectors
declare about their platforms."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from multiball.dbt_files import read_yaml
from multiball.shapes import InputError

ALWAYS = ("import", "multiball", "science")
"""The folders of staging that every workspace has: imports, Multiball's own records, results of its models of value."""


@dataclass(frozen=True)
class Sources:
    """The connectors with rows (None: all); and for each platform the number of days in which it restates its figures."""

    connectors: Collection[str] | None = None
    restatement_days: Mapping[str, int] = field(default_factory=dict)

    def folders(self, project: Path) -> dict[str, bool]:
        """The folders of staging, and whether they are built."""
        found = sorted(path.name for path in (project / "models" / "staging").iterdir() if path.is_dir())
        return {name: self.connectors is None or name in ALWAYS or name in self.connectors for name in found}

    def variables(self, project: Path) -> dict[str, Any]:
        """dbt's variables, derived from the files of the project and the sources.

        dbt needs the references of a model when it parses, where it cannot look up files or other models. Raises `InputError` if a
        raw side, `raw_<source>__<entity>`, has no staging model.
        """
        built = [name for name, is_built in self.folders(project).items() if is_built]
        staged, raw_sides = (
            sorted(path.stem for name in built for path in (project / "models" / "staging" / name).glob(f"{prefix}_*.sql"))
            for prefix in ("stg", "raw")
        )
        entities = sorted(path.stem for path in (project / "models" / "canonical").glob("*.sql"))
        canonical = {entity: [model for model in staged if model.partition("__")[2] == entity] for entity in entities}
        compared = {model.replace("stg_", "raw_", 1) for models in canonical.values() for model in models}
        for model in raw_sides:
            if model not in compared:
                raise InputError(
                    f"the raw side {model} has no staging model",
                    where=f"{project.name}/models/staging",
                    remedy="Name it after a staging model of a canonical entity, stg_<source>__<entity>, or remove it.",
                )
        return {
            "canonical": canonical,
            "raw_sides": raw_sides,
            "metric_marts": _metric_marts(project),
            "restatement_days": dict(sorted(self.restatement_days.items())),
        }

    def excluded(self, project: Path) -> list[str]:
        """dbt's selectors of the staging models that are not built."""
        return [f"path:models/staging/{name}" for name, is_built in self.folders(project).items() if not is_built]


def _metric_marts(project: Path) -> list[str]:
    """The marts with daily metrics. Invalid metrics are reported by dbt's own check."""
    models = [model for file in project.glob("models/marts/**/*.yml") for model in read_yaml(file).get("models", [])]
    return sorted(
        model["name"]
        for model in models
        if "date_day" in {column["name"] for column in model.get("columns", [])}
        and any(not metric.get("within") for metric in model.get("config", {}).get("meta", {}).get("metrics", []))
    )


EVERY_SOURCE = Sources()


def write_default(project: Path) -> Path:
    """Write the models of all sources into `dbt_project.yml`, where dbt finds them when it is run without a build; returns the file."""
    file = project / "dbt_project.yml"
    known = EVERY_SOURCE.variables(project)
    text = file.read_text()
    for name, lines in (
        ("canonical", [f"    {entity}: [{', '.join(models)}]\n" for entity, models in known["canonical"].items()]),
        ("raw_sides", [f"    - {model}\n" for model in known["raw_sides"]]),
        ("metric_marts", [f"    - {mart}\n" for mart in known["metric_marts"]]),
    ):
        text = re.sub(rf"(?m)(^  {name}: .*\n)(    .*\n)*", r"\1" + "".join(lines), text)
    file.write_text(text)
    return file
