"""The results of each channel and its customer lifetime value, from `conversion_daily` and `clv_by_channel`."""

from __future__ import annotations

from typing import Any

from multiball.review.exact import ratio
from multiball.review.gather.reading import Reading
from multiball.review.sections.channels.facts import Channel, Channels

UNATTRIBUTED = "unattributed"
_HORIZON = 12


def gather(reading: Reading) -> Channels:
    """All channels with activity in the month, if orders are known on every day of it."""
    if not reading.has_orders:
        return Channels()
    state = reading.state
    whole = {fact: reading.coverage.is_whole([fact], state.month) for fact in ("session", "ad")}
    rows = state.rows(f"""
        select
            summed.*,
            worth.customers,
            worth.as_of_date,
            worth.expected_margin,
            worth.expected_margin_low,
            worth.expected_margin_high
        from (
            select
                channel,
                cast(sum(sessions) as decimal(38, 6)) as sessions,
                cast(sum(spend) as decimal(38, 6)) as spend,
                cast(sum(orders) as decimal(38, 6)) as orders,
                cast(case when sum(orders) is not null then coalesce(sum(revenue), 0) end as decimal(38, 6)) as revenue,
                cast(sum(new_customers) as decimal(38, 6)) as new_customers
            from conversion_daily
            where {state.month.sql}
            group by channel
        ) as summed
        left join clv_by_channel as worth on summed.channel = worth.acquisition_channel and worth.horizon_months = {_HORIZON}
        where summed.sessions > 0 or summed.spend > 0 or summed.orders > 0
        order by summed.revenue desc nulls last, summed.channel
    """)
    return Channels(channels=tuple(_channel(row, has_sessions=whole["session"], has_spend=whole["ad"]) for row in rows))


def _channel(row: dict[str, Any], *, has_sessions: bool, has_spend: bool) -> Channel:
    return Channel(
        name=row["channel"],
        sessions=row["sessions"] if has_sessions and row["channel"] != UNATTRIBUTED else None,
        spend=row["spend"] if has_spend else None,
        orders=row["orders"],
        revenue=row["revenue"],
        new_customers=row["new_customers"],
        acquisition_cost=ratio(row["spend"], row["new_customers"]) if has_spend else None,
        lifetime_value=ratio(row["expected_margin"], row["customers"]),
        lifetime_value_low=ratio(row["expected_margin_low"], row["customers"]),
        lifetime_value_high=ratio(row["expected_margin_high"], row["customers"]),
        valued_on=row["as_of_date"],
    )
