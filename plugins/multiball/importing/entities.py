"""The canonical entities: what a file may be mapped onto, whatever wrote it. They land in `raw_import.<name>`.

An import holds what its file holds, so an entity is of kind `changes` until a mapping says that its file is complete.
Days are the account's days as the platform counts them; timestamps are UTC without zone.
"""

from __future__ import annotations

from multiball.shapes import Entity, Field, FieldType


def _key(name: str, type_: FieldType, description: str) -> Field:
    return Field(name, type_, description, required=True, is_id=name.endswith("_id"))


def _id(name: str, description: str) -> Field:
    return Field(name, "string", description, is_id=True)


_METRICS: tuple[Field, ...] = (
    Field("impressions", "bigint", "Times that something was shown on a screen."),
    Field("reach", "bigint", "Different people that saw it. Never added up over days, posts or accounts."),
    Field("video_views", "bigint", "Views of videos, as the platform counts a view."),
    Field("engagements", "bigint", "Reactions, comments, shares, saves and clicks, as the platform totals them."),
    Field("likes", "bigint", "Likes or reactions of any kind."),
    Field("comments", "bigint", "Comments and replies."),
    Field("shares", "bigint", "Shares, reposts or retweets."),
    Field("saves", "bigint", "Saves, bookmarks or favourites."),
    Field("clicks", "bigint", "Clicks on links or on the content, as the platform counts them."),
)
_ACCOUNT_ID = _id("account_id", "The account at the platform; the mapping's account where a row names none.")
_ACCOUNT_NAME = Field("account_name", "string", "The account's display name.")
_PLATFORM = Field("platform", "string", "The platform in lower case, such as facebook, instagram or weibo.")
_CURRENCY = Field("currency", "string", "Currency of the row's amounts, ISO 4217.")
_CHANNEL = Field("channel", "string", "Where the person came from, as one of GA4's default channel groups.")
_CAMPAIGN = Field("campaign", "string", "The marketing campaign that the source names.")
_EMAIL = Field("email", "string", "E-mail address; only its keyed hash is stored.", identifier="email")
_PHONE = Field("phone", "string", "Phone number; only its keyed hash is stored.", identifier="phone", is_id=True)
_VISITOR_ID = _id("visitor_id", "The site's first-party visitor id, which ties a person to sessions.")
_UTM = (
    Field("utm_source", "string", "UTM source of the arrival."),
    Field("utm_medium", "string", "UTM medium of the arrival."),
    Field("utm_campaign", "string", "UTM campaign of the arrival."),
)


def _entity(name: str, grain: str, key: tuple[str, ...], *fields: Field, report_date: str | None = None) -> Entity:
    return Entity(name, grain, "changes", key, fields, report_date)


ACCOUNT_DAY = _entity(
    "account_day",
    "one row per account and day",
    ("account_id", "platform", "date_day"),
    _key("account_id", "string", _ACCOUNT_ID.description),
    _PLATFORM,
    _key("date_day", "date", "The account's day that the numbers are about."),
    _ACCOUNT_NAME,
    Field("followers", "bigint", "Followers at the end of the day; a level, never added up over days."),
    Field("net_followers", "bigint", "Followers gained less followers lost on the day; may be negative."),
    *_METRICS,
    report_date="date_day",
)
CONTENT = _entity(
    "content",
    "one row per post, video, story or article",
    ("content_id", "account_id", "platform"),
    _key("content_id", "string", "The post at its platform."),
    _ACCOUNT_ID,
    _ACCOUNT_NAME,
    _PLATFORM,
    Field("published_at", "timestamp", "When it was published, UTC."),
    Field("published_month", "date", "First day of the month it was published in, where the exact time is not known."),
    Field("published_weekday", "bigint", "Weekday it was published on, ISO: Monday 1 to Sunday 7."),
    Field("published_hour", "bigint", "Hour of the day it was published in, 0 to 23, as the source counts hours."),
    Field("content_type", "string", "Form of the content, such as photo, video, link, status or story."),
    Field("topic", "string", "What it is about, as the owner classifies content."),
    Field("title", "string", "Title or text."),
    Field("url", "string", "Its address."),
    Field("is_paid", "boolean", "Whether its distribution was paid for."),
)
CONTENT_DAY = _entity(
    "content_day",
    "one row per piece of content and day",
    ("content_id", "account_id", "platform", "date_day"),
    _key("content_id", "string", "The post at its platform."),
    _key("date_day", "date", "The account's day on which the numbers arose."),
    _ACCOUNT_ID,
    _PLATFORM,
    *_METRICS,
    report_date="date_day",
)
CONTENT_TOTAL = _entity(
    "content_total",
    "one row per piece of content: its lifetime counters when they were observed",
    ("content_id", "account_id", "platform"),
    _key("content_id", "string", "The post at its platform."),
    _ACCOUNT_ID,
    _PLATFORM,
    Field("observed_on", "date", "The day on which the counters stood so; empty where the file does not tell."),
    *_METRICS,
    Field("engaged_users", "bigint", "Different people that engaged with it. Never added up over posts."),
)
AD_DAY = _entity(
    "ad_day",
    "one row per ad, day and segment",
    ("date_day", "ad_id", "segment", "account_id", "platform"),
    _key("date_day", "date", "The ad account's day that the numbers are about."),
    _key("ad_id", "string", "The ad, or the finest unit that the export has."),
    _key("segment", "string", "The breakdown that the row is a part of, such as an age group; the empty text without breakdown."),
    _ACCOUNT_ID,
    _ACCOUNT_NAME,
    _PLATFORM,
    _id("campaign_id", "The ad's campaign."),
    Field("campaign_name", "string", "The campaign's name."),
    _id("ad_set_id", "The ad's ad set or ad group."),
    Field("ad_set_name", "string", "The ad set's name."),
    Field("ad_name", "string", "The ad's name."),
    _CURRENCY,
    Field("spend", "decimal(18,6)", "Amount spent, in `currency`."),
    Field("impressions", "bigint", "Times that the ad was shown on a screen."),
    Field("reach", "bigint", "Different people that saw the ad. Never added up over days, ads or segments."),
    Field("clicks", "bigint", "Clicks on the ad."),
    Field("conversions", "decimal(18,6)", "Conversions that the platform claims; platforms report fractions."),
    Field("conversion_value", "decimal(18,6)", "Value of those conversions, in `currency`."),
    report_date="date_day",
)
PAGE_EVENT = _entity(
    "page_event",
    "one row per event on a site or in an app",
    ("event_id", "site_id"),
    _key("event_id", "string", "The event; made of the row's own values where the log has no id."),
    Field("occurred_at", "timestamp", "When it happened, UTC.", required=True),
    _id("site_id", "The site or app; the mapping's account where a row names none."),
    _id("session_id", "The visit that the event is a part of, as the source tells visits apart."),
    Field("event_name", "string", "What happened, by GA4's name for it.", required=True),
    Field("received_at", "timestamp", "When the collector received it, UTC."),
    _VISITOR_ID,
    _id("user_id", "The signed-in user."),
    Field("page_url", "string", "Address of the page."),
    Field("page_path", "string", "Path of the page."),
    Field("referrer", "string", "Address that the visitor came from."),
    *_UTM,
    Field("utm_content", "string", "UTM content of the arrival."),
    Field("utm_term", "string", "UTM term of the arrival."),
    Field("gclid", "string", "Google's click id."),
    Field("fbclid", "string", "Meta's click id."),
    Field("msclkid", "string", "Microsoft's click id."),
    Field("ttclid", "string", "TikTok's click id."),
    _id("product_id", "The product that was viewed, put into the cart, taken out or bought."),
    Field("search_term", "string", "What was searched for."),
    Field("search_results", "bigint", "How many results the search had."),
    Field("value", "decimal(18,6)", "Value of the event, in `currency`."),
    _CURRENCY,
    _id("order_id", "The order that a purchase made."),
    Field("load_ms", "bigint", "Milliseconds that the page took to load."),
    Field("consent_analytics", "boolean", "Whether the visitor agreed to analytics."),
    Field("consent_ads", "boolean", "Whether the visitor agreed to advertising."),
    Field("user_agent", "string", "The browser's own name for itself."),
)
LEAD = _entity(
    "lead",
    "one row per lead",
    ("lead_id",),
    _key("lead_id", "string", "The lead at its source."),
    Field("created_at", "timestamp", "When the lead came in, UTC."),
    Field("qualified_at", "timestamp", "When marketing held it to be qualified, UTC; empty for a lead that is not."),
    Field("origin", "string", "Where it came from, in the source's own words; empty is not the same as `unknown`."),
    _CHANNEL,
    _CAMPAIGN,
    Field("landing_page", "string", "The page that it came in by."),
    _EMAIL,
    _PHONE,
    _VISITOR_ID,
    *_UTM,
)
DEAL = _entity(
    "deal",
    "one row per deal",
    ("deal_id",),
    _key("deal_id", "string", "The deal at its source."),
    _id("lead_id", "The lead that it grew from."),
    Field("created_at", "timestamp", "When it was opened, UTC."),
    Field("closed_at", "timestamp", "When it was won or lost, UTC."),
    Field("status", "string", "open, won or lost.", required=True),
    Field("amount", "decimal(18,6)", "Its value, in `currency`."),
    _CURRENCY,
    Field("segment", "string", "The customer's line of business or size."),
    Field("owner", "string", "Who at the seller's looks after it."),
)
ORDER = _entity(
    "order",
    "one row per order",
    ("order_id",),
    _key("order_id", "string", "The order at its shop."),
    Field("ordered_at", "timestamp", "When it was placed, UTC.", required=True),
    _id("customer_id", "The customer at the shop; empty for a guest."),
    _EMAIL,
    _PHONE,
    _VISITOR_ID,
    _CURRENCY,
    Field(
        "revenue",
        "decimal(18,6)",
        "What was sold, net of tax, shipping and discounts and before refunds, in `currency`; negative where the row is a return.",
    ),
    Field("cost", "decimal(18,6)", "Cost of the goods sold, in `currency`."),
    Field("shipping", "decimal(18,6)", "Shipping that the customer paid, in `currency`."),
    Field("tax", "decimal(18,6)", "Tax on the order, in `currency`."),
    Field("discount", "decimal(18,6)", "Discount that was given, in `currency`."),
    Field("refunded", "decimal(18,6)", "What was paid back of it, in `currency`, with or without a minus."),
    Field("quantity", "bigint", "Units sold; negative where the order is a return."),
    Field("status", "string", "State of the order, in the source's own words; what they mean stands below."),
    Field("coupon", "string", "Coupon that was used."),
    _CHANNEL,
    _CAMPAIGN,
)
EXCHANGE_RATE = _entity(
    "exchange_rate",
    "one row per day and currency",
    ("date_day", "currency"),
    _key("date_day", "date", "The day that the rate is of."),
    _key("currency", "string", "The currency, ISO 4217."),
    Field("rate", "decimal(18,6)", "Units of the currency per 1 EUR.", required=True),
    report_date="date_day",
)

ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (ACCOUNT_DAY, CONTENT, CONTENT_DAY, CONTENT_TOTAL, AD_DAY, PAGE_EVENT, LEAD, DEAL, ORDER, EXCHANGE_RATE)
}
"""The canonical entities by name."""
