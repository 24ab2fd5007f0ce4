"""What dbt has to know about sources: the staging models of each canonical entity, and what connectors declare of their platforms."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ALWAYS = ("import", "multiball", "science")
"""The folders of staging that every workspace has: files, Multiball's own records, what its models of value wrote."""


@dataclass(frozen=True)
class Sources:
    """The connectors whose rows there may be, all where None; and by platform for how many days it changes what it reported."""

    connectors: Collection[str] | None = None
    restatement_days: Mapping[str, int] = field(default_factory=dict)

    def folders(self, project: Path) -> dict[str, bool]:
        """The folders of staging, and whether they are built."""
        found = sorted(path.name for path in (project / "models" / "staging").iterdir() if path.is_dir())
        return {name: self.connectors is None or name in ALWAYS or name in self.connectors for name in found}

    def variables(self, project: Path) -> dict[str, Any]:
        """The variables of dbt that follow from the files of the project and the sources.

        dbt has to know what a model reads when it parses, where it can look up neither files nor other models.
        """
        built = [name for name, is_built in self.folders(project).items() if is_built]
        staged = sorted(path.stem for name in built for path in (project / "models" / "staging" / name).glob("stg_*.sql"))
        entities = sorted(path.stem for path in (project / "models" / "canonical").glob("*.sql"))
        return {
            "canonical": {entity: [model for model in staged if model.partition("__")[2] == entity] for entity in entities},
            "restatement_days": dict(sorted(self.restatement_days.items())),
        }

    def excluded(self, project: Path) -> list[str]:
        """dbt's selectors of the staging models that are not built."""
        return [f"path:models/staging/{name}" for name, is_built in self.folders(project).items() if not is_built]


EVERY_SOURCE = Sources()


def write_default(project: Path) -> Path:
    """Write the staging models of all sources into `dbt_project.yml`, where dbt finds them when it is run without a build; the file."""
    file = project / "dbt_project.yml"
    lines = [f"    {entity}: [{', '.join(models)}]\n" for entity, models in EVERY_SOURCE.variables(project)["canonical"].items()]
    text = file.read_text()
    file.write_text(re.sub(r"(?m)(?<=^  canonical: ).*\n(    .*\n)*", lambda found: found[0].split("\n")[0] + "\n" + "".join(lines), text))
    return file
