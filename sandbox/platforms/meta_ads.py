"""Stand-in for the Meta Marketing API (`graph.facebook.com/v26.0`): accounts, campaigns, ad sets, ads, insights sync and async.

Sources: the official SDK facebook-business 26.0.3; developers.facebook.com/docs/marketing-api (insights, best-practices, error-reference).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.platforms import graph
from sandbox.platforms.graph import GraphError, invalid_parameter, unknown_object
from sandbox.platforms.graph_fields import parse_fields, select
from sandbox.platforms.meta_catalog import AdCatalog, Node
from sandbox.platforms.meta_fields import FIELDS, RowContext
from sandbox.platforms.meta_insights import InsightsStore
from sandbox.platforms.meta_jobs import ReportRuns, fate
from sandbox.platforms.meta_query import Filter, InsightsQuery, Level, read_filters, read_query
from sandbox.platforms.throttle import Throttle
from sandbox.world import World

ACCESS_TOKEN = "sandbox-meta-ads"
"""The token of the sandbox's system user; it sees every ad account and never expires."""

ENDED_VERSIONS = {23: date(2026, 6, 9)}
"""The day from which a version of the Marketing API is refused."""

MOST_VALUES_A_PAGE = 25_000
"""Rows × fields that one page may hold; a larger page is refused with the request to reduce the amount of data."""
MOST_SYNC_ROWS = 20_000
"""Rows that a synchronous request may find; more is error 100/1487534 (too much data: narrow the query, or request a report run)."""

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "EQUAL": lambda have, want: have == want,
    "NOT_EQUAL": lambda have, want: have != want,
    "IN": lambda have, want: have in want,
    "NOT_IN": lambda have, want: have not in want,
    "CONTAIN": lambda have, want: str(want) in str(have),
    "GREATER_THAN": lambda have, want: Decimal(have) > Decimal(want),
    "LESS_THAN": lambda have, want: Decimal(have) < Decimal(want),
}


def make_app(world: World, clock: Clock, faults: Faults) -> Starlette:
    """The server's app. It shows what the platform would know of `world` at the clock's time; `faults` switches its failures on."""
    api = MetaAds(world, clock, faults)
    return Starlette(
        routes=[
            Route("/{version}/me/adaccounts", api.answer(api.my_accounts)),
            Route("/{version}/me", api.answer(api.me)),
            Route("/{version}/{node}/insights", api.answer(api.insights), methods=["GET", "POST"]),
            Route("/{version}/{node}/{edge:str}", api.answer(api.edge)),
            Route("/{version}/{node}", api.answer(api.node)),
            Route("/{version}/{node}/", api.answer(api.node)),
        ],
        exception_handlers={GraphError: graph.graph_error_response, 404: graph.unknown_path_response},
    )


class Call:
    """One checked request: its parameters, its version, and the objects that exist now."""

    def __init__(self, request: Request, given: Mapping[str, str], version: int, catalog: AdCatalog) -> None:
        self.request, self.given, self.version, self.catalog = request, given, version, catalog
        self.fields = parse_fields(given.get("fields"))
        self.name: str = request.path_params.get("node", "me")

    def target(self) -> tuple[Level, Node]:
        """The object in the path and its level; error 100/33 when there is none."""
        catalog = self.catalog
        account_id = self.name.removeprefix("act_")
        if self.name.startswith("act_") and account_id in catalog.accounts:
            return "account", catalog.accounts[account_id]
        kinds: Sequence[tuple[Level, Mapping[str, Node]]] = (
            ("campaign", catalog.campaigns),
            ("adset", catalog.ad_sets),
            ("ad", catalog.ads),
        )
        for level, nodes in kinds:
            if self.name in nodes:
                return level, nodes[self.name]
        raise unknown_object(self.name)


class MetaAds:
    """The API's edges; every public method answers one kind of request with the body to send."""

    def __init__(self, world: World, clock: Clock, faults: Faults) -> None:
        self._world, self._clock, self._faults = world, clock, faults
        self._store = InsightsStore(world)
        self._runs = ReportRuns()
        self._throttle = Throttle()

    def answer(self, edge: Callable[[Call], Any]) -> Callable[[Request], Awaitable[Response]]:
        """Wrap an edge in what all requests share: version, token, throttle, usage headers."""

        async def endpoint(request: Request) -> Response:
            now = self._clock.now()
            version = graph.check_version(request, now.date(), ENDED_VERSIONS)
            given = await graph.parameters(request)
            graph.check_token(graph.access_token(request, given), (ACCESS_TOKEN,))
            call = Call(request, given, version, AdCatalog(self._world, now))
            account_id = self._account_of(call)
            self._throttle.spend(account_id, request.method)
            body = await run_in_threadpool(edge, call)
            return JSONResponse(body, headers=self._throttle.headers(account_id) | {"facebook-api-version": f"v{version}.0"})

        return endpoint

    def _account_of(self, call: Call) -> str:
        if call.name == "me":
            return "0"
        if call.name in self._runs:
            return self._runs.get(call.name).account_id
        return str(call.target()[1]["account_id"])

    def me(self, call: Call) -> Node:
        """`/me`: the system user."""
        return select({"id": "100000000000001", "name": "Sandbox system user"}, call.fields, "User", ("id", "name"))

    def my_accounts(self, call: Call) -> Node:
        """`/me/adaccounts`."""
        accounts = [select(node, call.fields, "AdAccount", ("id", "account_id")) for node in call.catalog.accounts.values()]
        return graph.cursor_page(call.request, call.given, accounts, graph.page_size(call.given))

    def node(self, call: Call) -> Node:
        """`/{id}`: an account, campaign, ad set, ad or report run."""
        if call.name in self._runs:
            node = self._runs.get(call.name).poll(call.catalog.now, call.version)
            return select(node, call.fields, "AdReportRun", tuple(node))
        level, node = call.target()
        default = ("id", "account_id") if level == "account" else ("id",)
        return select(node, call.fields, {"account": "AdAccount", "adset": "AdSet"}.get(level, level.title()), default)

    def edge(self, call: Call) -> Node:
        """`/{id}/campaigns`, `/adsets`, `/ads` of an account or of anything above them; newest first."""
        edge = call.request.path_params["edge"]
        level, node = call.target()
        edges: dict[str, tuple[str, Mapping[str, Node], Sequence[Level]]] = {
            "campaigns": ("Campaign", call.catalog.campaigns, ("account",)),
            "adsets": ("AdSet", call.catalog.ad_sets, ("account", "campaign")),
            "ads": ("Ad", call.catalog.ads, ("account", "campaign", "adset")),
        }
        if edge not in edges or level not in edges[edge][2]:
            raise invalid_parameter(f"Tried accessing nonexisting field ({edge}) on node type ({level.title()})")
        type_name, nodes, _ = edges[edge]
        found = [each for each in nodes.values() if each[f"{level}_id"] == node["account_id" if level == "account" else "id"]]
        statuses = graph.list_parameter("effective_status", call.given.get("effective_status"))
        filters = [Filter("effective_status", "IN", statuses)] if statuses else []
        for each in (*filters, *read_filters(call.given)):
            found = [one for one in found if _holds(one, each, each.field.rpartition(".")[2])]
        found.sort(key=lambda each: (each["created_time"], each["id"]), reverse=True)
        body = graph.cursor_page(
            call.request, call.given, [select(each, call.fields, type_name) for each in found], graph.page_size(call.given)
        )
        return body | {"summary": {"total_count": len(found)}} if call.given.get("summary") else body

    def insights(self, call: Call) -> Node:
        """`/{id}/insights`: GET answers rows, POST starts a report run; on a report run GET reads its rows."""
        if call.name in self._runs:
            return self._page(call, self._runs.get(call.name).read())
        level, node = call.target()
        account_id = node["account_id"]
        query = read_query(call.given, frozenset(FIELDS), level, call.catalog.today(account_id)[0])
        ads = self._filtered_ads(call.catalog, call.catalog.ads_of(level, account_id if level == "account" else node["id"]), query)
        if call.request.method == "POST":
            run = self._runs.start(
                account_id,
                query,
                lambda: self._rows(query, call.catalog, account_id, ads),
                call.catalog.now,
                fate(self._faults, account_id),
            )
            return {"report_run_id": run.run_id}
        rows = self._rows(query, call.catalog, account_id, ads)
        if len(rows) > MOST_SYNC_ROWS:
            raise invalid_parameter(f"Too many rows ({len(rows)}): ask for a shorter time or fewer objects.", 1487534)
        return self._page(call, rows)

    def _page(self, call: Call, rows: Sequence[Node]) -> Node:
        size = graph.page_size(call.given)
        if rows and min(size, len(rows)) * len(rows[0]) > MOST_VALUES_A_PAGE:
            message = "Please reduce the amount of data you're asking for, then retry your request"
            raise GraphError(1, message, status=500)
        return graph.cursor_page(call.request, call.given, rows, size)

    def _filtered_ads(self, catalog: AdCatalog, ads: Sequence[Node], query: InsightsQuery) -> list[Node]:
        """The ads for which all filters on objects hold (`campaign.id`, `ad.effective_status`, …)."""
        kept = list(ads)
        for each in query.filters:
            kind, dot, name = each.field.partition(".")
            if not dot:
                continue
            owners = {"campaign": catalog.campaigns, "adset": catalog.ad_sets, "ad": catalog.ads}.get(kind)
            if owners is None:
                raise invalid_parameter(f"Filtering field {each.field} is invalid.")
            key = "id" if kind == "ad" else f"{kind}_id"
            kept = [ad for ad in kept if _holds(owners[ad[key]], each, name)]
        return kept

    def _rows(self, query: InsightsQuery, catalog: AdCatalog, account_id: str, ads: Sequence[Node]) -> list[Node]:
        rows = [RowContext(row, query, catalog, account_id) for row in self._store.rows(query, catalog, account_id, ads)]
        for each in query.filters:
            if "." not in each.field:
                rows = [row for row in rows if _holds(row.values((each.field,)), each, each.field)]
        for name, descending in reversed(query.sort):
            rows.sort(key=lambda row: _sortable(row.values((name,)).get(name)), reverse=descending)
        return [row.render() for row in rows]


def _holds(have: Mapping[str, Any], requested: Filter, name: str) -> bool:
    """Whether an object or row passes a filter; error 100 for a field or operator that there is not."""
    if requested.operator not in COMPARISONS:
        raise invalid_parameter(f"Filtering operator {requested.operator} must be one of {', '.join(COMPARISONS)}")
    if name not in have:
        raise invalid_parameter(f"Filtering field {requested.field} is invalid.")
    try:
        return COMPARISONS[requested.operator](have[name], requested.value)
    except (TypeError, ArithmeticError) as error:
        raise invalid_parameter(f"Filtering value {requested.value!r} does not fit field {requested.field}.") from error


def _sortable(value: Any) -> tuple[bool, Decimal, str]:
    """Numbers before texts, what is missing first."""
    try:
        return False, Decimal(value or 0), ""
    except (ArithmeticError, TypeError, ValueError):
        return True, Decimal(0), str(value)


REFUSALS = {
    **graph.REFUSALS,
    "rate_limited": graph.rate_limit(
        80000, "(#80000) There have been too many calls to this ad-account.", "ads_insights", error_subcode=2446079
    ),
}
