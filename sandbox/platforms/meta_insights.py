"""Insights rows: deliveries and their results, as far as the platform would know them at the sandbox's clock.

- A day of an account shows up to the clock; of the day that runs, a growing part.
- Spend is the first report until it is settled (within three days).
- A conversion is booked on the day of its touch and shown from the moment it is reported: that restates up to 28 days.
- Reach counts distinct persons within the requested period and level, so it never adds up.

Source: developers.facebook.com/docs/marketing-api/insights, …/reference/ads-action-stats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb

from sandbox.platforms.meta_catalog import AdCatalog, Node
from sandbox.platforms.meta_query import LEVELS, InsightsQuery
from sandbox.world import World

WINDOWS = {
    "1d_click": "kind = 'click' and lag <= interval 1 day",
    "7d_click": "kind = 'click' and lag <= interval 7 day",
    "28d_click": "kind = 'click' and lag <= interval 28 day",
    "1d_view": "kind = 'view' and lag <= interval 1 day",
    "value": "lag <= to_days(case kind when 'click' then click_window_days else view_window_days end::int)",
}
"""Which conversions each window counts; `value` follows the ad set's own attribution setting. Click windows hold each other."""

_PERIODS = """
create or replace temp table periods as
select n, unnest(generate_series(start, stop, interval 1 day))::date as date from (values {periods}) as t(n, start, stop)
"""

_DELIVERY = """
with seen as materialized (
    select p.n, e.date, e.ad_id, e.person_id, e.impressions, e.clicks, e.link_clicks, {keys} {breakdowns}
    from ad_exposures e join ads a using (ad_id) join persons using (person_id) join periods p on p.date = e.date
    where e.ad_id in (select unnest($ads)) and e.date between $since and $until
        and (e.date < $today or (e.date = $today and hash(e.person_id, e.ad_id) % 86400 < $seconds))
),
by_person as (
    select n, {group}, sum(impressions) as impressions, sum(clicks) as clicks, sum(link_clicks) as link_clicks
    from seen group by n, {group}, person_id
),
delivered as (
    select n, {group}, sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks, sum(link_clicks)::bigint as link_clicks,
        count(*) as reach, count(*) filter (clicks > 0) as clickers, count(*) filter (link_clicks > 0) as link_clickers
    from by_person group by n, {group}
),
ad_day as (
    select n, date, ad_id, {group}, sum(impressions)::double / sum(sum(impressions)) over (partition by date, ad_id, n) as share
    from seen group by n, date, ad_id, {group}
),
money as (
    select n, {group}, sum(share * case
        when s.date = $today then round(s.first_reported_spend * $seconds / 86400, 2)
        when s.settled_at <= $now then s.spend else s.first_reported_spend end) as spend
    from ad_day join ad_spend s using (date, ad_id) group by n, {group}
)
select delivered.*, coalesce(spend, 0)::decimal(18, 2) as spend from delivered left join money using (n, {group})
"""

_CONVERSIONS = """
with claimed as (
    select p.n, {keys} {breakdowns}, c.action, c.kind, c.value, c.converted_at - c.touched_at as lag,
        g.click_window_days, g.view_window_days
    from ad_conversions c join ads a using (ad_id) join ad_sets g using (adset_id) join persons using (person_id)
    join ad_accounts t on t.account_id = a.account_id
    join periods p on p.date = {day}
    where c.ad_id in (select unnest($ads)) and c.reported_at <= $now
)
select n, {group}, action, {counts} from claimed group by n, {group}, action
"""

_TOUCH_DAY = "c.touched_on"
_CONVERSION_DAY = "cast(timezone(t.timezone_name, timezone('UTC', c.converted_at)) as date)"


@dataclass
class Row:
    """What is known of one object (or breakdown of it) in one period, before it is put into fields."""

    period: int
    ids: Mapping[str, str]
    breakdown: Mapping[str, str]
    impressions: int = 0
    clicks: int = 0
    link_clicks: int = 0
    reach: int = 0
    clickers: int = 0
    link_clickers: int = 0
    spend: Decimal = Decimal(0)
    conversions: dict[str, dict[str, tuple[int, Decimal]]] = field(default_factory=dict)
    """By action, by window (or `value`): how many, and their worth."""


class InsightsStore:
    """The facts of the world in an in-memory database, requested insights as of a moment."""

    def __init__(self, world: World) -> None:
        self._database = duckdb.connect()
        for name in ("ad_accounts", "ad_sets", "ads", "ad_exposures", "ad_spend", "ad_conversions", "persons"):
            self._database.register("arrow", getattr(world, name))
            relations = {"persons": "select person_id, country from arrow", "ad_exposures": "from arrow order by date, ad_id"}
            self._database.execute(f"create table {name} as {relations.get(name, 'from arrow')}")
            self._database.unregister("arrow")

    def rows(self, query: InsightsQuery, catalog: AdCatalog, account_id: str, ads: Sequence[Node]) -> list[Row]:
        """The rows of a query over `ads`, by period, then object; none where nothing was delivered and nothing converted."""
        keys = [f"{level}_id" for level in LEVELS[: LEVELS.index(query.level) + 1]]
        group = [*keys, *query.breakdowns]
        parts = {
            "keys": ", ".join(f"a.{key} as {'ad_key' if key == 'ad_id' else key}" for key in keys),
            "breakdowns": "".join(f", {name}" for name in query.breakdowns),
            "group": ", ".join("ad_key" if name == "ad_id" else name for name in group),
        }
        today, seconds = catalog.today(account_id)
        days = {"today": today, "seconds": seconds, "since": query.since, "until": query.until}
        given = {"ads": [ad["id"] for ad in ads], "now": catalog.now.replace(tzinfo=None)}
        found: dict[tuple[Any, ...], Row] = {}
        session = self._database.cursor()
        periods = ", ".join(f"({n}, date '{start}', date '{stop}')" for n, (start, stop) in enumerate(query.periods))
        session.execute(_PERIODS.format(periods=periods))

        def row_of(record: Mapping[str, Any]) -> Row:
            named = {name: record["ad_key" if name == "ad_id" else name] for name in group}
            row = Row(record["n"], {key: named[key] for key in keys}, {name: named[name] for name in query.breakdowns})
            return found.setdefault((record["n"], *named.values()), row)

        delivery = session.sql(_DELIVERY.format(**parts), params=given | days)
        for record in delivery.to_arrow_table().to_pylist():
            row = row_of(record)
            for name in ("impressions", "clicks", "link_clicks", "reach", "clickers", "link_clickers", "spend"):
                setattr(row, name, record[name])
        counts = ", ".join(
            f'count(*) filter ({condition}) as "{window}", coalesce(sum(value) filter ({condition}), 0) as "{window} worth"'
            for window, condition in WINDOWS.items()
        )
        day = _CONVERSION_DAY if query.by_conversion_date else _TOUCH_DAY
        converted = session.sql(_CONVERSIONS.format(**parts, day=day, counts=counts), params=given)
        for record in converted.to_arrow_table().to_pylist():
            row_of(record).conversions[record["action"]] = {
                window: (record[window], record[f"{window} worth"]) for window in WINDOWS if record[window]
            }
        return [found[key] for key in sorted(found)]
