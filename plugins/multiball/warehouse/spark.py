"""What dbt needs to build on Apache Spark: the session's settings, a profile, and the SQL that defines folders of Parquet files as tables.

`Warehouse` does not use it yet: docs/decisions/0019-spark.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from multiball.shapes import InputError
from multiball.warehouse import vintages
from multiball.warehouse.raw_files import RawFiles
from multiball.warehouse.raw_schema import SEQUENCE, VINTAGES

SCHEMA_FILE = "_schema.parquet"
"""The empty file that defines the columns of a folder of Parquet files."""
_TYPES = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp_ntz",
}
_KINDS = {"timestamp": "timestamp_ntz"}
_OPTIMIZER = "org.apache.spark.sql.catalyst.optimizer"


def spark_settings(folder: Path) -> dict[str, str]:
    """The settings of a session that stores its tables and its metastore in the folder.

    Timestamps have no zone, as in raw, and the session's zone is UTC. The metastore is Derby, which serves one process at a time.
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
        # this rule, an optimisation only, makes Spark 4.3 plan reconciliation_daily wrongly
        "spark.sql.optimizer.excludedRules": f"{_OPTIMIZER}.RemoveRedundantAliases",
    }


def spark_profile(settings: dict[str, str], threads: int = 2) -> dict[str, Any]:
    """The output of dbt's `profiles.yml` for a Spark session in dbt's own process, with these settings.

    dbt-spark always switches ANSI mode off: a failed cast returns null.
    """
    return {
        "type": "spark",
        "method": "session",
        "host": "session",  # dbt-spark requires one, and a session has none
        "schema": "marts",
        "threads": threads,
        "server_side_parameters": settings,
    }


def table_statements(root: Path) -> Iterator[str]:
    """The SQL that defines the folders `<root>/<schema>/<table>/` of Parquet files as tables, with the columns of each schema file.

    Without the columns Spark would read them from one data file, as it ignores the schema file, whose name begins with `_`.
    """
    for schema in sorted(path for path in root.absolute().iterdir() if path.is_dir() and not path.name.startswith(".")):
        yield f"create schema if not exists `{schema.name}`"
        for file in sorted(schema.glob(f"*/{SCHEMA_FILE}")):
            columns = ", ".join(f"`{field.name}` {_type(field, file)}" for field in pq.read_schema(file))
            yield f"create table `{schema.name}`.`{file.parent.name}` ({columns}) using parquet location '{file.parent.as_uri()}'"


def raw_statements(store: RawFiles, as_of: datetime) -> Iterator[str]:
    """The SQL that defines what staging reads: the state of each raw table as of a moment (UTC), and its vintages up to it."""
    state = store.state()
    for table, defined in sorted((name, defined) for name, defined in state.tables.items() if defined.key):
        schema, _, name = table.partition(".")
        yield f"create schema if not exists `{schema}`"
        columns = {**defined.columns, SEQUENCE: "bigint"}
        nothing = ", ".join(f"cast(null as {_KINDS.get(kind, kind)}) as `{column}`" for column, kind in columns.items())
        parts = [f"select {nothing} where false"]
        for file in state.of(table):
            path = store.verified(file)
            present = pq.read_schema(path).names
            listed = ", ".join(
                f"`{column}`"
                if column in present
                else f"cast({0 if column == SEQUENCE else 'null'} as {_KINDS.get(kind, kind)}) as `{column}`"
                for column, kind in columns.items()
            )
            parts.append(f"select {listed} from parquet.`{path.absolute().as_uri()}`")
        known = f"select * from ({' union all '.join(parts)}) where _extracted_at <= timestamp_ntz '{as_of:%Y-%m-%d %H:%M:%S.%f}'"
        yield f"create view `{schema}`.`{name}{VINTAGES}` as {known}"
        shown, key = ([f"`{column}`" for column in names] for names in (columns, defined.key))
        yield f"create view `{schema}`.`{name}` as {vintages.state(f'`{schema}`.`{name}{VINTAGES}`', shown, key)}"


def _type(field: pa.Field, file: Path) -> str:
    if pa.types.is_decimal(field.type):
        return f"decimal({field.type.precision},{field.type.scale})"
    if field.type not in _TYPES:
        known = ", ".join([*map(str, _TYPES), "decimal"])
        raise InputError(f"column {field.name} is {field.type}", where=str(file), remedy=f"Make it one of {known}.")
    return _TYPES[field.type]
