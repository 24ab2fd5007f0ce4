"""The revenue per unit of spend by campaign, from the mart `attribution_daily`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from multiball.review.exact import ratio, rounded
from multiball.review.gather.coverage import Coverage
from multiball.review.gather.reading import Reading
from multiball.review.gather.state import Span, State
from multiball.review.sections.returns.facts import Return, Returns

_MODEL = "last_non_direct"
"""The attribution model that `conversion_daily` uses, too."""
RETURN_FACTS = ("ad", "order")
"""The facts that a return needs."""
ERROR = 0.05
"""The error on either side of a 90 % interval."""


def gather(reading: Reading) -> Returns:
    """The returns of the month."""
    state = reading.state
    known = reading.has_orders and are_returns_known(state, reading.coverage)
    return Returns(returns=tuple(read_returns(state, state.month, state.before)) if known else ())


def are_returns_known(state: State, coverage: Coverage) -> bool:
    """Whether orders, and spend if a source of it is expected, are known on every day of the month."""
    facts = [fact for fact in RETURN_FACTS if fact != "ad" or coverage.is_expected(fact, state.month)]
    return coverage.is_whole(facts, state.month)


def read_returns(state: State, span: Span, before: Span) -> list[Return]:
    """Advertising campaigns, and paid channels for what has no known campaign, by spend."""
    rows = state.rows(f"""
        select
            summed.campaign_key,
            valued.squared,
            coalesce(campaigns.campaign_name, summed.campaign, summed.campaign_key, summed.channel) as name,
            summed.spend,
            summed.spend_before,
            summed.orders,
            summed.revenue,
            advertised.place is not null as is_spend_known,
            summed.days_with_orders > 0 as are_orders_known
        from (
            select
                campaign_key,
                case when campaign_key is null then channel end as channel,
                max(case when campaign_key is not null then campaign end) as campaign,
                cast(coalesce(sum(case when {span.sql} then spend end), 0) as decimal(38, 6)) as spend,
                cast(coalesce(sum(case when {before.sql} then spend end), 0) as decimal(38, 6)) as spend_before,
                cast(coalesce(sum(case when {span.sql} then orders end), 0) as decimal(38, 6)) as orders,
                count(case when {span.sql} then orders end) as days_with_orders,
                cast(coalesce(sum(case when {span.sql} then revenue end), 0) as decimal(38, 6)) as revenue
            from attribution_daily
            where
                attribution_model = '{_MODEL}'
                and ({span.sql} or {before.sql})
                and (campaign_key is not null or spend is not null or channel like 'Paid %' or channel in ('Display', 'Cross-network'))
            group by 1, 2
        ) as summed
        left join dim_campaign as campaigns on summed.campaign_key = campaigns.campaign_key
        left join (
            select
                campaign_key,
                case when campaign_key is null then channel end as channel,
                sum(cast(revenue_reporting as decimal(38, 6)) * cast(revenue_reporting as decimal(38, 6))) as squared
            from fct_order
            where is_counted and {span.sql}
            group by 1, 2
        ) as valued
            on coalesce(summed.campaign_key, '') = coalesce(valued.campaign_key, '')
            and coalesce(summed.channel, '') = coalesce(valued.channel, '')
        left join (
            select distinct
                campaign_key, case when campaign_key is null then channel end as channel, 1 as place
            from attribution_daily
            where attribution_model = '{_MODEL}' and spend is not null and date_day <= date '{span.last}'
        ) as advertised
            on coalesce(summed.campaign_key, '') = coalesce(advertised.campaign_key, '')
            and coalesce(summed.channel, '') = coalesce(advertised.channel, '')
        where summed.spend > 0 or summed.spend_before > 0 or summed.orders > 0
        order by summed.spend desc, name, summed.campaign_key
    """)
    return [_return(row) for row in rows]


def _return(row: dict[str, Any]) -> Return:
    spend, orders, revenue = row["spend"], row["orders"], row["revenue"]
    effective_orders = ratio(Fraction(revenue) ** 2, row["squared"]) or orders
    low, high = return_interval(spend, effective_orders, revenue)
    return Return(
        kind="campaign" if row["campaign_key"] else "channel",
        name=row["name"],
        key=row["campaign_key"],
        spend=spend,
        spend_before=row["spend_before"],
        orders=orders,
        revenue=revenue,
        revenue_per_spend=ratio(revenue, spend) if low is not None else None,
        low=low,
        high=high,
        effective_orders=effective_orders,
        is_spend_known=row["is_spend_known"],
        are_orders_known=row["are_orders_known"],
    )


def return_interval(
    spend: Decimal, effective_orders: Decimal, revenue: Decimal, error: float = ERROR
) -> tuple[Decimal | None, Decimal | None]:
    """The interval of revenue per unit of spend, 90 % by default; twice None without orders or spend.

    The number of orders is Poisson distributed, so its mean given n is between the quantiles 0.05 of Gamma(n) and 0.95 of Gamma(n + 1)
    (F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28, 1936). Their values v differ, which makes the sum less
    certain: about as uncertain as that of (sum of v)^2 / (sum of v^2) orders of equal value (G. Bohm and G. Zech, "Statistics of weighted
    Poisson events and its applications", Nuclear Instruments and Methods A 748, 2014). For equal values that is n, and the interval is
    exact.
    """
    if effective_orders <= 0 or spend <= 0:
        return None, None
    from scipy.stats import gamma

    def scaled(expected_orders: float) -> Decimal:
        return rounded(Fraction(f"{expected_orders:.9f}") * Fraction(revenue) / Fraction(effective_orders) / Fraction(spend))

    return scaled(gamma.ppf(error, float(effective_orders))), scaled(gamma.ppf(1 - error, float(effective_orders) + 1))
