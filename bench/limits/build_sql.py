"""The least that a build can take: the statements that dbt ran last in a workspace, one after the other in DuckDB, without dbt.

Seeds and the results of the science models are copied. Statements of data tests count as well.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

workspace, scratch = Path(sys.argv[1]) / sys.argv[3], Path(sys.argv[2])


def statements(folder: Path) -> Iterator[str]:
    """The models and data tests of a stage, in the order in which dbt finished them."""
    nodes = json.loads((folder / "manifest.json").read_bytes())["nodes"]
    for result in json.loads((folder / "run_results.json").read_bytes())["results"]:
        node = nodes[result["unique_id"]]
        if node["resource_type"] == "model":
            kind = node["config"]["materialized"]
            relation = f'"{node["schema"]}"."{node["alias"]}"'
            yield f"create or replace {kind} {relation} as {result['compiled_code']}"
        elif node["resource_type"] == "test":
            yield f"select count(*) from ({result['compiled_code']})"


published = workspace / "var" / "warehouse" / "published.duckdb"
finished = (workspace / "var" / "builds").glob("*/after_science/run_results.json")
build = max(finished, key=lambda file: file.stat().st_mtime).parents[1]
shutil.copyfile(published, scratch / "building.duckdb")  # the name that the statements call their database by
with duckdb.connect(str(scratch / "building.duckdb"), config={"memory_limit": "4GB", "threads": "2"}) as connection:
    for stage in (build, build / "after_science"):
        for statement in statements(stage):
            connection.execute(statement).fetchall()
    connection.execute("force checkpoint")
    sql = "select count(*) as tables from information_schema.tables where table_schema in ('intermediate', 'marts')"
    [[tables]] = connection.execute(sql).fetchall()
print(json.dumps({"tables": tables}))
