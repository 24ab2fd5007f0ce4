"""Stand-in for the Graph API of Facebook Pages (`graph.facebook.com/v26.0`): pages, posts, page and post insights.

Sources: developers.facebook.com/docs/platforminsights/page, …/docs/graph-api/reference/insights and its deprecated metrics.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
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
from sandbox.platforms.meta_query import months_before
from sandbox.platforms.page_metrics import (
    FEWEST_LIKES,
    PACIFIC,
    PAGE_METRICS,
    POST_METRICS,
    YEARS_KEPT,
    Metric,
    PageFacts,
    day_end,
    last_full_day,
)
from sandbox.platforms.page_posts import Node, feed_page, post_node, read_moment
from sandbox.world import World

ACCESS_TOKEN = "sandbox-facebook-pages"
"""The token of the sandbox's user, who has the task ANALYZE on every page. `/me/accounts` gives the pages' own tokens."""

PERIODS = ("day", "week", "days_28", "month", "lifetime", "total_over_range")
MOST_DAYS = 90
CALLS_PER_ENGAGED_USER = 4800


def make_app(world: World, clock: Clock, faults: Faults) -> Starlette:
    """The server's app. It shows what the platform would know of `world` at the clock's time; it has no faults of its own kind."""
    api = FacebookPages(world, clock)
    return Starlette(
        routes=[
            Route("/{version}/me/accounts", api.answer(api.my_pages)),
            Route("/{version}/{node}/insights", api.answer(api.insights)),
            *(Route(f"/{{version}}/{{node}}/{edge}", api.answer(api.feed)) for edge in ("published_posts", "posts", "feed")),
            Route("/{version}/{node}", api.answer(api.node)),
        ],
        exception_handlers={GraphError: graph.graph_error_response, 404: graph.unknown_path_response},
    )


def page_token(page_id: str) -> str:
    """The token of one page."""
    return f"{ACCESS_TOKEN}-{page_id}"


class Call:
    """One checked request: its parameters, the moment, and which token it came with."""

    def __init__(self, request: Request, given: Mapping[str, str], now: datetime, token: str) -> None:
        self.request, self.given, self.now, self.token = request, given, now, token
        self.fields = parse_fields(given.get("fields"))
        self.name: str = request.path_params.get("node", "me")

    def need_page_token(self, page_id: str) -> None:
        """Error 190/2069032 where the token is not this page's own."""
        if self.token != page_token(page_id):
            raise GraphError(190, "A Page access token is required for this call for the new Pages experience.", 2069032)


class FacebookPages:
    """The API's edges; every public method answers one kind of request with the body to send."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._clock = clock
        self._facts = PageFacts(world)
        self._pages: dict[str, Node] = {row["page_id"]: row for row in world.pages.to_pylist()}
        self._posts: dict[str, Node] = {row["post_id"]: row for row in world.posts.to_pylist()}
        self._calls = dict.fromkeys(self._pages, 0)

    def answer(self, edge: Callable[[Call], Any]) -> Callable[[Request], Awaitable[Response]]:
        """Wrap an edge in what all requests share: version, token, usage headers."""

        async def endpoint(request: Request) -> Response:
            now = self._clock.now()
            version = graph.check_version(request, now.date(), ended={})
            given = await graph.parameters(request)
            tokens = {page_token(page_id): page_id for page_id in self._pages}
            token = graph.check_token(graph.access_token(request, given), (ACCESS_TOKEN, *tokens))
            headers = await run_in_threadpool(self._usage, tokens.get(token), now)
            body = await run_in_threadpool(edge, Call(request, given, now, token))
            return JSONResponse(body, headers=headers | {"facebook-api-version": f"v{version}.0"})

        return endpoint

    def _usage(self, page_id: str | None, now: datetime) -> dict[str, str]:
        """Usage headers: of the app for the user's token, of the page for its own; error 80001 when the page's calls are used up."""
        if page_id is None:
            return {"x-app-usage": json.dumps({"call_count": 0, "total_time": 0, "total_cputime": 0})}
        self._calls[page_id] += 1
        budget = CALLS_PER_ENGAGED_USER * max(1, self._facts.talking_about(page_id, now))
        percent = int(100 * self._calls[page_id] / budget)
        usage = {"type": "pages", "call_count": percent, "total_cputime": percent, "total_time": percent}
        headers = {"x-business-use-case-usage": json.dumps({page_id: [usage | {"estimated_time_to_regain_access": 60 * (percent >= 100)}]})}
        if percent >= 100:
            raise GraphError(80001, "(#80001) There have been too many calls to this Page account.", headers=headers, is_transient=True)
        return headers

    def my_pages(self, call: Call) -> Node:
        """`/me/accounts`: the user's pages with their tokens."""
        pages = [
            select(self._page_node(page, call), call.fields, "Page", ("access_token", "category", "name", "id", "tasks"))
            for page in self._pages.values()
        ]
        return graph.cursor_page(call.request, call.given, pages, graph.page_size(call.given))

    def _page_node(self, page: Mapping[str, Any], call: Call) -> Node:
        stock = self._facts.page_stock(page["page_id"], call.now)
        return {
            "id": page["page_id"],
            "name": page["name"],
            "username": page["username"],
            "category": page["category"],
            "link": page["link"],
            "fan_count": stock["fans"],
            "followers_count": stock["followers"],
            "talking_about_count": self._facts.talking_about(page["page_id"], call.now),
            "rating_count": 0,
            "overall_star_rating": None,
            "verification_status": "not_verified",
            "instagram_business_account": None,
            "access_token": page_token(page["page_id"]),
            "tasks": ["ANALYZE", "ADVERTISE", "MODERATE", "CREATE_CONTENT", "MANAGE"],
        }

    def node(self, call: Call) -> Node:
        """`/{id}`: the user, a page or a post. With a page's token `me` is that page."""
        own = {page_token(page_id): page_id for page_id in self._pages}.get(call.token)
        name = own if call.name == "me" and own else call.name
        if name == "me":
            return select({"id": "100000000000002", "name": "Sandbox user"}, call.fields, "User", ("id", "name"))
        if name in self._pages:
            return select(self._page_node(self._pages[name], call), call.fields, "Page", ("name", "id"))
        post = self._post(name, call)
        call.need_page_token(post["page_id"])
        return self._post_nodes([post], call)[0]

    def _post(self, name: str, call: Call) -> Mapping[str, Any]:
        """The post of that id, when it has been published; error 100/33 otherwise."""
        post = self._posts.get(name)
        if post is None or post["created_at"] > call.now.replace(tzinfo=None):
            raise unknown_object(name)
        return post

    def _post_nodes(self, posts: Sequence[Mapping[str, Any]], call: Call) -> list[Node]:
        found = self._facts.engagements([post["post_id"] for post in posts], call.now)
        return [post_node(post, found.get(post["post_id"], ()), call.fields, self._pages[post["page_id"]]["name"]) for post in posts]

    def feed(self, call: Call) -> Node:
        """`/{page}/published_posts`, `/posts`, `/feed`: newest first, paged by time."""
        if call.name not in self._pages:
            raise unknown_object(call.name)
        call.need_page_token(call.name)
        published = [
            post for post in self._posts.values() if post["page_id"] == call.name and post["created_at"] <= call.now.replace(tzinfo=None)
        ]
        return feed_page(call.request, call.given, published, lambda posts: self._post_nodes(posts, call))

    def insights(self, call: Call) -> Node:
        """`/{page}/insights` by day, week and 28 days; `/{post}/insights` lifetime. One invalid metric fails the whole call."""
        is_page = call.name in self._pages
        page_id = call.name if is_page else self._post(call.name, call)["page_id"]
        call.need_page_token(page_id)
        metrics = self._metrics(call, PAGE_METRICS if is_page else POST_METRICS)
        by_ads = self._is_split(call, metrics)
        period = call.given.get("period")
        if period is not None and period not in PERIODS:
            raise invalid_parameter(f"period must be one of the following values: {', '.join(PERIODS)}")
        by_period = {
            each: {name: metric for name, metric in metrics.items() if each in metric.periods}
            for each in ((period,) if period else PERIODS)
        }
        if not is_page:
            rows = {each: self._facts.lifetime(call.name, chosen, call.now, by_ads) for each, chosen in by_period.items() if chosen}
            return {"data": self._insights(call.name, by_period, rows)}
        since, until = self._range(call)
        days = _days_between(since, until, call.now)
        if self._facts.page_stock(page_id, call.now)["fans"] < FEWEST_LIKES:
            return {"data": []}
        rows = {each: self._facts.rolling(page_id, chosen, each, days, by_ads) for each, chosen in by_period.items() if chosen}
        return {"data": self._insights(page_id, by_period, rows), "paging": _insights_paging(call, since, until)}

    def _metrics(self, call: Call, known: Mapping[str, Metric]) -> dict[str, Metric]:
        """The requested metrics. Error 3001/1504028 for none; 100 for an unknown or retired one."""
        names = graph.list_parameter("metric", call.given.get("metric"))
        if not names:
            message = "No metric was specified to be fetched. Please specify one or more metrics to be fetched and try again."
            raise GraphError(3001, f"(#3001) {message}", 1504028)
        today = call.now.date()
        for name in names:
            metric = known.get(name)
            if metric is None or (metric.retired_on is not None and today >= metric.retired_on):
                raise invalid_parameter("The value must be a valid insights metric")
        return {name: known[name] for name in names}

    def _is_split(self, call: Call, metrics: Mapping[str, Metric]) -> bool:
        """Whether values are split by `is_from_ads`; error 100 for another breakdown, or a metric that has none."""
        breakdown = call.given.get("breakdown")
        if breakdown is None:
            return False
        if breakdown != "is_from_ads" or not all(metric.splits_by_ads for metric in metrics.values()):
            raise invalid_parameter(f"The breakdown {breakdown} is not valid for the requested metric")
        return True

    def _range(self, call: Call) -> tuple[datetime, datetime]:
        """`since` and `until`, by default the last two full days; error 100 for more than 90 days or the wrong way round."""
        until = read_moment("until", call.given["until"]) if "until" in call.given else day_end(last_full_day(call.now))
        since = read_moment("since", call.given["since"]) if "since" in call.given else until - timedelta(days=2)
        if until < since:
            raise invalid_parameter("since param must be before until param")
        if (until.astimezone(PACIFIC).date() - since.astimezone(PACIFIC).date()).days > MOST_DAYS:
            raise invalid_parameter(f"There cannot be more than {MOST_DAYS} days ({MOST_DAYS * 86400} s) between since and until")
        return since, until

    @staticmethod
    def _insights(
        object_id: str, by_period: Mapping[str, Mapping[str, Metric]], rows: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
    ) -> list[Node]:
        """One entry per metric and period, in the order requested."""
        entries = []
        for period, metrics in by_period.items():
            for name, metric in metrics.items():
                identity = {"name": name, "period": period, "values": [_value(row) for row in rows[period].get(name, ())]}
                texts = {"title": metric.title, "description": metric.title}
                entries.append(identity | texts | {"id": f"{object_id}/insights/{name}/{period}"})
        return entries


def _value(row: Mapping[str, Any]) -> Node:
    """One value: with the end of its day, unless it is a lifetime one; the flag of a split is a text."""
    value: Node = {"value": row["value"]}
    if "date" in row:
        value["end_time"] = graph.graph_time(day_end(row["date"]))
    if row["is_from_ads"] is not None:
        value["is_from_ads"] = "1" if row["is_from_ads"] else "0"
    return value


def _days_between(since: datetime, until: datetime, now: datetime) -> list[date]:
    """The Pacific days that end after `since` and not after `until`: the first is the day of `since` itself. Only ended and kept days."""
    first = since.astimezone(PACIFIC).date() - timedelta(days=1)
    oldest = months_before(last_full_day(now), 12 * YEARS_KEPT)
    days = [first + timedelta(days=offset) for offset in range(MOST_DAYS + 2)]
    return [day for day in days if since < day_end(day) <= min(until, now) and day >= oldest]


def _insights_paging(call: Call, since: datetime, until: datetime) -> Node:
    """Links to the span before and the span after: they are always there and lead to other times for ever."""
    length = until - since
    spans = {"previous": (since - length, since), "next": (until, until + length)}
    return {
        name: graph.page_url(call.request, call.given, since=str(int(start.timestamp())), until=str(int(stop.timestamp())))
        for name, (start, stop) in spans.items()
    }


REFUSALS = {
    **graph.REFUSALS,
    "rate_limited": graph.rate_limit(80001, "(#80001) There have been too many calls to this Page account.", "pages"),
    "retired_metric": graph.refusal(100, "(#100) The value must be a valid insights metric"),
}
