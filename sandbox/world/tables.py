"""The tables of the world: the grain and the columns of each. `World` holds one pyarrow table per schema.

Conventions: `_at` is a timestamp in UTC without zone (microseconds); `date` of an advertising table is the ad account's own calendar
day, of a page table the Pacific day, of `fx_rates` the ECB's day; money is decimal(18,2) in the currency next to it, or in the one
the docstring names. Ids that a platform shows are strings; `person_id` is the world's own and shows nowhere.
A row says when it became true; a platform shows only rows at or before the sandbox's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

AT = pa.timestamp("us")
DAY = pa.date32()
TEXT = pa.string()
INT = pa.int64()
YES = pa.bool_()
MONEY = pa.decimal128(18, 2)


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])


SCHEMAS: dict[str, pa.Schema] = {
    "persons": _schema(
        person_id=INT, email=TEXT, phone=TEXT, first_name=TEXT, last_name=TEXT, country=TEXT, currency=TEXT, is_business=YES,
        is_customer=YES, purchase_rate_per_day=pa.float64(), dropout_probability=pa.float64(), mean_order_margin=pa.float64(),
        acquired_at=AT, acquisition_channel=TEXT, acquisition_campaign=TEXT, dropped_out_at=AT,
    ),
    "products": _schema(product_id=TEXT, name=TEXT, category=TEXT, price=MONEY, cost=MONEY),
    "ad_accounts": _schema(account_id=TEXT, name=TEXT, currency=TEXT, timezone_name=TEXT, account_status=INT),
    "campaigns": _schema(
        campaign_id=TEXT, account_id=TEXT, name=TEXT, objective=TEXT, status=TEXT, daily_budget_minor=INT, started_on=DAY, ended_on=DAY,
        created_at=AT, updated_at=AT,
    ),
    "ad_sets": _schema(
        adset_id=TEXT, campaign_id=TEXT, account_id=TEXT, name=TEXT, status=TEXT, optimization_goal=TEXT, click_window_days=INT,
        view_window_days=INT, created_at=AT, updated_at=AT,
    ),
    "ads": _schema(
        ad_id=TEXT, adset_id=TEXT, campaign_id=TEXT, account_id=TEXT, name=TEXT, status=TEXT, url_tags=TEXT, link_url=TEXT, created_at=AT,
        updated_at=AT,
    ),
    "ad_exposures": _schema(date=DAY, ad_id=TEXT, person_id=INT, impressions=INT, clicks=INT, link_clicks=INT),
    "ad_spend": _schema(date=DAY, ad_id=TEXT, spend=MONEY, first_reported_spend=MONEY, settled_at=AT),
    "ad_clicks": _schema(click_id=TEXT, ad_id=TEXT, person_id=INT, date=DAY, clicked_at=AT),
    "ad_conversions": _schema(
        conversion_id=TEXT, ad_id=TEXT, person_id=INT, action=TEXT, kind=TEXT, touched_on=DAY, touched_at=AT, converted_at=AT,
        reported_at=AT, value=MONEY, currency=TEXT, order_id=TEXT,
    ),
    "pages": _schema(page_id=TEXT, name=TEXT, username=TEXT, category=TEXT, link=TEXT, language=TEXT),
    "posts": _schema(
        post_id=TEXT, page_id=TEXT, message=TEXT, created_at=AT, permalink_url=TEXT, status_type=TEXT, media_type=TEXT, link_url=TEXT,
    ),
    "post_views": _schema(date=DAY, post_id=TEXT, person_id=INT, views=INT, is_from_ads=YES),
    "post_engagements": _schema(engagement_id=TEXT, post_id=TEXT, person_id=INT, kind=TEXT, message=TEXT, happened_at=AT),
    "page_days": _schema(date=DAY, page_id=TEXT, follows=INT, unfollows=INT, followers=INT, fans=INT, page_views=INT),
    "visits": _schema(
        visit_id=TEXT, person_id=INT, visitor_id=TEXT, started_at=AT, channel=TEXT, referrer=TEXT, landing_url=TEXT, utm_source=TEXT,
        utm_medium=TEXT, utm_campaign=TEXT, utm_content=TEXT, utm_term=TEXT, ad_id=TEXT, click_id=TEXT, post_id=TEXT, outcome=TEXT,
        consent_analytics=YES, consent_ads=YES, user_agent=TEXT, is_bot=YES,
    ),
    "events": _schema(
        event_id=TEXT, visit_id=TEXT, event_name=TEXT, occurred_at=AT, received_at=AT, visitor_id=TEXT, user_id=TEXT, page_url=TEXT,
        page_path=TEXT, referrer=TEXT, utm_source=TEXT, utm_medium=TEXT, utm_campaign=TEXT, utm_content=TEXT, utm_term=TEXT, gclid=TEXT,
        fbclid=TEXT, msclkid=TEXT, product_id=TEXT, search_term=TEXT, search_results=INT, value=MONEY, currency=TEXT, order_id=TEXT,
        load_ms=INT, consent_analytics=YES, consent_ads=YES, user_agent=TEXT,
    ),
    "orders": _schema(
        order_id=TEXT, person_id=INT, visit_id=TEXT, visitor_id=TEXT, customer_id=TEXT, email=TEXT, phone=TEXT, ordered_at=AT,
        fulfilled_at=AT, refunded_at=AT, cancelled_at=AT, currency=TEXT, revenue=MONEY, shipping=MONEY, tax=MONEY, discount=MONEY,
        total=MONEY, cost=MONEY, refund_amount=MONEY, coupon=TEXT, is_test=YES, is_repeat=YES,
    ),
    "order_lines": _schema(
        order_id=TEXT, line_number=INT, product_id=TEXT, product_name=TEXT, quantity=INT, unit_price=MONEY, unit_cost=MONEY,
    ),
    "owners": _schema(owner_id=TEXT, user_id=INT, email=TEXT, first_name=TEXT, last_name=TEXT, is_archived=YES),
    "contacts": _schema(
        contact_id=TEXT, person_id=INT, email=TEXT, phone=TEXT, first_name=TEXT, last_name=TEXT, created_at=AT, archived_at=AT,
        visit_id=TEXT, owner_id=TEXT, analytics_source=TEXT, analytics_source_data_1=TEXT, analytics_source_data_2=TEXT,
        latest_source=TEXT, first_url=TEXT, first_referrer=TEXT, first_visited_at=AT, google_click_id=TEXT, facebook_click_id=TEXT,
    ),
    "contact_stages": _schema(contact_id=TEXT, stage=TEXT, entered_at=AT, source_type=TEXT),
    "crm_merges": _schema(merged_id=TEXT, into_id=TEXT, merged_at=AT, is_primary=YES),
    "crm_erasures": _schema(kind=TEXT, object_id=TEXT, erased_at=AT),
    "deals": _schema(
        deal_id=TEXT, contact_id=TEXT, name=TEXT, pipeline_id=TEXT, amount=MONEY, currency=TEXT, owner_id=TEXT, created_at=AT,
        archived_at=AT,
    ),
    "deal_stages": _schema(deal_id=TEXT, stage_id=TEXT, entered_at=AT, source_type=TEXT),
    "pipeline_stages": _schema(
        pipeline_id=TEXT, pipeline_label=TEXT, stage_id=TEXT, stage_label=TEXT, display_order=INT, is_closed=YES, probability=TEXT,
    ),
    "fx_rates": _schema(date=DAY, currency=TEXT, rate=TEXT, status=TEXT),
}  # fmt: skip
"""Column names and types of every table, by the name of the attribute of `World`."""


@dataclass(frozen=True)
class World:
    """What truly happened around the brand from `start` to `end` (days in UTC, both included). Immutable; equal for equal arguments.

    A later `end` only adds: what a clock before the earlier `end` shows stays the same, so that a sandbox can be started again tomorrow.
    """

    seed: int
    start: date
    end: date
    scale: float

    persons: pa.Table
    """[person_id] All persons whom the brand can reach. `purchase_rate_per_day` (λ) and `dropout_probability` (p, after each repeat
    purchase) are the true parameters of the person's buying (BG/NBD), set for all. `is_customer`: bought at least once by `end`; only then
    are set `acquired_at`, `acquisition_channel` (GA4 channel of the first purchase's visit), `acquisition_campaign` (its utm_campaign) and
    `dropped_out_at` (the last purchase ever; null: alive at `end`). `mean_order_margin`: expected revenue − cost of one order in EUR,
    before refunds. `currency`: what the person pays in."""
    products: pa.Table
    """[product_id] The shop's catalogue; price and cost in EUR, without tax."""

    ad_accounts: pa.Table
    """[account_id] Meta ad accounts, id without `act_`. Two: EUR in Europe/Berlin, USD in America/New_York."""
    campaigns: pa.Table
    """[campaign_id] `status` PAUSED holds from `ended_on` (the first day without delivery; null: runs on), before that ACTIVE.
    Budget a day in the currency's minor unit."""
    ad_sets: pa.Table
    """[adset_id] `click_window_days`, `view_window_days`: the ad set's own attribution setting (7 and 1, or 1 and 0)."""
    ads: pa.Table
    """[ad_id] `url_tags` as Meta keeps them (`utm_source=…&utm_medium=…`), null for the untagged campaign. `link_url` without tags."""
    ad_exposures: pa.Table
    """[date, ad_id, person_id] Who saw which ad how often, and clicked: `link_clicks` ≤ `clicks` ≤ `impressions`. Reach of any level and
    period = distinct person_id. Date in account time."""
    ad_spend: pa.Table
    """[date, ad_id] Rows where something was delivered. `spend` in the account's currency, final from `settled_at` on; before that the
    platform shows `first_reported_spend`, a little lower."""
    ad_clicks: pa.Table
    """[click_id] One row per link click; `click_id`: the fbclid that the landing page gets. `date` in account time. Most become a visit."""
    ad_conversions: pa.Table
    """[conversion_id] What the platform claims, per account on its own: the account's last click within 28 days before the conversion
    (`kind` = `click`), else its last impression within 1 day (`view`). `action`: `purchase` or `lead` (value 0). Touch day `touched_on` in
    account time: Meta books the conversion there. Shown from `reported_at` on (hours to days after `converted_at`): that is restatement.
    `value` in the ad account's `currency`. The windows 1d/7d/28d follow from converted_at − touched_at."""

    pages: pa.Table
    """[page_id] Facebook pages: one in English, one in Chinese."""
    posts: pa.Table
    """[post_id] `post_id` = `{page}_{number}`. `message` null on some photo posts; one holds markup and one starts like a formula.
    `status_type` added_photos | mobile_status_update | shared_story | added_video; `media_type` photo | video | link | album."""
    post_views: pa.Table
    """[date, post_id, person_id, is_from_ads] Views (media views: repeats count) on a Pacific day. Reach = distinct person_id."""
    post_engagements: pa.Table
    """[engagement_id] `kind`: like | love | wow | haha | sorry | anger | comment | share | click. `message` for comments only."""
    page_days: pa.Table
    """[date, page_id] Pacific days without gap. `followers` and `fans` are stocks at the day's end (fans ≤ followers)."""

    visits: pa.Table
    """[visit_id] The true sessions of the site, bots among them (`person_id` null). `channel`: GA4 default channel group (Paid Social,
    Organic Social, Organic Search, Paid Search, Email, Direct, Referral), also where tags and referrer hide it. `visitor_id`: the
    browser's cookie, also where missing consent keeps it from the events. `ad_id` if it came from an ad of Meta, `post_id` if from a page's
    post, `click_id`: the fbclid (links in posts carry one too); Google's gclid is in `landing_url` alone.
    `outcome`: bounce | slow_page | search_failed | left_product | left_cart | left_checkout | purchase | lead | sign_up."""
    events: pa.Table
    """[event_id] What the brand's collector keeps: GA4 event names. Without analytics consent no visitor_id and no user_id, without
    ads consent no click id (also not in page_url). A few events are received hours late. value in `currency`."""
    orders: pa.Table
    """[order_id] The shop's orders. `visit_id` null: ordered by phone, or a test (`is_test`, without person). `visitor_id` null then and
    without consent. Money in `currency`: `revenue` net of tax, shipping and discount; total = revenue + shipping + tax; `cost` of goods;
    `refund_amount`: net revenue given back, from `refunded_at` or `cancelled_at` on. At most one of these two is set; a cancelled order
    is never fulfilled and is refunded in full."""
    order_lines: pa.Table
    """[order_id, line_number] unit_price net of tax before discount; sum(quantity × unit_price) = revenue + discount; same currency."""

    owners: pa.Table
    """[owner_id] People of the brand in HubSpot."""
    contacts: pa.Table
    """[contact_id] HubSpot contacts: leads of the B2B line, newsletter subscribers, customers. `visit_id`: the visit that made it (null:
    imported by hand). E-mails are the person's, a few written with capitals. `archived_at`: when deleted, or null."""
    contact_stages: pa.Table
    """[contact_id, stage, entered_at] Lifecycle: subscriber, lead, marketingqualifiedlead, salesqualifiedlead, opportunity, customer, and
    the brand's own stage `brand.OWN_STAGE`, which some subscribers enter."""
    crm_merges: pa.Table
    """[merged_id] Two contacts that were merged at `merged_at` into a new one, `into_id`, which shows the values of the primary one."""
    crm_erasures: pa.Table
    """[kind, object_id] Contacts (`kind` contacts) and deals (deals) that were deleted for good."""
    deals: pa.Table
    """[deal_id] Deals of the B2B line, each of one contact."""
    deal_stages: pa.Table
    """[deal_id, stage_id, entered_at] Stage history; the last one at or before the clock is the present stage."""
    pipeline_stages: pa.Table
    """[pipeline_id, stage_id] `probability` as text, as HubSpot sends it."""

    fx_rates: pa.Table
    """[date, currency] Units of `currency` per 1 EUR as text, five digits; TARGET working days from ten days before `start`. Of the TARGET
    holidays Easter Monday, 1 May and 26 December are rows with null rate and status `H` (else `A`), the others are absent.
    A day's row is published at 15:00 UTC."""
