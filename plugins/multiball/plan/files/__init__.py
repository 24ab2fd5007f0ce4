"""The plan files, a module each: the model of an entry, the rules for it, and the declaration `FILE`.

A new plan file is a new module here and nothing else (docs/how-to/add-a-plan-file.md).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from multiball.plan.model import PlanFile


def plan_files() -> Mapping[str, PlanFile]:
    """Every plan file by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found: list[PlanFile] = [importlib.import_module(f"{__name__}.{name}").FILE for name in names]
    return {file.name: file for file in found}
