"""The raw tables of Meta Ads. Days are the ad account's days; amounts are in the account's currency, budgets in its minor unit."""

from multiball.shapes import Entity, Field, FieldType

WINDOWS = ("1d_click", "7d_click", "28d_click", "1d_view")
"""The attribution windows asked for by name. Click windows are cumulative (1d within 7d within 28d): never add them."""


def _text(name: str, description: str, *, required: bool = False) -> Field:
    return Field(name, "string", description, required)


def _count(name: str, description: str) -> Field:
    return Field(name, "bigint", description)


_ACCOUNT = _text("account_id", "Ad account, without the prefix act_.", required=True)
_CURRENCY = _text("account_currency", "Currency of the ad account, ISO 4217.")
_START = Field("date_start", "date", "First day that the row is about; with daily rows the day itself.", required=True)
_IMPRESSIONS = _count("impressions", "Times that an ad was on screen.")
_REACH = _count("reach", "People who saw an ad at least once, de-duplicated within exactly this row: never sum it.")
_CLICKS = _count("clicks", "Clicks of every kind, likes and profile visits included.")
_SPEND = Field("spend", "decimal(18,6)", "Amount spent, in major units of the account's currency.")


def _windows(prefix: str, description: str) -> tuple[Field, ...]:
    type_: FieldType = "decimal(18,6)"
    total = Field(prefix, type_, f"{description}, by the ad set's own attribution setting.")
    return (total, *(Field(f"{prefix}_{window}", type_, f"{description} within the window {window}.") for window in WINDOWS))


ENTITIES = (
    Entity(
        "accounts",
        "One row per ad account.",
        "snapshot",
        ("account_id",),
        (
            _ACCOUNT,
            _text("name", "Name of the account."),
            _text("currency", "Currency of all of its amounts, ISO 4217."),
            _text("timezone_name", "Time zone whose days the account's reports count, IANA name."),
            _count("account_status", "1 active, 2 disabled, 3 unsettled; further codes in the API's reference."),
        ),
    ),
    Entity(
        "campaigns",
        "One row per campaign.",
        "snapshot",
        ("campaign_id",),
        (
            _text("campaign_id", "Campaign.", required=True),
            _ACCOUNT,
            _text("name", "Name of the campaign."),
            _text("objective", "Objective, such as OUTCOME_LEADS."),
            _text("status", "Status that the advertiser set."),
            _text("effective_status", "Status with that of its parents taken into account."),
            _count("daily_budget_minor", "Daily budget in the currency's minor unit; absent where ad sets hold the budgets."),
            Field("start_time", "timestamp", "When delivery may start."),
            Field("created_time", "timestamp", "When the campaign was created."),
            Field("updated_time", "timestamp", "When the campaign was last changed."),
        ),
    ),
    Entity(
        "ad_sets",
        "One row per ad set.",
        "snapshot",
        ("adset_id",),
        (
            _text("adset_id", "Ad set.", required=True),
            _text("campaign_id", "Campaign of the ad set."),
            _ACCOUNT,
            _text("name", "Name of the ad set."),
            _text("status", "Status that the advertiser set."),
            _text("optimization_goal", "What delivery is optimised for."),
            _text("attribution_setting", "The ad set's own attribution setting, as JSON text."),
        ),
    ),
    Entity(
        "ads",
        "One row per ad.",
        "snapshot",
        ("ad_id",),
        (
            _text("ad_id", "Ad.", required=True),
            _text("adset_id", "Ad set of the ad."),
            _text("campaign_id", "Campaign of the ad."),
            _ACCOUNT,
            _text("name", "Name of the ad."),
            _text("status", "Status that the advertiser set."),
            _text("url_tags", "Query string that the platform adds to the ad's links: where the UTM tags stand."),
        ),
    ),
    Entity(
        "ad_insights",
        "One row per ad and day on which it was delivered.",
        "daily",
        ("date_start", "ad_id"),
        (
            _START,
            _text("ad_id", "Ad.", required=True),
            _ACCOUNT,
            _CURRENCY,
            _text("campaign_id", "Campaign of the ad."),
            _text("campaign_name", "Name of the campaign when the report was made."),
            _text("adset_id", "Ad set of the ad."),
            _text("adset_name", "Name of the ad set when the report was made."),
            _text("ad_name", "Name of the ad when the report was made."),
            _IMPRESSIONS,
            _REACH,
            _CLICKS,
            _count("inline_link_clicks", "Clicks on links within the ad, by a fixed one-day rule."),
            _SPEND,
        ),
        report_date="date_start",
    ),
    Entity(
        "ad_actions",
        "One row per ad, day and type of action. Types overlap (purchase lies within omni_purchase, and so on): never sum them.",
        "daily",
        ("date_start", "ad_id", "action_type"),
        (
            _START,
            _text("ad_id", "Ad.", required=True),
            _text("action_type", "Type of the action as the platform names it.", required=True),
            *_windows("actions", "Number of actions"),
            *_windows("amount", "Value of the actions in the account's currency"),
        ),
        report_date="date_start",
    ),
    Entity(
        "campaign_insights",
        "One row per campaign and day on which it was delivered.",
        "daily",
        ("date_start", "campaign_id"),
        (_START, _text("campaign_id", "Campaign.", required=True), _ACCOUNT, _CURRENCY, _IMPRESSIONS, _REACH, _CLICKS, _SPEND),
        report_date="date_start",
    ),
    Entity(
        "account_insights",
        "One row per ad account and day on which it delivered.",
        "daily",
        ("date_start", "account_id"),
        (_START, _ACCOUNT, _CURRENCY, _IMPRESSIONS, _REACH, _CLICKS, _SPEND),
        report_date="date_start",
    ),
    Entity(
        "account_period_insights",
        "One row per ad account and calendar week or month that ended: the period's own reach, which no sum of days gives.",
        "daily",
        ("period", "date_start", "date_stop", "account_id"),
        (
            _text("period", "week (ISO, Monday to Sunday) or month.", required=True),
            _START,
            Field("date_stop", "date", "Last day of the period.", required=True),
            _ACCOUNT,
            _IMPRESSIONS,
            _REACH,
            _SPEND,
        ),
        report_date="date_stop",
    ),
)
