"""One whole build of a workspace below the prepared data: dbt, lifetime values, and the models that read those. Nothing is published.

Arguments after the two folders: the workspace's name. The candidate is left to the next sample, which writes it again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from multiball.flows import steps
from multiball.settings import Workspace
from multiball.warehouse import open_warehouse

workspace = Workspace(Path(sys.argv[1]) / sys.argv[3])
warehouse = open_warehouse(workspace)
target = warehouse.candidate("bench")
warehouse.discard(target)
steps.build_whole(workspace, warehouse, target, warehouse.moment())
tables = "select count(*) as tables from information_schema.tables where table_schema in ('intermediate', 'marts')"
print(json.dumps(warehouse.query(tables, target).to_pylist()[0]))
