"""Writes the files that are made from the code: the schema that editors read for plan files, and docs/settings.md.

Run it with `.venv/bin/python tools/generate.py` after a change of a plan file's model or of a setting; a test fails where a file differs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from multiball.plan.schema import editor_schema
from multiball.settings import REPOSITORY
from multiball.settings.reference import page


def generated() -> Mapping[Path, str]:
    """The files, with the text that they must have."""
    return {
        REPOSITORY / ".vscode" / "schemas" / "plan.schema.json": json.dumps(editor_schema(), indent=2) + "\n",
        REPOSITORY / "docs" / "settings.md": page(),
    }


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
