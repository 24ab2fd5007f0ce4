"""What of the month is not final, is missing, or should not be trusted. Only what applies, most important first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from multiball.review.facts import Caveat
from multiball.review.gather.channels import UNATTRIBUTED
from multiball.review.gather.exact import ratio
from multiball.review.gather.state import State
from multiball.review.gather.values import Values
from multiball.warehouse import as_utc
from multiball.warehouse.records import OWN, PUBLICATION

NO_STATE = "no state"
"""What `reconciliation_daily` calls the state of an order without one, in a source whose other orders have one."""


def publication_caveats(state: State, issued_at: datetime) -> Iterator[Caveat]:
    """Where the newest build was blocked before the review was issued: readers see an older one."""
    state.warehouse.ensure_raw(OWN, PUBLICATION)
    decided = state.warehouse.read_raw(
        OWN,
        f"""
        select status, reason, decided_at, as_of
        from raw_{OWN}.{PUBLICATION.name}
        where decided_at <= timestamp '{as_utc(issued_at)}'
        order by decided_at desc, build_id desc
        """,
    ).to_pylist()
    if decided and decided[0]["status"] == "blocked":
        published = next((row["as_of"] for row in decided if row["status"] == "published"), None)
        values = {"since": decided[0]["decided_at"], "reason": decided[0]["reason"], "published_as_of": published}
        yield Caveat(kind="publication_blocked", values=values)


def reconciliation_caveats(state: State) -> Iterator[Caveat]:
    """Orders in unknown states, amounts without an exchange rate, and other numbers of the month that must agree and do not."""
    rows = state.rows(f"""
        select
            check_name,
            level,
            case when check_name in ('exchange_rate_is_known', 'order_state_is_known') then scope end as scope,
            count(*) as places,
            cast(sum(difference) as decimal(38, 6)) as difference
        from reconciliation_daily
        where status = 'error' and check_name <> 'no_deletion_is_held' and {state.month.sql}
        group by 1, 2, 3
        order by 1, 2, 3
    """)
    amounts: Counter[str] = Counter()
    for row in rows:
        if row["check_name"] == "order_state_is_known":
            # the scope names the source and the state
            source, state_name = row["scope"].split(", ", 1)
            values = {"source": source, "state": None if state_name == NO_STATE else state_name, "orders": int(row["difference"])}
            yield Caveat(kind="order_state_unknown", values=values)
        elif row["scope"]:
            # the scope names the mart and the currency
            amounts[row["scope"].rsplit(", ", 1)[-1]] += int(row["difference"])
    for currency in sorted(amounts):
        yield Caveat(kind="exchange_rate_missing", values={"currency": currency, "amounts": amounts[currency]})
    for row in sorted((row for row in rows if not row["scope"]), key=lambda row: row["level"] != "block"):
        yield Caveat(kind="reconciliation_error", values={"check": row["check_name"], "level": row["level"], "count": row["places"]})


def not_final_caveats(state: State) -> Iterator[Caveat]:
    """Days of the month that a platform may still count anew, with what was spent on them."""
    rows = state.rows(f"""
        select
            days.platform,
            days.since,
            days.days,
            cast(spent.open_spend as decimal(38, 6)) as open_spend,
            cast(spent.spend as decimal(38, 6)) as spend
        from (
            select platform, min(date_day) as since, count(distinct date_day) as days
            from fct_account_daily
            where not is_final and {state.month.sql}
            group by platform
        ) as days
        left join (
            select platform, sum(case when not is_final then spend_reporting end) as open_spend, sum(spend_reporting) as spend
            from fct_ad_daily
            where {state.month.sql}
            group by platform
        ) as spent on days.platform = spent.platform
        order by spent.open_spend desc nulls last, days.platform
    """)
    for row in rows:
        values = {
            "platform": row["platform"],
            "since": row["since"],
            "days": row["days"],
            "spend": row["open_spend"],
            "share": ratio(row["open_spend"], row["spend"]),
        }
        yield Caveat(kind="not_final", values=values)


def retired_caveats(state: State, values: Values) -> Iterator[Caveat]:
    """Series that a platform ended within the month: they are empty from that day on."""
    metrics = {column: name for name, entry in values.catalogue.items() if entry.numerator is None for column in entry.columns}
    rows = state.rows(f"""
        select platform, coalesce(series_break, '') as series_break, min(date_day) as since
        from fct_account_daily
        where date_day <= date '{state.month.last}'
        group by 1, 2
        order by 3, 1, 2
    """)
    first_days: dict[str, date] = {}
    retired: dict[tuple[str, str], date] = {}
    for row in rows:
        first_days.setdefault(row["platform"], row["since"])
        for column in filter(None, row["series_break"].split(", ")):
            retired.setdefault((row["platform"], column), row["since"])
    for (platform, column), since in retired.items():
        # a series that was over before the data begins is not news
        if since >= state.month.first and since > first_days[platform]:
            metric = metrics.get(f"fct_account_daily.{column}", column)
            yield Caveat(kind="metric_retired", values={"platform": platform, "metric": metric, "since": since})


def beginning_caveats(state: State, values: Values) -> Iterator[Caveat]:
    """Where the data begins too late for two months to be compared."""
    if values.begins_late(state):
        yield Caveat(kind="month_before_partial", values={"first_day": values.first_day()})


def trace_caveats(state: State, values: Values) -> Iterator[Caveat]:
    """Orders and sessions whose origin is not known."""
    [orders] = state.rows(f"""
        select
            coalesce(sum(case when channel = '{UNATTRIBUTED}' then orders end), 0) as orders,
            cast(coalesce(sum(case when channel = '{UNATTRIBUTED}' then revenue end), 0) as decimal(38, 6)) as revenue
        from conversion_daily
        where {state.month.sql}
    """)
    if orders["orders"]:
        share = ratio(orders["revenue"], values.month.get("revenue"))
        yield Caveat(kind="unattributed", values={"orders": int(orders["orders"]), "revenue": orders["revenue"], "share": share})
    [sessions] = state.rows(f"""
        select count(case when evidence = 'nothing' then 1 end) as untagged, count(*) as sessions
        from fct_session
        where not is_bot and {state.month.sql}
    """)
    if sessions["untagged"]:
        share = ratio(sessions["untagged"], sessions["sessions"])
        yield Caveat(kind="untagged_sessions", values={"sessions": sessions["untagged"], "share": share})
