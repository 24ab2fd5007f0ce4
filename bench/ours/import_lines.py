"""Our side of an import: a CSV by its mapping into raw vintages, as `multiball import --no-publish` does it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from multiball.flows.imports import land_import, reading
from multiball.settings import Workspace

data, scratch = Path(sys.argv[1]), Path(sys.argv[2])
(scratch / "sources.yml").write_text("warehouse:\n  engine: duckdb\n")
here = Workspace(scratch)
with reading(here, data / "lines.yml", None) as imported:
    [load] = land_import(here, imported)
print(json.dumps({"rows": load.landed}))
