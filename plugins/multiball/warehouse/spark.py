"""What dbt needs to build on Apache Spark: the session's settings, a profile, and the SQL that names folders of Parquet files as tables.

Neither this module nor a build on Spark is behind `Warehouse` yet: docs/decisions/0019-spark.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from multiball.shapes import InputError
from multiball.warehouse.raw_files import SCHEMA_FILE

_TYPES = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp_ntz",
}
_OPTIMIZER = "org.apache.spark.sql.catalyst.optimizer"


def spark_settings(folder: Path) -> dict[str, str]:
    """The settings of a session that keeps its tables and its metastore below the folder.

    A timestamp is one without zone, as in raw, and the session's zone is UTC. The metastore is Derby, which serves one process at a time.
    """
    folder = folder.absolute()
    return {
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder / 'metastore'};create=true",
        "spark.hadoop.hive.downloaded.resources.dir": str(folder / "resources"),
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={folder}",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.sources.default": "parquet",
        "spark.sql.legacy.createHiveTableByDefault": "false",
        # Spark 4.3 makes an invalid plan of reconciliation_daily by this rule, which only saves time
        "spark.sql.optimizer.excludedRules": f"{_OPTIMIZER}.RemoveRedundantAliases",
    }


def spark_profile(settings: dict[str, str], threads: int = 2) -> dict[str, Any]:
    """The output of dbt's `profiles.yml` that builds in a Spark session of dbt's own process, with these settings.

    dbt-spark switches ANSI mode off whatever the settings say: a cast that fails gives null.
    """
    return {
        "type": "spark",
        "method": "session",
        "host": "session",  # dbt-spark demands one, and a session has none
        "schema": "marts",
        "threads": threads,
        "server_side_parameters": settings,
    }


def table_statements(root: Path) -> Iterator[str]:
    """The SQL that names the folders `<root>/<schema>/<table>/` of Parquet files as tables, with the columns of each one's schema file.

    The columns are given because Spark reads them from one file otherwise, and not from the schema file, whose name begins with `_`.
    """
    for schema in sorted(path for path in root.absolute().iterdir() if path.is_dir() and not path.name.startswith(".")):
        yield f"create schema if not exists `{schema.name}`"
        for file in sorted(schema.glob(f"*/{SCHEMA_FILE}")):
            columns = ", ".join(f"`{field.name}` {_type(field, file)}" for field in pq.read_schema(file))
            yield f"create table `{schema.name}`.`{file.parent.name}` ({columns}) using parquet location '{file.parent.as_uri()}'"


def _type(field: pa.Field, file: Path) -> str:
    if pa.types.is_decimal(field.type):
        return f"decimal({field.type.precision},{field.type.scale})"
    if field.type not in _TYPES:
        known = ", ".join([*map(str, _TYPES), "decimal"])
        raise InputError(f"column {field.name} is {field.type}", where=str(file), remedy=f"Make it one of {known}.")
    return _TYPES[field.type]
