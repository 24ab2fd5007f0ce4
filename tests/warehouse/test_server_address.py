"""One address in the forms that dbt, SQLAlchemy and a message want it in. What is refused: tests/cli/test_postgres_settings.py."""

from __future__ import annotations

from multiball.warehouse.server_address import checked_dsn, dbt_output, shown, sqlalchemy_url

DSN = checked_dsn("postgresql://me:se%3Acret@db.example.com:6543/brand?sslmode=require")


def test_a_message_shows_the_address_without_the_password() -> None:
    assert shown(DSN) == "postgresql://me@db.example.com:6543/brand"
    assert shown("postgresql://me@db.example.com/brand") == "postgresql://me@db.example.com:5432/brand"


def test_dbt_gets_each_part_of_the_address() -> None:
    output = dbt_output(DSN, "candidate_1_marts")
    assert output == {
        "type": "postgres",
        "host": "db.example.com",
        "port": 6543,
        "user": "me",
        "password": "se:cret",
        "dbname": "brand",
        "schema": "candidate_1_marts",
        "threads": 2,
        "sslmode": "require",
    }


def test_sqlalchemy_gets_further_parameters_in_addition_to_those_of_the_address() -> None:
    url = sqlalchemy_url(DSN, options="-csearch_path=marts")
    further = "host=db.example.com&options=-csearch_path%3Dmarts&port=6543&sslmode=require"
    assert url == f"postgresql+psycopg2://me:se%3Acret@/brand?{further}"
