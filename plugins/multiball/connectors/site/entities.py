"""The raw tables of the brand's own site: events of its collector and orders of its shop. All times are UTC."""

from multiball.shapes import Entity, Field, FieldType

_ORDER = Field("order_id", "string", "Order.", required=True)


def _text(name: str, description: str) -> Field:
    return Field(name, "string", description)


def _amount(name: str, description: str) -> Field:
    type_: FieldType = "decimal(18,6)"
    return Field(name, type_, description)


ENTITIES = (
    Entity(
        "events",
        "One row per event that the collector took.",
        "daily",
        ("event_id",),
        (
            Field("event_id", "string", "Event; the client made it, and it tells repeats.", required=True),
            Field("date_day", "date", "UTC day of occurred_at.", required=True),
            Field("event_name", "string", "Name of the event: GA4's where it has one, else as it was sent.", required=True),
            Field("occurred_at", "timestamp", "When it happened, by the collector's corrected clock.", required=True),
            Field("received_at", "timestamp", "When the collector took it."),
            _text("visitor_id", "Browser, by a first-party cookie; absent without consent."),
            _text("user_id", "Signed-in user."),
            _text("page_url", "Address of the page, query included."),
            _text("page_path", "Path of the page."),
            _text("referrer", "Page that the visitor came from."),
            _text("utm_source", "UTM source, from the collector's campaign or the page's address."),
            _text("utm_medium", "UTM medium."),
            _text("utm_campaign", "UTM campaign."),
            _text("utm_content", "UTM content."),
            _text("utm_term", "UTM term."),
            _text("gclid", "Google's click id."),
            _text("fbclid", "Meta's click id."),
            _text("msclkid", "Microsoft's click id."),
            _text("ttclid", "TikTok's click id."),
            _text("product_id", "Product that the event is about, where it is about one."),
            _text("search_term", "What was searched for."),
            Field("search_results", "bigint", "Number of results that the search found."),
            _amount("value", "Value of the event in its currency."),
            _text("currency", "Currency of the value, ISO 4217."),
            _text("order_id", "Order that the event is about."),
            Field("load_ms", "bigint", "Time that the page took to load, in milliseconds."),
            Field("consent_analytics", "boolean", "Whether the visitor agreed to analytics; absent when not known."),
            Field("consent_ads", "boolean", "Whether the visitor agreed to advertising; absent when not known."),
            _text("user_agent", "User agent of the browser."),
        ),
        report_date="date_day",
    ),
    Entity(
        "orders",
        "One row per order, as it stood after its last change.",
        "changes",
        ("order_id",),
        (
            _ORDER,
            Field("ordered_at", "timestamp", "When the order was placed.", required=True),
            Field("updated_at", "timestamp", "When the order last changed."),
            _text("customer_id", "Customer of the shop."),
            Field("email", "string", "Customer's e-mail address.", identifier="email"),
            Field("phone", "string", "Customer's phone number.", identifier="phone"),
            _text("visitor_id", "Browser that the order was placed in."),
            _text("currency", "Currency of the amounts, ISO 4217."),
            _amount("revenue", "Goods sold, net of tax, shipping and discounts."),
            _amount("shipping", "Shipping charged."),
            _amount("tax", "Tax charged."),
            _amount("discount", "Discount given."),
            _amount("total", "What the customer paid."),
            _amount("cost", "Cost of the goods sold."),
            _amount("refunded", "What was paid back up to now."),
            _text("status", "Status of the order in the shop."),
            Field("is_test", "boolean", "True for orders that somebody placed to try the shop."),
            _text("coupon", "Code of the coupon that was used."),
        ),
    ),
    Entity(
        "order_lines",
        "One row per line of an order.",
        "changes",
        ("order_id", "line_number"),
        (
            _ORDER,
            Field("line_number", "bigint", "Place of the line within its order, from 1.", required=True),
            _text("product_id", "Product."),
            _text("product_name", "Name of the product when it was ordered."),
            Field("quantity", "bigint", "Pieces ordered."),
            _amount("unit_price", "Price of a piece, in the order's currency."),
            _amount("unit_cost", "Cost of a piece, in the order's currency."),
        ),
    ),
)
