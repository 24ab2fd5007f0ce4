"""Every entity that files can bring goes from a CSV file through import, landing and dbt to its canonical relation, on both engines.

The files are made from the contracts: of each entity two rows and one that cannot be used, and then a file that corrects one of the two.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import duckdb
import psycopg2
import pytest
import yaml
from conftest import Ask
from psycopg2.extras import RealDictCursor

from multiball.canonical import contracts
from multiball.flows.imports import land_import, reading
from multiball.flows.steps import prepare_raw
from multiball.importing.entities import entities
from multiball.settings import Workspace
from multiball.shapes import Entity, Field, Load
from multiball.transform.build import build
from multiball.transform.sources import Sources
from multiball.warehouse import Target, Warehouse, open_warehouse
from multiball.warehouse.embedded_postgres import ensure_database
from multiball.warehouse.server import ServerWarehouse

pytestmark = pytest.mark.engine
ENGINES = pytest.mark.parametrize("engine", ["duckdb", "postgres"])
WORDS = {
    "account_type": "advertising", "channel": "Email", "currency": "USD", "dimension": "country", "email": "{n}@example.com",
    "event_name": "purchase", "goal": "lead", "phone": "+4930123456{n}", "platform": "weibo", "segment_kind": "placement",
    "sentiment": "negative", "stage_meaning": {"lead_stage": "qualified", "deal_stage": "won"}, "status": {"deal": "won"},
    "unit_type": "visitor",
}  # fmt: skip
"""Values of fields that do not take any text."""
TYPED = {
    "bigint": (lambda n: str(n), int),
    "decimal(18,6)": (lambda n: f"{n}.25", Decimal),
    "date": (lambda n: f"2026-0{n}-01", date.fromisoformat),
    "timestamp": (lambda n: f"2026-05-0{n} 08:30:00", datetime.fromisoformat),
    "boolean": (lambda n: ("true", "false")[n % 2], lambda cell: cell == "true"),
}
"""By type: the cell of a row, and what the cell means."""
SEGMENTS = [
    {"date_day": "2026-05-01", "platform": "weibo", "ad_id": ad, "segment": segment, "impressions": impressions}
    for ad, segment, impressions in [
        ("a1", "age=18-24", "10"), ("a1", "age=", "3"), ("a1", "placement=top=1", "7"), ("a1", "men", "20"),
    ]
]  # fmt: skip
WHOLE_DAY = {"date_day": "2026-05-01", "platform": "weibo", "ad_id": "a2", "impressions": "5"}


def cell(entity: Entity, field: Field, n: int) -> str:
    """What the file has for a field in its row `n`, which differs from row to row where the type allows it."""
    words = WORDS.get(field.name)
    word = words.get(entity.name) if isinstance(words, dict) else words
    if word:
        return word.format(n=n)
    return TYPED[field.type][0](n) if field.type in TYPED else f"{entity.name} {field.name} {n}"


def cells(entity: Entity, n: int) -> dict[str, str]:
    return {field.name: cell(entity, field, n) for field in entity.fields}


def spoiled(entity: Entity) -> tuple[dict[str, str], str]:
    """A row with a cell that is not of its field's type, and the field."""
    field = next(field for field in entity.fields if field.type in TYPED)
    return {**cells(entity, 3), field.name: "3O"}, field.name


def corrected(entity: Entity) -> tuple[dict[str, str], str]:
    """The second row with another value, and the field that has it."""
    field = next(
        field for field in reversed(entity.fields)
        if field.name not in entity.key and field.name not in WORDS and field.type != "boolean" and not field.identifier
    )  # fmt: skip
    return {**cells(entity, 2), field.name: cell(entity, field, 7)}, field.name


@dataclass(frozen=True)
class Import:
    """What became of both files of an entity: on each engine their loads, and the rejected rows of the first."""

    first: dict[str, Load]
    second: dict[str, Load]
    rejects: list[dict[str, str]]


def land(workspaces: Mapping[str, Workspace], entity: str, rows: list[dict[str, str]], account: str = "desk") -> dict[str, Load]:
    """Read one CSV file of an entity and land it on each engine."""
    folder = workspaces["duckdb"].home
    with (folder / f"{entity}.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    mapping = {
        "version": 1, "source": "files", "account": account, "file": {"path": f"{entity}.csv"}, "max_rejected": 0.5,
        "entities": [{"entity": entity, "fields": {name: name for name in rows[0]}}],
    }  # fmt: skip
    (folder / f"{entity}.yml").write_text(yaml.safe_dump(mapping))
    with reading(workspaces["duckdb"], folder / f"{entity}.yml", None) as imported:
        return {engine: land_import(workspace, imported)[0] for engine, workspace in workspaces.items()}


def rejected(workspaces: Mapping[str, Workspace], entity: str) -> list[dict[str, str]]:
    """The rows of the last file of an entity that were refused."""
    file = workspaces["duckdb"].var / "rejects" / f"files-{entity}.csv"
    return list(csv.DictReader(file.open())) if file.exists() else []


def land_both(workspaces: Mapping[str, Workspace], entity: Entity) -> Import:
    first = land(workspaces, entity.name, [cells(entity, 1), cells(entity, 2), spoiled(entity)[0]])
    rejects = rejected(workspaces, entity.name)
    second = land(workspaces, entity.name, [cells(entity, 1), corrected(entity)[0]])
    assert rejected(workspaces, entity.name) == []
    return Import(first, second, rejects)


@contextmanager
def querying(warehouse: Warehouse, alias: Target) -> Iterator[Ask]:
    """SQL over the canonical relations of a build. They are views of raw, which no question of a reader may read."""
    if not isinstance(warehouse, ServerWarehouse):
        with duckdb.connect(alias.location, read_only=True) as file:
            file.execute("set schema = 'canonical'")
            yield lambda sql: file.sql(sql).to_arrow_table().to_pylist()
    else:
        with psycopg2.connect(warehouse.dsn) as connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(f"set search_path to {alias.schema('canonical')}")

            def ask(sql: str) -> list[dict[str, Any]]:
                cursor.execute(sql)
                return [dict(row) for row in cursor.fetchall()]

            yield ask


@pytest.fixture(scope="module")
def workspaces(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> dict[str, Workspace]:
    """By engine: a workspace without sources."""
    ensure_database(postgres_dsn, "from_files")
    settings = {"duckdb": "", "postgres": f"  dsn: {urlunsplit(urlsplit(postgres_dsn)._replace(path='/from_files'))}\n"}
    made = {}
    for engine, more in settings.items():
        folder: Path = tmp_path_factory.mktemp(engine)
        (folder / "sources.yml").write_text(f"warehouse:\n  engine: {engine}\n{more}")
        made[engine] = Workspace(folder)
    return made


@pytest.fixture(scope="module")
def imports(workspaces: dict[str, Workspace]) -> dict[str, Import]:
    """By entity: what became of its files."""
    done = {name: land_both(workspaces, entity) for name, entity in entities().items()}
    land(workspaces, "ad_day", SEGMENTS, "segments")
    land(workspaces, "ad_day", [WHOLE_DAY], "segments")
    return done


@pytest.fixture(scope="module")
def asks(workspaces: dict[str, Workspace], imports: dict[str, Import]) -> Iterator[dict[str, Ask]]:
    """By engine: SQL over the canonical relations that were built from the files."""
    found = {}
    with ExitStack() as stack:
        for engine, workspace in workspaces.items():
            warehouse = open_warehouse(workspace)
            prepare_raw(warehouse)
            target, moment = warehouse.candidate("files"), warehouse.moment()
            stack.enter_context(warehouse.build_lock())
            build(workspace, warehouse, target, moment, select=[f"+{name}" for name in imports], sources=Sources(set()))
            alias = stack.enter_context(warehouse.build_alias(target, moment))
            found[engine] = stack.enter_context(querying(warehouse, alias))
        yield found


@ENGINES
@pytest.mark.parametrize("entity", entities().values(), ids=list(entities()))
def test_two_rows_arrive_a_third_is_refused_and_a_second_file_corrects(
    imports: dict[str, Import], asks: dict[str, Ask], engine: str, entity: Entity
) -> None:
    done = imports[entity.name]
    first, second = done.first[engine], done.second[engine]
    assert (first.landed, first.rejected) == (2, 1)
    assert [(row["row"], row["reason"].split()[0]) for row in done.rejects] == [("4", spoiled(entity)[1])]
    assert (second.landed, second.unchanged) == (1, 1)
    rows = asks[engine](f"select * from \"{entity.name}\" where _entity = '{entity.name}' and _account = 'desk'")
    written = [cells(entity, 1), corrected(entity)[0]]
    found, meant = ordered([brought(entity, row) for row in rows]), ordered([meaning(entity, row) for row in written])
    assert found == meant and found != ordered([meaning(entity, cells(entity, n)) for n in (1, 2)])


def ordered(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(map(str, rows))


def columns(entity: Entity) -> dict[str, Field]:
    """By canonical column: the field that is in it as the file has it, or as a hash. Keys are made of several fields."""
    named = {column.imported.get("name", name): name for name, column in contracts()[entity.name].columns.items()}
    known = {named[field.name]: field for field in entity.fields if field.name in named}
    return {column: field for column, field in known.items() if field.identifier or not column.endswith("_key")}


def meaning(entity: Entity, row: Mapping[str, str]) -> dict[str, Any]:
    """What the cells of a row mean, by canonical column; of what is hashed the length of the hash."""
    return {
        column: 64 if field.identifier else TYPED[field.type][1](row[field.name]) if field.type in TYPED else row[field.name]
        for column, field in columns(entity).items()
    }


def brought(entity: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a canonical row has in the columns that the file brings, written as `meaning` writes it."""

    def plain(field: Field, value: Any) -> Any:
        if field.identifier:
            return len(value)
        return value.quantize(Decimal("0.01")) if isinstance(value, Decimal) else value

    return {column: plain(field, row[column]) for column, field in columns(entity).items()}


@ENGINES
def test_keys_say_whose_object_it_is(asks: dict[str, Ask], engine: str) -> None:
    account = "weibo:mention account_id 1"
    [mention] = asks[engine]("select mention_key, account_key, content_key from mention where mention_id = 'mention mention_id 1'")
    assert mention == {
        "mention_key": "weibo:mention mention_id 1", "account_key": account, "content_key": f"{account}:mention content_id 1",
    }  # fmt: skip
    [claimed] = asks[engine]("select ad_key, campaign_key from ad_conversion_day where ad_id = 'ad_conversion_day ad_id 1'")
    account = "weibo:ad_conversion_day account_id 1"
    assert claimed == {
        "ad_key": f"{account}:ad_conversion_day ad_id 1", "campaign_key": f"{account}:ad_conversion_day campaign_id 1",
    }  # fmt: skip


@ENGINES
def test_segments_of_an_ad_s_day_are_distinguished_by_their_kind(asks: dict[str, Ask], engine: str) -> None:
    rows = asks[engine](
        "select ad_id, segment_kind, segment, impressions from ad_segment_day where _account = 'segments' order by impressions"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("a1", "age", "", 3),
        ("a1", "placement", "top=1", 7),
        ("a1", "age", "18-24", 10),
        ("a1", "unknown", "men", 20),
    ]
    days = asks[engine]("select ad_id, impressions from ad_day where _account = 'segments' order by ad_id")
    assert [tuple(row.values()) for row in days] == [("a1", 40), ("a2", 5)]
