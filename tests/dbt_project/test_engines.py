"""The same raw rows give the same marts on every engine, row for row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from conftest import Ask

TYPES = "select table_name, column_name, ordinal_position from information_schema.columns where table_schema like '%marts' order by 1, 3"


def marts(ask: Ask) -> list[str]:
    return sorted({row["table_name"] for row in ask(TYPES)})


@pytest.mark.engine
def test_both_engines_have_the_same_marts_with_the_same_columns(asks: dict[str, Ask]) -> None:
    duckdb, postgres = asks["duckdb"](TYPES), asks["postgres"](TYPES)
    assert {"fct_ad_daily", "fct_content_daily", "reach_period", "dim_account"} <= {row["table_name"] for row in duckdb}
    assert duckdb == postgres


@pytest.mark.engine
def test_every_mart_is_equal_row_for_row(asks: dict[str, Ask]) -> None:
    different = []
    for mart in marts(asks["duckdb"]):
        duckdb, postgres = (sorted(map(_comparable, ask(f"select * from {mart}"))) for ask in asks.values())
        if duckdb != postgres:
            only = [f"{engine} {row}" for engine, row in _unmatched(duckdb, postgres)][:4]
            different.append(f"{mart}: {len(duckdb)} and {len(postgres)} rows; " + "; ".join(only))
    assert different == []


def _comparable(row: dict[str, Any]) -> str:
    """Exact: a decimal compares with its scale's zeros cut off, everything else as it is."""
    return str({name: (f"{value.normalize():f}" if isinstance(value, Decimal) else value) for name, value in row.items()})


def _unmatched(one: list[str], other: list[str]) -> list[tuple[str, str]]:
    return [("duckdb", row) for row in sorted(set(one) - set(other))] + [("postgres", row) for row in sorted(set(other) - set(one))]
