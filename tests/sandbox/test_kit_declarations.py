"""A declaration that cannot be served is one line, when it is made; one that can costs nothing until it is asked."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from multiball.shapes import InputError
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.kit import ALWAYS, NEXT, OPEN, ROW, ROWS, Accounts, Auth, Ended, Errors, Paging, Route, Window, number, sql, tables
from sandbox.platforms import ecb, hubspot, site
from sandbox.serve import serve
from tests.sandbox.conftest import NOW
from tests.sandbox.invented import ERRORS, PLATFORM, SPEND_DAYS, TOKEN, tiny, with_route
from tests.sandbox.tiny_world import BERLIN

ROOT = Path(__file__).parents[2]


def platform(**changes: Any) -> Callable[[], Any]:
    return lambda: replace(PLATFORM, **changes)


def route(**changes: Any) -> Callable[[], Any]:
    return lambda: with_route(**changes)


def without(kind: str) -> Errors:
    return Errors(ERRORS.envelope, {name: words for name, words in ERRORS.words.items() if name != kind})


@pytest.mark.parametrize(
    ("declare", "what", "remedy"),
    [
        (platform(auth=Auth("oath", TOKEN)), "the auth 'oath' is unknown", "bearer"),
        (platform(auth=Auth("bearer")), "has no secret", "Give"),
        (platform(auth=Auth("api_key", TOKEN, "key", "cookie")), "the location 'cookie'", "header or query"),
        (platform(paging=Paging("pages", "page")), "the paging 'pages' is unknown", "page_number"),
        (platform(paging=Paging("cursor")), "cursor has no parameter", "Name"),
        (platform(paging=Paging("cursor", "c", above="drop")), "no word 'drop'", "refuse or cap"),
        (platform(paging=Paging("cursor", "c", last="gone")), "no word 'gone'", "null or absent"),
        (platform(paging=Paging("cursor", "c", usual=50, most=20)), "usually has 50 rows and at most 20", "most"),
        (platform(paging=Paging("offset", "o", key=len)), "its key is never read", "cursor"),
        (platform(paging=Paging("cursor", "from")), "the parameter 'from' has two meanings", "own name"),
        (platform(auth=Auth("api_key", TOKEN, "cursor", "query")), "the parameter 'cursor' has two meanings", "own name"),
        (platform(envelope={"items": ROWS}), "does not lead to the next page, with paging by cursor", "NEXT or LINK"),
        (platform(envelope={"more": NEXT}), "holds the rows 0 times", "ROWS"),
        (platform(envelope={"a": ROWS, "b": ROWS, "c": NEXT}), "holds the rows 2 times", "ROWS"),
        (platform(envelope=ROW), "for an unknown object is missing", "none"),
        (platform(accounts=None), "the platform has none", "Platform.accounts"),
        (platform(accounts=Accounts("ad_accounts", "id")), "accounts reads 'id', a column that the table lacks", "account_id"),
        (platform(accounts=Accounts()), "accounts are ids, or a table", "Accounts"),
        (platform(routes=[SPEND_DAYS, SPEND_DAYS]), "GET /{account}/days is declared twice", "Leave one"),
        (platform(errors=without("token")), "no message for a refusal as 'token'", "says"),
        (platform(errors=without("size")), "no message for a refusal as 'size'", "says"),
        (platform(errors=without("window")), "no message for a refusal as 'window'", "says"),
        (route(none="empty"), "no message for a refusal as 'empty'", "says"),
        (route(path="days"), "does not start with /", "host"),
        (route(auth=Auth("secret", "s")), "the auth 'secret' is unknown", "bearer"),
        (route(table="ad_days"), "the world has no table 'ad_days'", "ad_spend"),
        (route(table=sql("select date, clicks from ad_spend")), "the query fails (Binder Error", "tables.py"),
        (route(table=None), "nothing says which rows", "Give a table"),
        (route(answer=len), "table and rows are never read", "Leave"),
        (route(fields=["ad_id", ("ad_id", "spend")]), "the field 'ad_id' is declared twice", "Leave one"),
        (route(fields=[("ad", "ad_id"), ("ad.id", "ad_id")]), "'ad.id' is inside it", "differently"),
        (route(fields=["clicks"]), "reads 'clicks', a column that the table lacks", "spend"),
        (route(fields=[("spent", number("clicks"))]), "reads 'clicks', a column that the table lacks", "spend"),
        (route(fields=["spend"]), "'spend' is of type decimal128(18, 2), which JSON does not have", "minor"),
        (route(fields=["date"]), "'date' is of type date32[day], which JSON does not have", "day"),
        (route(fields=[]), "there are no fields", "List them"),
        (route(account="owner"), "account reads 'owner', a column that the table lacks", "account_id"),
        (route(window=Window("from", "to", "day")), "the window reads 'day', a column that the table lacks", "date"),
        (route(window=Window("from", "to", "ad_id")), "'ad_id', which holds no days", "Give a column"),
        (route(window=Window("from", "to", "date", "weeks")), "never written as 'weeks'", "compact_day"),
        (route(appears=None), "nothing says when a row appears", "ALWAYS"),
        (route(appears="seen_at"), "appears reads 'seen_at', a column that the table lacks", "settled_at"),
        (route(appears=Ended("date", "Berlin")), "the time zone 'Berlin' is unknown", "Europe/Berlin"),
        (route(appears=Ended("date", zone_column="zone")), "Ended.zone_column reads 'zone'", "timezone_name"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_one_line_with_its_place_and_remedy(declare: Callable[[], Any], what: str, remedy: str) -> None:
    with pytest.raises(InputError) as error:
        declare()
    assert what in error.value.what and remedy in error.value.remedy
    assert error.value.where.startswith("stand-in invented") and "\n" not in str(error.value)


def test_a_declaration_is_refused_when_its_module_is_imported(tmp_path: Path) -> None:
    """As people meet it: by the command that serves, without a traceback."""
    world = "'--scale', '0.05', '--start', '2026-01-01', '--end', '2026-01-02'"
    started = f"""
import sys, sandbox.platforms, sandbox.serve
sandbox.platforms.__path__.append({str(tmp_path)!r})
sandbox.serve.PLATFORMS += ("misspelt",)
sys.exit(sandbox.serve.main(["--platforms", "misspelt", {world}]))
"""
    source = (ROOT / "sandbox/platforms/site.py").read_text().replace('Auth("bearer", API_KEY)', 'Auth("barer", API_KEY)')
    (tmp_path / "misspelt.py").write_text(source)
    done = subprocess.run(
        [sys.executable, "-c", started], cwd=ROOT, env={"PYTHONPATH": f"plugins:{ROOT}"}, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (
        2, "sandbox: stand-in site: the auth 'barer' is unknown. Use bearer, api_key, http_basic, open.\n"
    )  # fmt: skip


class Untouched:
    """A world that nobody may look at."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was read")


async def ask(app: Any, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://stand-in.test") as http:
        return await http.get(path, headers={"Authorization": f"Bearer {TOKEN}"})


def test_platforms_that_nobody_asks_read_no_table_and_take_no_room() -> None:
    many = [replace(PLATFORM, name=f"platform_{number}") for number in range(40)]
    tracemalloc.start()
    try:
        apps = [one.make_app(Untouched(), Clock(NOW), Faults()) for one in (*many, ecb.PLATFORM, hubspot.PLATFORM, site.PLATFORM)]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(apps) == 43 and most < 43 * 20_000
    with pytest.raises(AssertionError, match="was read"):
        asyncio.run(ask(apps[0], f"/{BERLIN}/days"))


def test_platforms_share_the_rows_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question to the world is answered once for all platforms."""
    world = tiny()
    selected: list[Any] = []
    select = tables.Tables._select
    monkeypatch.setattr(tables.Tables, "_select", lambda self, source: selected.append(source) or select(self, source))
    many = [replace(PLATFORM, name=f"platform_{number}") for number in range(6)]
    with serve(world, NOW.replace(year=2026, month=10), many) as sandbox:
        asked = {"from": "2026-09-01", "to": "2026-10-31"}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answers = [httpx.get(f"{sandbox[one.name]}/{BERLIN}/days", params=asked, headers=headers) for one in many]
    assert {answer.status_code for answer in answers} == {200} and len({answer.text for answer in answers}) == 1
    assert len(selected) == 1
    assert tables.tables_of(world) is tables.tables_of(world)


def test_a_route_may_be_open_and_always_there() -> None:
    accounts = Route(
        "/accounts", "ad_accounts", ["account_id", "currency"], appears=ALWAYS, auth=OPEN, paging=Paging("single_page"), envelope=ROWS
    )
    with serve(tiny(), NOW, [replace(PLATFORM, routes=[accounts])]) as sandbox:
        found = httpx.get(f"{sandbox['invented']}/accounts").json()
    assert [row["currency"] for row in found] == ["EUR", "USD"]
