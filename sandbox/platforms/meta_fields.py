"""The fields of an insights row, each from the row's parts. Numbers are strings; what is nothing is left out, not 0 and not null."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.platforms.graph import invalid_parameter
from sandbox.platforms.meta_catalog import AdCatalog, Node
from sandbox.platforms.meta_insights import Row
from sandbox.platforms.meta_query import InsightsQuery

ACTION_TYPES = {
    "purchase": ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase"),
    "lead": ("lead", "offsite_conversion.fb_pixel_lead"),
}
"""One conversion shows under every one of these: they overlap and must not be summed."""

CLICK_WINDOWS = ("1d_click", "7d_click", "28d_click")
Action = dict[str, str]
Amounts = Mapping[str, int | Decimal]


def number(value: Decimal | int) -> str:
    """A number as Meta writes it: at most six digits after the point, no zeros at the end."""
    text = f"{Decimal(value).quantize(Decimal('0.000001')):f}"
    return text.rstrip("0").rstrip(".")


def ratio(numerator: Decimal | int, denominator: Decimal | int, factor: int = 1) -> str | None:
    """`factor` × numerator / denominator, or None over nothing."""
    return number(Decimal(numerator) * factor / Decimal(denominator)) if denominator else None


def some(count: int) -> str | None:
    """A count, or None for none."""
    return str(count) if count else None


class RowContext:
    """A row with the nodes it is about; the functions of `FIELDS` read it."""

    def __init__(self, row: Row, query: InsightsQuery, catalog: AdCatalog, account_id: str) -> None:
        self.row, self.query = row, query
        self.account: Node = catalog.accounts[account_id]
        self.campaign: Node = catalog.campaigns.get(row.ids.get("campaign_id", ""), {})
        self.ad_set: Node = catalog.ad_sets.get(row.ids.get("adset_id", ""), {})
        self.ad: Node = catalog.ads.get(row.ids.get("ad_id", ""), {})
        self.object: Node = self.ad or self.ad_set or self.campaign

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Fields by name, None where the row has no value; error 100 for an unknown one."""
        unknown = [name for name in names if name not in FIELDS]
        if unknown:
            raise invalid_parameter(f"{unknown[0]} is not valid for fields param.")
        return {name: FIELDS[name](self) for name in names}

    def render(self) -> dict[str, Any]:
        """The row as the API sends it: the requested fields that have a value, the period's days, the breakdown's value."""
        names = dict.fromkeys((*(self.query.fields or DEFAULT_FIELDS[self.query.level]), "date_start", "date_stop"))
        return {name: value for name, value in self.values(names).items() if value is not None} | dict(self.row.breakdown)

    def amounts(self, worth: bool) -> Iterable[tuple[str, Amounts]]:
        """Every action type with its count (or worth) by window, `value` among them. On-ad actions have click windows and no worth."""
        row = self.row
        if not worth:
            for action, count in (("page_engagement", row.clicks), ("post_engagement", row.clicks), ("link_click", row.link_clicks)):
                yield action, dict.fromkeys(("value", *CLICK_WINDOWS), count)
        for action, windows in row.conversions.items():
            for action_type in ACTION_TYPES[action]:
                yield action_type, {window: pair[int(worth)] for window, pair in windows.items()}

    def actions(self, worth: bool = False, cost: bool = False) -> list[Action] | None:
        """The list of an action field; None for an empty one. A window that counted nothing has no key."""
        shown = ("value", *self.query.windows)
        listed = []
        for action_type, amounts in self.amounts(worth):
            values = {window: amounts[window] for window in shown if amounts.get(window)}
            if cost:
                values = {window: self.row.spend / value for window, value in values.items()}
            if values:
                listed.append({"action_type": action_type} | {window: number(value) for window, value in values.items()})
        return listed or None

    def unique_actions(self) -> list[Action] | None:
        """Persons who acted on the ad, by action type."""
        row, shown = self.row, ("value", *(window for window in self.query.windows if window in CLICK_WINDOWS))
        counts = {"page_engagement": row.clickers, "post_engagement": row.clickers, "link_click": row.link_clickers}
        return [{"action_type": name} | dict.fromkeys(shown, str(count)) for name, count in counts.items() if count] or None

    def link_ctr(self, unique: bool = False) -> str | None:
        """Link clicks per hundred impressions, or link clickers per hundred persons; None without link clicks."""
        row = self.row
        pair = (row.link_clickers, row.reach) if unique else (row.link_clicks, row.impressions)
        return ratio(*pair, 100) if row.link_clicks else None

    def single(self, action_type: str, value: str | None) -> list[Action] | None:
        """A list that holds one action, or None without a value."""
        return [{"action_type": action_type, "value": value}] if value else None

    def roas(self, action_type: str) -> list[Action] | None:
        """Worth of purchases over spend, for one of the overlapping purchase types."""
        amounts = dict(self.amounts(worth=True)).get(action_type, {})
        listed = {window: ratio(amounts[window], self.row.spend) for window in ("value", *self.query.windows) if amounts.get(window)}
        return [{"action_type": action_type} | {window: text for window, text in listed.items() if text}] if any(listed.values()) else None

    def attribution_setting(self) -> str | None:
        """The ad set's own windows, as `7d_click_1d_view`."""
        names = {"CLICK_THROUGH": "click", "VIEW_THROUGH": "view"}
        return "_".join(f"{each['window_days']}d_{names[each['event_type']]}" for each in self.ad_set.get("attribution_spec", ())) or None

    def node_day(self, name: str) -> str | None:
        """created_time and updated_time are plain dates here, unlike in the nodes."""
        return self.object[name][:10] if self.object else None


FIELDS: dict[str, Callable[[RowContext], Any]] = {
    "account_id": lambda c: c.account["account_id"],
    "account_name": lambda c: c.account["name"],
    "account_currency": lambda c: c.account["currency"],
    "campaign_id": lambda c: c.campaign.get("id"),
    "campaign_name": lambda c: c.campaign.get("name"),
    "adset_id": lambda c: c.ad_set.get("id"),
    "adset_name": lambda c: c.ad_set.get("name"),
    "ad_id": lambda c: c.ad.get("id"),
    "ad_name": lambda c: c.ad.get("name"),
    "objective": lambda c: c.campaign.get("objective"),
    "buying_type": lambda c: c.campaign.get("buying_type"),
    "optimization_goal": lambda c: c.ad_set.get("optimization_goal"),
    "attribution_setting": RowContext.attribution_setting,
    "created_time": lambda c: c.node_day("created_time"),
    "updated_time": lambda c: c.node_day("updated_time"),
    "date_start": lambda c: c.query.periods[c.row.period][0].isoformat(),
    "date_stop": lambda c: c.query.periods[c.row.period][1].isoformat(),
    "impressions": lambda c: str(c.row.impressions),
    "reach": lambda c: str(c.row.reach),
    "frequency": lambda c: ratio(c.row.impressions, c.row.reach),
    "clicks": lambda c: str(c.row.clicks),
    "unique_clicks": lambda c: str(c.row.clickers),
    "inline_link_clicks": lambda c: some(c.row.link_clicks),
    "unique_inline_link_clicks": lambda c: some(c.row.link_clickers),
    "inline_post_engagement": lambda c: some(c.row.clicks),
    "outbound_clicks": lambda c: c.single("outbound_click", some(c.row.link_clicks)),
    "unique_outbound_clicks": lambda c: c.single("outbound_click", some(c.row.link_clickers)),
    "spend": lambda c: number(c.row.spend),
    "social_spend": lambda c: "0",
    "full_view_impressions": lambda c: "0",
    "full_view_reach": lambda c: "0",
    "cpm": lambda c: ratio(c.row.spend, c.row.impressions, 1000),
    "cpp": lambda c: ratio(c.row.spend, c.row.reach, 1000),
    "cpc": lambda c: ratio(c.row.spend, c.row.clicks),
    "ctr": lambda c: ratio(c.row.clicks, c.row.impressions, 100),
    "unique_ctr": lambda c: ratio(c.row.clickers, c.row.reach, 100) if c.row.clickers else None,
    "inline_link_click_ctr": RowContext.link_ctr,
    "unique_inline_link_click_ctr": lambda c: c.link_ctr(unique=True),
    "unique_link_clicks_ctr": lambda c: c.link_ctr(unique=True),
    "outbound_clicks_ctr": lambda c: c.single("outbound_click", c.link_ctr()),
    "website_ctr": lambda c: c.single("link_click", c.link_ctr()),
    "cost_per_inline_link_click": lambda c: ratio(c.row.spend, c.row.link_clicks),
    "cost_per_inline_post_engagement": lambda c: ratio(c.row.spend, c.row.clicks),
    "cost_per_outbound_click": lambda c: c.single("outbound_click", ratio(c.row.spend, c.row.link_clicks)),
    "cost_per_unique_click": lambda c: ratio(c.row.spend, c.row.clickers),
    "cost_per_unique_inline_link_click": lambda c: ratio(c.row.spend, c.row.link_clickers),
    "actions": lambda c: c.actions(),
    "action_values": lambda c: c.actions(worth=True),
    "cost_per_action_type": lambda c: c.actions(cost=True),
    "unique_actions": RowContext.unique_actions,
    "purchase_roas": lambda c: c.roas("omni_purchase"),
    "website_purchase_roas": lambda c: c.roas("offsite_conversion.fb_pixel_purchase"),
    "quality_ranking": lambda c: "UNKNOWN" if c.ad else None,
    "engagement_rate_ranking": lambda c: "UNKNOWN" if c.ad else None,
    "conversion_rate_ranking": lambda c: "UNKNOWN" if c.ad else None,
    **dict.fromkeys(
        (
            "video_play_actions", "video_play_curve_actions", "video_30_sec_watched_actions", "video_p25_watched_actions",
            "video_p50_watched_actions", "video_p75_watched_actions", "video_p95_watched_actions", "video_p100_watched_actions",
            "video_avg_time_watched_actions", "instant_experience_clicks_to_open", "instant_experience_clicks_to_start",
            "instant_experience_outbound_clicks", "mobile_app_purchase_roas", "estimated_ad_recallers", "estimated_ad_recall_rate",
            "canvas_avg_view_percent", "canvas_avg_view_time", "conversions", "conversion_values", "catalog_segment_actions",
        ),
        lambda c: None,
    ),
}  # fmt: skip
"""Every field that may be requested. The last ones are valid but always empty: the brand runs no video, canvas, app or catalogue ads."""

DEFAULT_FIELDS = {
    "account": ("account_id", "impressions", "spend"),
    "campaign": ("account_id", "campaign_id", "impressions", "spend"),
    "adset": ("account_id", "campaign_id", "adset_id", "impressions", "spend"),
    "ad": ("account_id", "campaign_id", "adset_id", "ad_id", "impressions", "spend"),
}
