"""Page and post metrics: which exist when, and what they count.

Days are Pacific. A value of period `week` or `days_28` is the rolling window that ends with its day; a unique counts distinct persons
within exactly that window. Sources: developers.facebook.com/docs/graph-api/reference/insights and its page of deprecated metrics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import duckdb

from sandbox.world import World

PACIFIC = ZoneInfo("America/Los_Angeles")
PERIOD_DAYS = {"day": 1, "week": 7, "days_28": 28}
ROLLING = ("day", "week", "days_28")
LIFETIME = ("lifetime",)
FEWEST_LIKES = 100
"""A page with fewer likes has no insights."""
YEARS_KEPT = 2

Table = Literal["views", "engagements", "page_days"]


@dataclass(frozen=True)
class Metric:
    """One metric: an aggregate over the rows of `table` in a window. `retired_on`: the day from which its name is invalid."""

    table: Table
    expression: str
    periods: tuple[str, ...]
    title: str
    splits_by_ads: bool = False
    retired_on: date | None = None


_VIEWS = "coalesce(sum(views), 0)::bigint"
_PERSONS = "count(distinct person_id)"
_DISPLAYS = "count(person_id)"
_REACTIONS = ("like", "love", "wow", "haha", "sorry", "anger")
_NOV_2025, _JUN_2026 = date(2025, 11, 15), date(2026, 6, 15)


def _kinds(*kinds: str) -> str:
    return f"count(*) filter (kind in ({', '.join(repr(kind) for kind in kinds)}))"


def _impressions(scope: str, periods: tuple[str, ...], counted: tuple[str, ...], unique: tuple[str, ...]) -> dict[str, Metric]:
    """The retired metrics of impressions, by suffix: displays (a person's repeats on a day left out), and distinct persons."""
    conditions = {"": "true", "_paid": "is_from_ads", "_organic": "not is_from_ads"}
    found = {}
    for suffix in counted:
        expression = f"{_DISPLAYS} filter ({conditions[suffix]})"
        found[f"{scope}_impressions{suffix}"] = Metric("views", expression, periods, "Impressions", retired_on=_NOV_2025)
    for suffix in unique:
        expression = f"{_PERSONS} filter ({conditions[suffix]})"
        found[f"{scope}_impressions{suffix}_unique"] = Metric("views", expression, periods, "Reach", retired_on=_JUN_2026)
    return found


PAGE_METRICS: dict[str, Metric] = {
    "page_media_view": Metric("views", _VIEWS, ROLLING, "Views of the page's media", splits_by_ads=True),
    "page_total_media_view_unique": Metric("views", _PERSONS, ROLLING, "Viewers of the page's media"),
    "page_video_views": Metric("views", "coalesce(sum(views) filter (media_type = 'video'), 0)::bigint", ROLLING, "Views of videos"),
    "page_post_engagements": Metric("engagements", "count(kind)", ROLLING, "Reactions, comments, shares and clicks"),
    "page_views_total": Metric("page_days", "coalesce(sum(page_views), 0)::bigint", ROLLING, "Visits to the page itself"),
    "page_total_actions": Metric("page_days", "0::bigint", ROLLING, "Clicks on the page's contact buttons; it has none"),
    "page_follows": Metric("page_days", "max(followers)", ("day",), "Followers at the day's end"),
    "page_daily_follows": Metric("page_days", "coalesce(sum(follows), 0)::bigint", ("day",), "New followers"),
    "page_daily_follows_unique": Metric("page_days", "coalesce(sum(follows), 0)::bigint", ROLLING, "Persons who followed"),
    "page_daily_unfollows_unique": Metric("page_days", "coalesce(sum(unfollows), 0)::bigint", ROLLING, "Persons who unfollowed"),
    **{
        f"page_actions_post_reactions_{kind}_total": Metric("engagements", _kinds(kind), ROLLING, f"Reactions: {kind}")
        for kind in _REACTIONS
    },
    "page_fans": Metric("page_days", "max(fans)", ("day",), "Likes of the page", retired_on=_NOV_2025),
    **_impressions("page", ROLLING, counted=("", "_paid"), unique=("", "_paid")),
    **_impressions("page_posts", ROLLING, counted=(), unique=("", "_paid", "_organic")),
}

_CLICK_KIND = (
    "case media_type when 'link' then 'link clicks' when 'photo' then 'photo view' when 'video' then 'video play' else 'other clicks' end"
)

POST_METRICS: dict[str, Metric] = {
    "post_media_view": Metric("views", _VIEWS, LIFETIME, "Views of the post", splits_by_ads=True),
    "post_total_media_view_unique": Metric("views", _PERSONS, LIFETIME, "Viewers of the post"),
    "post_video_views": Metric("views", "coalesce(sum(views) filter (media_type = 'video'), 0)::bigint", LIFETIME, "Views of the video"),
    "post_clicks": Metric("engagements", _kinds("click"), LIFETIME, "Clicks anywhere in the post"),
    "post_clicks_by_type": Metric("engagements", f"histogram({_CLICK_KIND}) filter (kind = 'click')", LIFETIME, "Clicks by kind"),
    **{f"post_reactions_{kind}_total": Metric("engagements", _kinds(kind), LIFETIME, f"Reactions: {kind}") for kind in _REACTIONS},
    "post_reactions_by_type_total": Metric("engagements", f"histogram(kind) filter (kind in {_REACTIONS})", LIFETIME, "Reactions by kind"),
    "post_activity_by_action_type": Metric(
        "engagements",
        f"histogram(case when kind in {_REACTIONS} then 'like' else kind end) filter (kind <> 'click')",
        LIFETIME,
        "Reactions, comments and shares",
    ),
    **_impressions("post", LIFETIME, counted=("", "_paid", "_organic"), unique=("", "_paid", "_organic")),
}


def day_end(day: date) -> datetime:
    """The end of a Pacific day in UTC: 07:00 or 08:00 of the next day."""
    return datetime.combine(day + timedelta(days=1), time(), PACIFIC).astimezone(UTC)


def last_full_day(now: datetime) -> date:
    """The latest Pacific day that has ended: values are refreshed once a day."""
    return now.astimezone(PACIFIC).date() - timedelta(days=1)


def _by_table(metrics: Mapping[str, Metric]) -> dict[str, str]:
    """The select list of each table that metrics count."""
    tables: dict[str, list[str]] = {}
    for name, metric in metrics.items():
        tables.setdefault(metric.table, []).append(f"{metric.expression} as {name}")
    return {table: ", ".join(listed) for table, listed in tables.items()}


class PageFacts:
    """What happened on the pages, in an in-memory database by Pacific day."""

    def __init__(self, world: World) -> None:
        self._database = duckdb.connect()
        for name in ("posts", "post_views", "post_engagements", "page_days"):
            self._database.register("arrow", getattr(world, name))
            self._database.execute(f"create table {name} as from arrow")
            self._database.unregister("arrow")
        self._database.execute(
            """
            create table views as select v.*, p.page_id, p.media_type from post_views v join posts p using (post_id);
            create table engagements as
                select e.*, p.page_id, p.media_type,
                    cast(timezone('America/Los_Angeles', timezone('UTC', e.happened_at)) as date) as date
                from post_engagements e join posts p using (post_id)
            """
        )

    def rolling(
        self, page_id: str, metrics: Mapping[str, Metric], period: str, days: Sequence[date], by_ads: bool
    ) -> dict[str, list[Mapping[str, Any]]]:
        """By metric, a value per day (and per flag where split): `date`, `value`, `is_from_ads`. An unknown stock has no row."""
        flags = "(values (false), (true)) f(flag)" if by_ads else "(values (null::boolean)) f(flag)"
        match = "and s.is_from_ads = slots.flag" if by_ads else ""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for table, expressions in _by_table(metrics).items():
            rows = self._database.cursor().sql(
                f"""
                with slots as (
                    select day, flag, unnest(generate_series(day - {PERIOD_DAYS[period] - 1}, day, interval 1 day))::date as at
                    from (select unnest($days)::date as day) cross join {flags}
                ), s as (select * from {table} where page_id = $page)
                select day, flag, {expressions} from slots left join s on s.date = slots.at {match} group by day, flag order by day, flag
                """,
                params={"days": list(days), "page": page_id},
            )
            for row in rows.to_arrow_table().to_pylist():
                for name in metrics.keys() & row.keys():
                    if row[name] is not None:
                        found.setdefault(name, []).append({"date": row["day"], "value": row[name], "is_from_ads": row["flag"]})
        return found

    def lifetime(self, post_id: str, metrics: Mapping[str, Metric], now: datetime, by_ads: bool) -> dict[str, list[Mapping[str, Any]]]:
        """By metric, a post's counter up to `now`: one row, or one per flag where split. Views count up to the last full day."""
        found: dict[str, list[Mapping[str, Any]]] = {name: [] for name in metrics}
        for table, expressions in _by_table(metrics).items():
            known, bound = ("date", last_full_day(now)) if table == "views" else ("happened_at", now.replace(tzinfo=None))
            for flag in (False, True) if by_ads else (None,):
                condition = f"is_from_ads = {flag}" if by_ads else "true"
                rows = self._database.cursor().sql(
                    f"select {expressions} from {table} where post_id = $post and {known} <= $bound and {condition}",
                    params={"post": post_id, "bound": bound},
                )
                for name, value in rows.to_arrow_table().to_pylist(maps_as_pydicts="strict")[0].items():
                    found[name].append({"value": {} if value is None else value, "is_from_ads": flag})
        return found

    def page_stock(self, page_id: str, now: datetime) -> Mapping[str, int]:
        """Followers and fans at the end of the last full day; 0 before the first."""
        rows = self._database.cursor().sql(
            "select followers, fans from page_days where page_id = $page and date <= $day order by date desc limit 1",
            params={"page": page_id, "day": last_full_day(now)},
        )
        return dict(zip(("followers", "fans"), (rows.fetchall() or [(0, 0)])[0], strict=True))

    def talking_about(self, page_id: str, now: datetime) -> int:
        """Distinct persons who engaged within the last seven days."""
        rows = self._database.cursor().sql(
            "select count(distinct person_id) from engagements where page_id = $page and happened_at <= $now and happened_at > $since",
            params={"page": page_id, "now": now.replace(tzinfo=None), "since": now.replace(tzinfo=None) - timedelta(days=7)},
        )
        return int(rows.fetchall()[0][0])

    def engagements(self, post_ids: Sequence[str], now: datetime) -> Mapping[str, list[Mapping[str, Any]]]:
        """Reactions, comments and shares of some posts up to `now`, by post, newest first."""
        rows = self._database.cursor().sql(
            """
            select * from post_engagements where kind <> 'click' and happened_at <= $now and post_id in (select unnest($posts))
            order by happened_at desc, engagement_id
            """,
            params={"now": now.replace(tzinfo=None), "posts": list(post_ids)},
        )
        found: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows.to_arrow_table().to_pylist():
            found.setdefault(row["post_id"], []).append(row)
        return found
