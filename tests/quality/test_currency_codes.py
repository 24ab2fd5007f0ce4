"""The checks on raw currencies let through what the models read, on both engines, and nothing else."""

from __future__ import annotations

import re

import duckdb
import psycopg2
import pytest
import yaml

from multiball.settings import REPOSITORY

READ = ["EUR", "eur", " EUR ", "Eur\u00a0", "\teur\n", "", "  "]
NOT_READ = ["EURO", "€", "EU", "E U R"]


def queries() -> dict[str, str]:
    found = {}
    for file in sorted((REPOSITORY / "expectations" / "raw").glob("*.yml")):
        for table, checks in yaml.safe_load(file.read_text(encoding="utf-8"))["tables"].items():
            for check in checks:
                if re.search(r"\w*currency", query := check.get("unexpected_rows_query", "")):
                    found[f"{file.stem}.{table}"] = query
    return found


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
@pytest.mark.parametrize("table", queries())
def test_a_currency_blocks_only_where_no_model_reads_it(engine: str, table: str, postgres_dsn: str) -> None:
    query = queries()[table]
    [column] = set(re.findall(r"\w*currency", query))
    rows = ", ".join(f"('{text}')" for text in [*READ, *NOT_READ]) + ", (null)"
    sql = query.replace("{batch}", f"(values {rows}) as given ({column})")
    if engine == "duckdb":
        found = duckdb.connect().execute(sql).fetchall()
    else:
        connection = psycopg2.connect(postgres_dsn)
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            found = cursor.fetchall()
        connection.close()
    assert sorted(text for (text,) in found) == sorted(NOT_READ)


def test_every_source_of_money_is_checked() -> None:
    assert {"import.order", "import.ad_day", "site.orders", "meta_ads.ad_insights", "hubspot.deals"} <= set(queries())
