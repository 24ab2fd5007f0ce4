"""The fields that people's mappings and raw tables rely on: the contracts declare them, and none may change unnoticed."""

from multiball.canonical import contracts
from multiball.importing.document import schema
from multiball.importing.entities import entities

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
        "campaign channel cost:dec coupon currency customer_id discount:dec email=email order_id* ordered_at*:ts phone=phone "
        "quantity:int refunded:dec revenue:dec shipping:dec status tax:dec visitor_id",
    ),
    "exchange_rate": (
        "date_day currency",
        "date_day",
        "currency* date_day*:date rate*:dec",
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
    assert {name for name, currency in amounts.items() if currency is None} == {"conversions", "rate"}
    assert set(amounts.values()) == {"currency", None}
    assert {name for (_, name), field in fields.items() if not field.is_additive} == {
        "engaged_users", "followers", "load_ms", "published_hour", "published_weekday", "rate", "reach", "search_results",
    }  # fmt: skip


def test_a_column_that_holds_a_hash_lands_under_the_contract_s_own_name():
    hashed = {(entity.name, field.column) for entity in entities().values() for field in entity.fields if field.identifier}
    assert {name for _, name in hashed} == {"email_key", "phone_key"}
    assert all(column in contracts()[entity].columns for entity, column in hashed)
