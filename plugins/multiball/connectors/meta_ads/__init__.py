"""Meta Ads (Marketing API): accounts, campaigns, ad sets, ads, daily insights of three levels, and period reach.

Conversions are asked for by named attribution windows, so that ad sets with different settings compare; every type of action is
kept, and the models choose. Rows exist only where something was delivered. Meta restates 28 days and keeps 37 months.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from multiball.connectors._graph import Graph
from multiball.connectors._rest import credential
from multiball.connectors.meta_ads.entities import ENTITIES, WINDOWS
from multiball.connectors.meta_ads.reports import ROWS_A_PAGE, daily, whole
from multiball.shapes import Connector, Page, Record, Source, Window

LISTED = ("ACTIVE", "PAUSED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES")
REVIEWED = ("DISAPPROVED", "PENDING_BILLING_INFO", "PENDING_REVIEW", "PREAPPROVED")
OBJECTS: Mapping[str, tuple[str, Mapping[str, str], tuple[str, ...]]] = {
    "campaigns": ("campaigns", {"id": "campaign_id", "daily_budget": "daily_budget_minor"}, LISTED),
    "ad_sets": ("adsets", {"id": "adset_id", "attribution_spec": "attribution_setting"}, (*LISTED, "CAMPAIGN_PAUSED")),
    "ads": ("ads", {"id": "ad_id", "creative{url_tags}": "url_tags"}, (*LISTED, *REVIEWED, "CAMPAIGN_PAUSED", "ADSET_PAUSED")),
}
"""Entity: its edge; the API's name of fields that the entity names otherwise; the statuses to list (archived objects have insights)."""
BY_TYPE = {"action_breakdowns": json.dumps(["action_type"])}
REPORTS = {"ad": "ad_insights", "campaign": "campaign_insights", "account": "account_insights"}


def extract(source: Source, account: str, window: Window) -> Iterator[Page]:
    """Pages of every entity; objects only when the window is current. Raises SourceError."""
    with Graph(source, credential(source, "access_token")) as api:
        if window.current:
            details = api.node(f"act_{account}", {"fields": _fields("accounts")}, expect=("account_id",))
            yield "accounts", [_without(details, "id")]
            for entity, (edge, names, statuses) in OBJECTS.items():
                params = {"fields": _fields(entity, names), "effective_status": json.dumps(statuses)}
                for rows in api.rows(f"act_{account}/{edge}", params, ROWS_A_PAGE):
                    yield entity, api.each(entity, rows, partial(_object, names))
        for level, entity in REPORTS.items():
            fields = _fields(entity) + (",actions,action_values" if level == "ad" else "")
            params = {"level": level, "fields": fields, "action_attribution_windows": json.dumps(WINDOWS), **BY_TYPE}
            for rows in daily(api, account, params, window.start, window.end):
                if level == "ad":
                    yield "ad_actions", [record for made in api.each("ad_actions", rows, _actions) for record in made]
                yield entity, api.each(entity, rows, _delivered)
        for period, since, until in _periods(window):
            params = {"level": "account", "fields": _fields("account_period_insights")}
            for rows in whole(api, account, params, since, until):
                yield "account_period_insights", api.each("account_period_insights", rows, partial(_of_period, period))


def check(source: Source, account: str) -> str:
    """The account's name."""
    with Graph(source, credential(source, "access_token")) as api:
        return str(api.node(f"act_{account}", {"fields": "name"}).get("name", account))


def _fields(entity: str, names: Mapping[str, str] | None = None) -> str:
    """The API's names of an entity's fields, but for those that a row has unasked."""
    theirs = {ours: theirs for theirs, ours in (names or {}).items()}
    given = ("date_start", "date_stop", "period")
    return ",".join(theirs.get(field.name, field.name) for field in CONNECTOR.entity(entity).fields if field.name not in given)


def _object(names: Mapping[str, str], row: Record) -> dict[str, Any]:
    record = {names.get(name, name): value for name, value in _without(row, "creative").items()}
    if "creative" in row:
        record["url_tags"] = row["creative"].get("url_tags")
    if "attribution_setting" in record:
        record["attribution_setting"] = json.dumps(record["attribution_setting"], sort_keys=True)
    return record


def _of_period(period: str, row: Record) -> dict[str, Any]:
    return {**row, "period": period}


def _delivered(row: Record) -> dict[str, Any]:
    return _without(row, "actions", "action_values", "date_stop")


def _actions(row: Record) -> list[dict[str, Any]]:
    """One record per type of action: how many by `actions`, what they were worth by `action_values`.

    A type may come several times, told apart by labels such as action_destination; these add up to the type.
    """
    merged: dict[str, dict[str, Any]] = {}
    for prefix, listed in (("actions", "actions"), ("amount", "action_values")):
        for action in row.get(listed) or ():
            kind = action["action_type"]
            record = merged.setdefault(kind, {"date_start": row["date_start"], "ad_id": row["ad_id"], "action_type": kind})
            for key, value in action.items():
                name = prefix if key == "value" else f"{prefix}_{key}"
                if key in ("value", *WINDOWS):
                    record[name] = record.get(name, 0) + Decimal(str(value))
                elif not key.startswith("action_"):
                    record[name] = value
    return list(merged.values())


def _periods(window: Window) -> Iterator[tuple[str, date, date]]:
    """The ISO weeks and months whose last day lies in the window."""
    for day in window.days():
        if day.isoweekday() == 7:
            yield "week", day - timedelta(days=6), day
        if (day + timedelta(days=1)).day == 1:
            yield "month", day.replace(day=1), day


def _without(row: Record, *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


CONNECTOR = Connector(
    name="meta_ads",
    platform="meta",
    title="Meta Ads",
    documentation="https://developers.facebook.com/docs/marketing-api/insights",
    credentials=("access_token",),
    restatement_days=28,
    schedule="0 5 * * *",
    entities=ENTITIES,
    extract=extract,
    check=check,
)
