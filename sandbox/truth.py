"""The truth about the world at one moment, counted from its tables by SQL only, to compare with the figures of platforms and marts.

`TABLES[name](world, now)` gives a table; `export` writes all. Days of ads are account days and only those that ended by `now`; days of
pages are Pacific days that ended. Real people only: bots and test orders are left out unless a column says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sandbox.world import SCHEMAS, World
from sandbox.world.brand import BUYING

_ENDED = """
    select e.*, a.campaign_id, a.account_id
    from ad_exposures e join ads a using (ad_id) join today t using (account_id) where e.date < t.today
"""
_PERIODS = """
    select 'day' as period, date as date_start, date as date_stop, * from exposed
    union all
    select 'week', date_trunc('week', date)::date, (date_trunc('week', date) + interval 6 day)::date, * from exposed
    union all
    select 'month', date_trunc('month', date)::date, last_day(date), * from exposed
"""
_STAGED = """
    select coalesce(m.into_id, s.contact_id) as contact_id, s.stage, s.entered_at
    from contact_stages s left join crm_merges m on m.merged_id = s.contact_id and m.merged_at <= $now where s.entered_at <= $now
"""
_SQL: dict[str, str] = {
    # [date, ad_id] delivery; spend is final, in the account's currency
    "ad_day": f"""
        with exposed as ({_ENDED}), shown as (
            select date, ad_id, campaign_id, account_id, sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks,
                sum(link_clicks)::bigint as link_clicks, count(distinct person_id) as reach
            from exposed group by all
        )
        select shown.*, s.spend, c.currency from shown join ad_spend s using (date, ad_id) join ad_accounts c using (account_id)
    """,
    # [level, id, period, date_start] reach = persons; periods that ended; level: account, campaign, ad
    "ad_reach": f"""
        with exposed as ({_ENDED}), periods as ({_PERIODS}), levels as (
            select 'account' as level, account_id as id, * from periods
            union all select 'campaign', campaign_id, * from periods
            union all select 'ad', ad_id, * from periods
        )
        select l.level, l.id, l.account_id, l.period, l.date_start, l.date_stop, count(distinct l.person_id) as reach,
            sum(l.impressions)::bigint as impressions
        from levels l join today t using (account_id) where l.date_stop < t.today group by all
    """,
    # [date, ad_id, action] conversions that the platform claims by now, on the day of the touch, by window; value in account currency
    "ad_conversion_day": """
        with lagged as (select *, converted_at - touched_at as lag from ad_conversions where reported_at <= $now)
        select touched_on as date, ad_id, action, currency,
            count(*) filter (kind = 'click' and lag <= interval 1 day) as count_1d_click,
            count(*) filter (kind = 'click' and lag <= interval 7 day) as count_7d_click,
            count(*) filter (kind = 'click' and lag <= interval 28 day) as count_28d_click,
            count(*) filter (kind = 'view' and lag <= interval 1 day) as count_1d_view,
            coalesce(sum(value) filter (kind = 'click' and lag <= interval 1 day), 0) as value_1d_click,
            coalesce(sum(value) filter (kind = 'click' and lag <= interval 7 day), 0) as value_7d_click,
            coalesce(sum(value) filter (kind = 'click' and lag <= interval 28 day), 0) as value_28d_click,
            coalesce(sum(value) filter (kind = 'view' and lag <= interval 1 day), 0) as value_1d_view
        from lagged group by all
    """,
    # [page_id, period, date_start] views and reach of a page's posts
    "page_reach": f"""
        with exposed as (
            select v.*, p.page_id from post_views v join posts p using (post_id) where v.date < $pacific_today
        ), periods as ({_PERIODS})
        select page_id, period, date_start, date_stop, sum(views)::bigint as views,
            coalesce(sum(views) filter (is_from_ads), 0)::bigint as views_from_ads, count(distinct person_id) as reach
        from periods where date_stop < $pacific_today group by all
    """,
    # [post_id] lifetime counters by now
    "post_total": """
        with seen as (
            select post_id, sum(views)::bigint as views, count(distinct person_id) as reach
            from post_views where date < $pacific_today group by 1
        ), done as (
            select post_id, count(*) filter (kind not in ('comment', 'share', 'click')) as reactions,
                count(*) filter (kind = 'comment') as comments, count(*) filter (kind = 'share') as shares,
                count(*) filter (kind = 'click') as clicks
            from post_engagements where happened_at <= $now group by 1
        )
        select p.post_id, p.page_id, p.created_at, coalesce(views, 0) as views, coalesce(reach, 0) as reach,
            coalesce(reactions, 0) as reactions, coalesce(comments, 0) as comments, coalesce(shares, 0) as shares,
            coalesce(clicks, 0) as clicks
        from posts p left join seen using (post_id) left join done using (post_id) where p.created_at <= $now
    """,
    # [page_id, date] followers
    "page_day": "select * from page_days where date < $pacific_today",
    # [date, channel] true sessions of people by UTC day; with_visitor: those whose events carry a visitor
    "session_day": """
        select started_at::date as date, channel, count(*) as sessions, count(*) filter (consent_analytics) as with_visitor,
            count(*) filter (utm_source is not null) as tagged,
            count(*) filter (outcome = 'purchase') as purchases, count(*) filter (outcome = 'lead') as leads
        from visits where not is_bot and started_at <= $now group by all
    """,
    # [outcome, is_bot] how visits ended
    "session_outcome": "select outcome, is_bot, count(*) as sessions from visits where started_at <= $now group by all",
    # [order_id] every order, tests too, at present; channel and ad of its visit
    "order": """
        select o.order_id, o.person_id, o.customer_id, o.email, o.ordered_at, o.currency, o.revenue, o.cost, o.total,
            o.is_test, o.is_repeat,
            case when coalesce(o.refunded_at, o.cancelled_at) <= $now then o.refund_amount else 0 end::decimal(18, 2) as refunded,
            coalesce(o.cancelled_at <= $now, false) as is_cancelled, o.visit_id, v.channel, v.utm_campaign, v.ad_id
        from orders o left join visits v using (visit_id) where o.ordered_at <= $now
    """,
    # [contact_id] the lifecycle stage now, archived contacts too; merged contacts are the one that is left, erased ones are not there
    "contact": f"""
        with merged as (from crm_merges where merged_at <= $now),
        staged as ({_STAGED}),
        kept as (
            select coalesce(m.into_id, c.contact_id) as contact_id, c.* exclude (contact_id)
            from contacts c left join merged m on m.merged_id = c.contact_id
            where c.created_at <= $now and coalesce(m.is_primary, true)
                and c.contact_id not in (select object_id from crm_erasures where kind = 'contacts' and erased_at <= $now)
        )
        select c.contact_id, c.person_id, c.email, c.created_at, coalesce(c.archived_at <= $now, false) as is_archived,
            arg_max(s.stage, s.entered_at) as stage, min(s.entered_at) filter (s.stage = 'marketingqualifiedlead') as qualified_at,
            min(s.entered_at) filter (s.stage in ('lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity')) as became_lead_at,
            v.channel, v.utm_campaign
        from kept c left join staged s using (contact_id) left join visits v using (visit_id) group by all
    """,
    # [contact_id, stage, entered_at] every stage that a contact entered, or one that was merged into it; erased ones are not there
    "contact_stage": f"""
        select distinct * from ({_STAGED}) where contact_id not in (
            select object_id from crm_erasures where kind = 'contacts' and erased_at <= $now
        )
    """,
    # [deal_id, stage_id, entered_at] every stage that a deal entered, of deals that were not erased
    "deal_stage": """
        select s.deal_id, s.stage_id, s.entered_at from deal_stages s join deals d using (deal_id)
        where s.entered_at <= $now and d.created_at <= $now
            and d.deal_id not in (select object_id from crm_erasures where kind = 'deals' and erased_at <= $now)
    """,
    # [deal_id] the stage now, of deals that were not erased; the contact is the one that is left after merges
    "deal": """
        select d.deal_id, coalesce(m.into_id, d.contact_id) as contact_id, d.created_at, d.amount, d.currency,
            coalesce(d.archived_at <= $now, false) as is_archived, arg_max(s.stage_id, s.entered_at) as stage_id,
            max(s.entered_at) filter (s.stage_id in ('closedwon', 'closedlost')) as closed_at
        from deals d join deal_stages s on s.deal_id = d.deal_id and s.entered_at <= $now
            left join crm_merges m on m.merged_id = d.contact_id and m.merged_at <= $now
        where d.created_at <= $now
            and d.deal_id not in (select object_id from crm_erasures where kind = 'deals' and erased_at <= $now)
        group by all
    """,
    # [person_id] customers by now: what they bought, their true parameters, and the orders to expect of them within 365 days from now
    "customer": """
        with bought as (
            select person_id, any_value(customer_id) as customer_id, count(*) as orders, max(ordered_at) as last_order_at,
                sum(revenue - cost)::decimal(18, 2) as margin, any_value(currency) as currency
            from orders where not is_test and ordered_at <= $now group by 1
        )
        select p.person_id, b.customer_id, p.email, b.orders, p.acquired_at, b.last_order_at, p.acquisition_channel, p.acquisition_campaign,
            b.margin, b.currency, p.purchase_rate_per_day, p.dropout_probability, p.mean_order_margin,
            coalesce(p.dropped_out_at > $now, true) as is_alive,
            case when coalesce(p.dropped_out_at > $now, true)
                then (1 - exp(-p.purchase_rate_per_day * p.dropout_probability * 365)) / p.dropout_probability
                else 0 end as expected_orders,
            expected_orders * p.mean_order_margin as expected_margin_eur
        from persons p join bought b using (person_id)
    """,
}


def _counted(name: str) -> Callable[[World, datetime], pa.Table]:
    def count(world: World, now: datetime) -> pa.Table:
        aware = now if now.tzinfo else now.replace(tzinfo=UTC)
        with duckdb.connect() as connection:
            for table in SCHEMAS:
                connection.register(table, getattr(world, table))
            today = [
                {"account_id": row["account_id"], "today": _local_day(aware, row["timezone_name"])} for row in world.ad_accounts.to_pylist()
            ]
            connection.register("today", pa.Table.from_pylist(today, pa.schema([("account_id", pa.string()), ("today", pa.date32())])))
            given = {"now": aware.astimezone(UTC).replace(tzinfo=None), "pacific_today": _local_day(aware, "America/Los_Angeles")}
            requested = {parameter: value for parameter, value in given.items() if f"${parameter}" in _SQL[name]}
            return connection.sql(f"select * from ({_SQL[name]}) order by all", params=requested).to_arrow_table()

    return count


def _local_day(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


TABLES: dict[str, Callable[[World, datetime], pa.Table]] = {name: _counted(name) for name in _SQL}
"""Name of a table of truth → what counts it for a world at a moment (UTC)."""


def export(world: World, now: datetime, folder: Path) -> list[Path]:
    """Write every table as Parquet, and `parameters.json`: the world's arguments and the BG/NBD parameters of its population."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, count in TABLES.items():
        written.append(folder / f"{name}.parquet")
        pq.write_table(count(world, now), written[-1])
    parameters = {"seed": world.seed, "start": str(world.start), "end": str(world.end), "scale": world.scale, "now": now.isoformat()}
    written.append(folder / "parameters.json")
    written[-1].write_text(json.dumps({**parameters, "bg_nbd_per_day": BUYING}, indent=2))
    return written
