"""A workspace with ads alone, with events alone, with an orders file alone: what no source brings is empty, not 0, on both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import raw_rows
import rows_people
from conftest import AS_OF, build_marts
from rows_loads import YEAR_END, load

from multiball.review.facts import Review
from multiball.review.gather import gather
from multiball.review.sections.channels.facts import Channels
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.returns.facts import Returns
from multiball.settings import Workspace
from multiball.warehouse import Target, Warehouse, open_warehouse
from multiball.warehouse.embedded_postgres import ensure_database

pytestmark = pytest.mark.engine
COUNTS = ("sessions", "engaged_sessions", "leads", "qualified_leads", "won_deals", "orders", "new_customers")
KNOWN: Mapping[str, set[str]] = {
    "ads": {"spend"},
    "events": {"sessions", "engaged_sessions"},
    "orders": {"orders", "new_customers", "revenue", "net_revenue"},
}
"""The columns of `conversion_daily` that have numbers where only the one kind of data is there."""
Built = tuple[str, Workspace, Warehouse, Target]


def rows(kind: str) -> dict[tuple[str, str], Sequence[Mapping[str, Any]]]:
    tables = {
        "ads": [("meta_ads", "campaigns"), ("meta_ads", "ads"), ("meta_ads", "ad_insights")],
        "events": [("site", "events")],
        "orders": [("import", "order")],
    }[kind]
    given = {table: rows_people.ROWS[table] for table in tables}
    connector, entity, source = {
        "ads": ("meta_ads", "ad_insights", "meta_ads"), "events": ("site", "events", "site"), "orders": ("till", "order", "shop_export"),
    }[kind]  # fmt: skip
    given["multiball", "load"] = [load(connector, entity, source, "2026-09-01", "2026-12-31", YEAR_END)]
    return {**given, ("multiball", "plan_goal"): [_goal(name) for name in ("orders", "roas", "order_rate", "sessions", "leads")]}


def _goal(metric: str) -> dict[str, Any]:
    return {
        "goal": metric, "metric": metric, "dimension": "total", "member": "all", "baseline": "1", "target": "2", "direction": "up",
        "start_on": "2026-10-01", "due_on": "2026-10-31", "owner": "growth", "text_en": "More.", "text_zh": "更多。",
        "objective_en": "Grow.", "objective_zh": "增长。", "_source": "multiball", "_account": "", "_at": rows_people.AT,
    }  # fmt: skip


VARIANTS = [
    pytest.param((engine, kind), id=f"{engine}-{kind}", marks=pytest.mark.in_turn(number + place, 2))
    for number, engine in enumerate(("duckdb", "postgres"))
    for place, kind in enumerate(KNOWN)
]
"""Each turn tests every kind on one engine, and both engines."""


@pytest.fixture(scope="module", params=VARIANTS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Built:
    engine, kind = request.param
    folder: Path = tmp_path_factory.mktemp(f"{engine}_{kind}")
    settings = ""
    if engine == "postgres":
        ensure_database(postgres_dsn, f"only_{kind}")
        settings = f"  dsn: {urlunsplit(urlsplit(postgres_dsn)._replace(path=f'/only_{kind}'))}\n"
    (folder / "sources.yml").write_text(f"warehouse:\n  engine: {engine}\n{settings}")
    workspace = Workspace(folder)
    warehouse = open_warehouse(workspace)
    raw_rows.append(warehouse, rows(kind))
    return kind, workspace, warehouse, build_marts(workspace, warehouse, AS_OF)


def ask(built: Built, sql: str) -> list[dict[str, Any]]:
    _, _, warehouse, target = built
    return warehouse.query(sql, target).to_pylist()


@pytest.fixture(scope="module")
def review(built: Built) -> Review:
    _, workspace, warehouse, target = built
    at = datetime(2027, 1, 1)
    return gather(
        warehouse, target, month=date(2026, 10, 1), as_of=at, issued_at=at, brand="B", currency="EUR",
        time_zone=workspace.reporting_time_zone,
    )  # fmt: skip


def test_only_what_is_brought_has_numbers(built: Built) -> None:
    measures = (*COUNTS, "won_amount", "revenue", "refunds", "net_revenue", "spend", "advertised_revenue")
    [counted] = ask(built, f"select {', '.join(f'count({name}) as {name}' for name in measures)} from conversion_daily")
    reported = {name for name, rows in counted.items() if rows}
    assert reported - {"refunds"} == KNOWN[built[0]]


def test_within_what_is_brought_nothing_is_0(built: Built) -> None:
    fact = {"ads": "spend", "events": "sessions", "orders": "orders"}[built[0]]
    assert ask(built, f"select count(*) as gaps from conversion_daily where {fact} is null") == [{"gaps": 0}]


def test_no_metric_goal_or_credit_comes_from_what_is_not_there(built: Built) -> None:
    absent = {"orders": "orders", "roas": "orders", "order_rate": "orders", "sessions": "events", "leads": "nothing"}
    missing = [name for name, brought_by in absent.items() if brought_by != built[0] or name in ("roas", "order_rate")]
    names = ", ".join(f"'{name}'" for name in missing)
    assert ask(built, f"select * from metric_daily where metric in ({names}) and value is not null") == []
    assessed = ask(built, f"select goal, status, actual from goal_progress where goal in ({names}) and is_latest")
    assert {(row["status"], row["actual"]) for row in assessed} == {("cannot_tell", None)} and len(assessed) == len(missing)
    if built[0] != "orders":
        assert ask(built, "select * from attribution_daily where orders is not null or revenue is not null or roas is not null") == []
        assert ask(built, "select * from dim_customer where orders is not null") == []
    assert {row["stage"] for row in ask(built, "select distinct stage from funnel_daily")} <= {
        "ads": {"awareness"}, "events": {"interest", "consideration", "intent"}, "orders": {"purchase", "loyalty"},
    }[built[0]]  # fmt: skip


def test_a_review_shows_what_is_there_and_no_zeros_of_the_rest(built: Built, review: Review) -> None:
    reported = {figure.metric.name for figure in review.of(Figures).figures}
    assert reported and reported <= {
        "ads": {"spend"}, "events": {"sessions"}, "orders": {"revenue", "orders", "new_customers"},
    }[built[0]]  # fmt: skip
    assert all(figure.value for figure in review.of(Figures).figures)
    assert all(one.orders for one in review.of(Returns).returns)
    assert {channel.sessions for channel in review.of(Channels).channels} <= {None}
