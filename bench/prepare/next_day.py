"""Two workspaces over the same raw data, whose last day came after a build of the days before it.

`day` still has that build, published, as a workspace in daily use; `fresh` has only the data. dbt has parsed its project in both.
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path

from bench.prepare.brand import END, load, publish
from multiball.settings import Workspace
from multiball.warehouse import open_warehouse

RESTATED = timedelta(days=28)
"""What a daily run pulls again."""

data = Path(sys.argv[1])
publish(*load(data / "day", END - timedelta(days=1)))
load(data / "day", END, start=END - RESTATED)
shutil.copytree(data / "day", data / "fresh")
fresh = Workspace(data / "fresh")
publish(fresh, open_warehouse(fresh))
shutil.rmtree(fresh.var / "warehouse")
print(json.dumps({"workspaces": ["day", "fresh"]}))
