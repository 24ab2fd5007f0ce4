"""The leadership dashboard with filters chosen, as a person opens it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from dashboards.superset_server import Superset
from playwright.sync_api import Page, Response

from multiball.dashboards.edition import asset_uuid


def answered(page: Page, server: Superset, chart: str, address: str) -> list[dict[str, Any]]:
    """The rows that a chart gets when a person opens the dashboard at that address."""
    with page.expect_response(asked_by(server, chart)) as caught:
        page.goto(address)
    return rows_of(caught.value)


def asked_by(server: Superset, chart: str) -> Callable[[Response], bool]:
    """Whether a response is the answer to a chart."""
    number = server.ids("chart")[asset_uuid("chart", chart)]
    return lambda response: "/chart/data" in response.url and f"%22slice_id%22%3A{number}%7D" in response.url


def rows_of(response: Response) -> list[dict[str, Any]]:
    """The rows of the answer to a chart."""
    rows: list[dict[str, Any]] = response.json()["result"][0]["data"]
    return rows


def filtered(**choices: dict[str, Any]) -> str:
    """The dashboard's address with chosen filters by their ids, as Superset itself writes it when somebody shares it."""
    masks = {f"NATIVE_FILTER-{name}": {"id": f"NATIVE_FILTER-{name}", **choice} for name, choice in choices.items()}
    return f"/superset/dashboard/leadership/?native_filters={quote(rison(masks), safe='')}"


def rison(value: Any) -> str:
    """The form of JSON that Superset has in its addresses."""
    if isinstance(value, dict):
        return f"({','.join(f'{key}:{rison(part)}' for key, part in value.items())})"
    if isinstance(value, list):
        return f"!({','.join(map(rison, value))})"
    return "'" + str(value).replace("!", "!!").replace("'", "!'") + "'"


def chosen_channel(channel: str) -> dict[str, Any]:
    return {"extraFormData": {"filters": [{"col": "channel", "op": "IN", "val": [channel]}]}, "filterState": {"value": [channel]}}


def chosen_days(first: str, end: str) -> dict[str, Any]:
    return {"extraFormData": {"time_range": f"{first} : {end}"}, "filterState": {"value": f"{first} : {end}"}}
