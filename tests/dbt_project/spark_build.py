"""Builds the whole project on Spark, in a process of its own that takes its JVM along when it ends. Run by test_spark.

    python spark_build.py FOLDER VARIABLES AS_OF RAW TABLES

FOLDER gets the tables, dbt's manifest and `results.json`: by dbt's unique id what became of each seed and model (`built`: a status and a
message), and what Spark in ANSI mode says to the SQL of each model and data test (`analysed`: null where it accepts it).
VARIABLES are dbt's, as JSON. AS_OF is the moment of the build, RAW the raw store, TABLES a folder `<schema>/<table>/*.parquet`.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from dbt.cli.main import dbtRunner
from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import SparkSession

from multiball.settings import REPOSITORY
from multiball.warehouse.raw_files import RawFiles
from multiball.warehouse.spark import raw_statements, spark_profile, spark_settings, table_statements

PROJECT = REPOSITORY / "dbt_project"
SMALL = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""For a few hundred rows: to compile a query to Java takes longer than to run it."""


def main(folder: Path, variables: str, as_of: datetime, raw: Path, tables: Path) -> None:
    """Name the tables, build every seed and model, and have the SQL of all models and data tests analysed."""
    settings = {**spark_settings(folder), **SMALL}
    session = _session(settings)
    for statement in [*raw_statements(RawFiles(raw), as_of), *table_statements(tables)]:
        session.sql(statement)
    (folder / "profiles.yml").write_text(yaml.safe_dump({"multiball": {"target": "spark", "outputs": {"spark": spark_profile(settings)}}}))
    built = _dbt(folder, variables, "build", "--exclude-resource-types", "test", "unit_test")
    tests = _dbt(folder, variables, "compile", "--select", "resource_type:test")
    compiled = [result.node for result in [*built, *tests] if result.node.resource_type != "seed"]
    results = {
        "built": {result.node.unique_id: [str(result.status), result.message] for result in built},
        "analysed": {node.unique_id: _refusal(session, node.compiled_code) for node in compiled},
    }
    (folder / "results.json").write_text(json.dumps(results))


def _dbt(folder: Path, variables: str, command: str, *selection: str) -> Any:
    """The results of a command of dbt."""
    logs = ["--log-path", str(folder / "logs"), "--no-use-colors", "--no-send-anonymous-usage-stats"]
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(folder), "--target-path", str(folder)]
    ended = dbtRunner().invoke([*logs, command, *folders, "--vars", variables, *selection])
    if ended.exception:
        raise ended.exception
    return ended.result


def _session(settings: dict[str, str]) -> SparkSession:
    builder = SparkSession.builder.enableHiveSupport()
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def _refusal(session: SparkSession, sql: str) -> str | None:
    """What Spark says to a query that it cannot analyse, where types are not converted in silence; dbt-spark leaves them be."""
    session.conf.set("spark.sql.ansi.enabled", "true")
    try:
        session.sql(sql)
    except (AnalysisException, ParseException) as error:
        return str(error)[:500]
    return None


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3]), Path(sys.argv[4]), Path(sys.argv[5]))
