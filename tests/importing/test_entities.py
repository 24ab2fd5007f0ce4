"""The fields that people's mappings and raw tables rely on: the contracts declare them, and none may change unnoticed."""

from multiball.canonical import contracts
from multiball.importing.entities import entities
from multiball.importing.mapping_schema import schema

RELIED_ON = {
    "account_day": (
        "account_id platform date_day",
        "date_day",
        "account_id* account_name clicks:int comments:int date_day*:date engagements:int followers:int impressions:int likes:int "
        "net_followers:int platform reach:int saves:int shares:int video_views:int",
    ),
    "content": (
        "content_id account_id platform",
        None,
        "account_id account_name content_id* content_type is_paid:bool platform published_at:ts published_hour:int "
        "published_month:date published_weekday:int title topic url",
    ),
    "content_day": (
        "content_id account_id platform date_day",
        "date_day",
        "account_id clicks:int comments:int content_id* date_day*:date engagements:int impressions:int likes:int platform "
        "reach:int saves:int shares:int video_views:int",
    ),
    "content_total": (
        "content_id account_id platform",
        None,
        "account_id clicks:int comments:int content_id* engaged_users:int engagements:int impressions:int likes:int "
        "observed_on:date platform reach:int saves:int shares:int video_views:int",
    ),
    "ad_day": (
        "date_day ad_id segment account_id platform",
        "date_day",
        "account_id account_name ad_id* ad_name ad_set_id ad_set_name campaign_id campaign_name clicks:int conversion_value:dec "
        "conversions:dec currency date_day*:date impressions:int platform reach:int segment* spend:dec",
    ),
    "page_event": (
        "event_id site_id",
        None,
        "consent_ads:bool consent_analytics:bool currency event_id* event_name* fbclid gclid load_ms:int msclkid occurred_at*:ts "
        "order_id page_path page_url product_id received_at:ts referrer search_results:int search_term session_id site_id ttclid "
        "user_agent user_id utm_campaign utm_content utm_medium utm_source utm_term value:dec visitor_id",
    ),
    "lead": (
        "lead_id",
        None,
        "campaign channel created_at:ts email=email landing_page lead_id* origin phone=phone qualified_at:ts utm_campaign "
        "utm_medium utm_source visitor_id",
    ),
    "deal": (
        "deal_id",
        None,
        "amount:dec closed_at:ts created_at:ts currency deal_id* lead_id owner segment status*",
    ),
    "order": (
        "order_id",
        None,
        "campaign channel cost:dec coupon currency customer_id delivered_at:ts discount:dec email=email order_id* "
        "ordered_at*:ts phone=phone quantity:int refunded:dec region revenue:dec shipping:dec status tax:dec visitor_id",
    ),
    "exchange_rate": (
        "date_day currency",
        "date_day",
        "currency* date_day*:date rate*:dec",
    ),
    "ad_conversion_day": (
        "date_day ad_id conversion attribution_window account_id platform",
        "date_day",
        "account_id ad_id* ad_name attribution_window* campaign_id campaign_name conversion* conversion_value:dec "
        "conversions:dec currency date_day*:date goal platform",
    ),
    "ad_segment_day": (
        "date_day ad_id segment_kind segment account_id platform",
        "date_day",
        "account_id ad_id* ad_name campaign_id campaign_name clicks:int conversion_value:dec conversions:dec currency "
        "date_day*:date impressions:int platform reach:int segment* segment_kind* spend:dec",
    ),
    "audience_day": (
        "account_id platform date_day dimension member",
        "date_day",
        "account_id* date_day*:date dimension* followers:int member* platform",
    ),
    "competitor_account_day": (
        "account_id platform date_day",
        "date_day",
        "account_id* account_name competitor* date_day*:date engagements:int followers:int platform posts:int",
    ),
    "competitor_content": (
        "content_id account_id platform",
        None,
        "account_id* comments:int competitor* content_id* content_type engagements:int likes:int observed_on:date platform "
        "published_at:ts saves:int shares:int title topic url video_views:int",
    ),
    "deal_stage": (
        "deal_id stage entered_at",
        None,
        "deal_id* entered_at*:ts stage* stage_meaning stage_name",
    ),
    "experiment_unit": (
        "experiment_id unit_type unit_id",
        None,
        "assigned_at:ts consent_analytics:bool experiment_id* outcome:dec unit_id* unit_type* variant*",
    ),
    "influencer_post": (
        "content_id account_id platform",
        None,
        "account_id* account_name clicks:int comments:int content_id* content_type coupon currency engagements:int fee:dec "
        "impressions:int influencer* likes:int observed_on:date platform published_at:ts reach:int saves:int shares:int title "
        "topic url utm_campaign video_views:int",
    ),
    "install_day": (
        "site_id date_day store traffic_source traffic_campaign",
        "date_day",
        "date_day*:date installs:int site_id store* traffic_campaign* traffic_source*",
    ),
    "lead_stage": (
        "lead_id stage entered_at",
        None,
        "entered_at*:ts lead_id* stage* stage_meaning stage_name",
    ),
    "ledger_entry": (
        "entry_id",
        "date_day",
        "amount*:dec campaign channel cost_centre counterparty currency date_day*:date entry_id* entry_text ledger_account* order_id",
    ),
    "mention": (
        "mention_id platform",
        None,
        "account_id author_followers:int author_id brand comments:int content_id content_text "
        "impressions:int language likes:int mention_id* mention_type platform product_id published_at*:ts rating:dec sentiment "
        "shares:int url",
    ),
    "order_line": (
        "order_id line_number",
        None,
        "currency line_number*:int order_id* product_id product_name quantity:int unit_cost:dec unit_price:dec",
    ),
    "product": (
        "product_id",
        None,
        "category currency product_id* product_name unit_cost:dec unit_price:dec url",
    ),
    "search_query_day": (
        "account_id platform date_day search_term",
        "date_day",
        "account_id account_type average_position:dec clicks:int conversion_value:dec conversions:dec currency date_day*:date "
        "impressions:int platform search_term* spend:dec",
    ),
    "site_day": (
        "site_id date_day traffic_source traffic_medium traffic_campaign",
        "date_day",
        "cart_additions:int checkouts:int currency date_day*:date engaged_sessions:int lead_forms:int page_views:int "
        "product_views:int purchase_value:dec purchases:int sessions:int site_id traffic_campaign* traffic_medium* "
        "traffic_source* visitors:int",
    ),
    "subscription": (
        "subscription_id",
        None,
        "billing_months:int campaign channel coupon currency customer_id email=email ended_at:ts paid_from:ts "
        "phone=phone price:dec product_id started_at*:ts status subscription_id* visitor_id",
    ),
}
"""By entity: its key, its report date, and its fields by name; `*` required, `=` the identifier whose hash is stored."""
_SHORT = {"string": "", "bigint": ":int", "decimal(18,6)": ":dec", "timestamp": ":ts", "date": ":date", "boolean": ":bool"}


def test_the_fields_of_imports_stay_as_mappings_and_raw_tables_have_them():
    found = {}
    for name, entity in entities().items():
        fields = [
            f"{field.name}{'*' if field.required else ''}{_SHORT[field.type]}{f'={field.identifier}' if field.identifier else ''}"
            for field in sorted(entity.fields, key=lambda field: field.name)
        ]
        found[name] = (" ".join(entity.key), entity.report_date, " ".join(fields))
        assert entity.kind == "changes"
    assert found == RELIED_ON


def test_the_language_of_mappings_knows_the_entities():
    assert set(schema()["$defs"]["entity"]["properties"]["entity"]["enum"]) == set(RELIED_ON)


def test_an_amount_names_its_currency_and_only_sums_are_additive():
    fields = {(entity.name, field.name): field for entity in entities().values() for field in entity.fields}
    amounts = {name: field.currency for (_, name), field in fields.items() if field.type == "decimal(18,6)"}
    assert {name for name, currency in amounts.items() if currency is None} == {
        "average_position",
        "conversions",
        "outcome",
        "rate",
        "rating",
    }
    assert set(amounts.values()) == {"currency", None}
    assert {name for (_, name), field in fields.items() if not field.is_additive} == {
        "author_followers", "average_position", "billing_months", "engaged_users", "followers", "line_number", "load_ms", "price",
        "published_hour", "published_weekday", "rate", "rating", "reach", "search_results", "unit_cost", "unit_price", "visitors",
    }  # fmt: skip


def test_a_column_that_holds_a_hash_lands_under_the_contract_s_own_name():
    hashed = {(entity.name, field.column) for entity in entities().values() for field in entity.fields if field.identifier}
    assert {name for _, name in hashed} == {"email_key", "phone_key"}
    assert all(column in contracts()[entity].columns for entity, column in hashed)
