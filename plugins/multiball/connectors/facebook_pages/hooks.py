"""Posts of Facebook Pages with their lifetime insights, the days of a page, and the page's own token.

The platform retires metrics for all versions at once, and one invalid name fails a whole call. So metrics are requested together,
singly if that fails, and a metric that fails singly yields no rows and is logged. The token is a user's or system user's; the page's
own token comes from /me/accounts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from multiball.connectors._answers import DeadToken, Denied, Refused, TooMuch
from multiball.connectors._declared.session import Session
from multiball.connectors._graph import pace, raise_for_error
from multiball.connectors._rest import bearer, listing
from multiball.shapes import Page, Record, Window

__all__ = ["authorize", "extract", "pace", "raise_for_error"]
log = logging.getLogger(__name__)
DAYS_A_CALL = 90
INVALID = 100
BY_ADS = {"breakdown": "is_from_ads"}
PAGE_METRICS: tuple[tuple[str, dict[str, str], tuple[str, ...]], ...] = (
    (
        "day",
        {},
        (
            "page_media_view",
            "page_total_media_view_unique",
            "page_post_engagements",
            "page_views_total",
            "page_video_views",
            "page_total_actions",
            "page_follows",
            "page_daily_follows_unique",
            "page_daily_unfollows_unique",
        ),
    ),
    ("day", BY_ADS, ("page_media_view",)),
    ("week", {}, ("page_total_media_view_unique",)),
    ("days_28", {}, ("page_total_media_view_unique",)),
)
"""The requests for a page: period, further parameters, metrics."""
POST_METRICS = ("post_media_view", "post_total_media_view_unique", "post_clicks", "post_video_views", "post_reactions_like_total")
POST_FIELDS = "id,message,created_time,updated_time,permalink_url,status_type,attachments{media_type},shares"
SUMMARIES = "reactions.summary(total_count).limit(0),comments.summary(total_count).limit(0)"


def authorize(api: Session) -> dict[str, str]:
    """The header with the page's own token, which insights need. Raises Denied where the user's token does not manage the page."""
    managed = []
    for rows in api.pages(api.at("/me/accounts"), {"fields": "id,name,access_token"}):
        for row in rows:
            if row["id"] == api.account and row.get("access_token"):
                return bearer(str(row["access_token"]))
            managed.append(str(row["id"]))
    raise Denied(
        f"the token does not manage page {api.account}",
        source=api.source.name,
        remedy=f"Give a token with the task ANALYZE on that page; this one manages {', '.join(managed) or 'none'}",
    )


def extract(api: Session, window: Window) -> Iterator[Page]:
    """Pages of posts, only when the window is current, and of insights. Raises SourceError."""
    retired: set[str] = set()
    if window.current:
        for rows in _posts(api):
            for name, posts in api.made("posts", rows):
                yield name, posts
                yield "post_insights", [record for post in posts for record in _post_insights(api, post["post_id"], retired)]
    for days in _spans(window):
        for period, params, metrics in PAGE_METRICS:
            asked = {"period": period, "since": days.start, "until": days.end + timedelta(days=1), **params}
            for made in api.each(
                "page_insights", _insights(api, api.account, metrics, asked, retired), lambda one: _days(one, api.account)
            ):
                yield "page_insights", [record for record in made if days.start <= record["date_day"] <= days.end]


def _posts(api: Session) -> Iterator[list[Any]]:
    """Pages of all posts since `history_from`; without totals of reactions and comments where the token may not read those."""
    path, params = api.at(f"/{api.account}/published_posts"), {"since": api.source.history_from.isoformat()}
    try:
        pages = api.pages(path, {**params, "fields": f"{POST_FIELDS},{SUMMARIES}"})
        first = next(pages, None)
    except Refused as refusal:
        if isinstance(refusal, TooMuch | DeadToken):
            raise
        log.warning("source %s: posts come without reactions and comments (%s)", api.source.name, refusal)
        yield from api.pages(path, {**params, "fields": POST_FIELDS})
    else:
        if first is not None:
            yield first
            yield from pages


def _post_insights(api: Session, post: str, retired: set[str]) -> Iterator[dict[str, Any]]:
    """Lifetime counters of a post. Reels, whose ids have no underscore, have no such insights."""
    if "_" not in post:
        return
    insights = _insights(api, post, POST_METRICS, {"period": "lifetime"}, retired)
    for made in api.each("post_insights", insights, lambda insight: _lifetimes(insight, post)):
        yield from made


def _lifetimes(insight: Record, post: str) -> list[dict[str, Any]]:
    return [{"post_id": post, "metric": insight["name"], "value": value.get("value")} for value in insight["values"]]


def _insights(api: Session, node: str, metrics: Sequence[str], params: Record, retired: set[str]) -> Iterator[dict[str, Any]]:
    """Insights of a page or post: together, singly if that fails, and those that a response omits once more.

    A request that is too large is split into halves: of the metrics, then of the days. `retired` collects the metrics that the platform no
    longer has. The paging of insights leads to other times endlessly and is not followed.
    """
    known = [metric for metric in metrics if metric not in retired]
    if not known:
        return
    try:
        asked = {**params, "metric": ",".join(known)}
        found = api.fetch("GET", api.at(f"/{node}/insights"), listing("data"), params=asked)["data"]
    except TooMuch:
        halves = _halves(known, params)
        if not halves:
            raise
        log.warning("source %s: the request for insights of %s is too large: splitting it", api.source.name, node)
        for less, span in halves:
            yield from _insights(api, node, less, span, retired)
        return
    except Refused as refusal:
        if refusal.code != INVALID or "metric" not in refusal.what:
            raise
        if len(known) == 1:
            retired.add(known[0])
            log.warning("source %s: metric %s yields no rows: %s", api.source.name, known[0], refusal)
            return
        for metric in known:
            yield from _insights(api, node, (metric,), params, retired)
        return
    yield from found
    missing = set(known) - {insight["name"] for insight in found}
    if len(missing) < len(known):
        yield from _insights(api, node, sorted(missing), params, retired)


def _halves(metrics: Sequence[str], params: Record) -> list[tuple[Sequence[str], Record]]:
    """The two halves of a request; none for one metric of one day, or of a post."""
    if len(metrics) > 1:
        middle = len(metrics) // 2
        return [(metrics[:middle], params), (metrics[middle:], params)]
    since, until = params.get("since"), params.get("until")
    if since is None or until is None or (until - since).days < 2:
        return []
    day = since + (until - since) // 2
    return [(metrics, {**params, "until": day}), (metrics, {**params, "since": day})]


def _days(insight: Record, account: str) -> list[dict[str, Any]]:
    """One record per value. A day is Pacific and its end is 07:00 or 08:00 UTC, so the day is the end's date less one."""
    return [
        {
            "date_day": datetime.fromisoformat(value["end_time"]).date() - timedelta(days=1),
            "metric": insight["name"],
            "period": insight["period"],
            "is_from_ads": "",
            "page_id": account,
            **value,
        }
        for value in insight["values"]
    ]


def _spans(window: Window) -> Iterator[Window]:
    """The window in pieces that one call may request."""
    start = window.start
    while start <= window.end:
        end = min(start + timedelta(days=DAYS_A_CALL - 1), window.end)
        yield Window(start, end, window.current)
        start = end + timedelta(days=1)
