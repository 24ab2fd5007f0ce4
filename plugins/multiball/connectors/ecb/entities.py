"""The raw table of the European Central Bank's reference rates."""

from multiball.shapes import Entity, Field

ENTITIES = (
    Entity(
        "exchange_rates",
        "One row per currency and day on which the bank set a rate: none on weekends and bank holidays.",
        "daily",
        ("date_day", "currency"),
        (
            Field("date_day", "date", "Day of the rate.", required=True),
            Field("currency", "string", "Currency, ISO 4217.", required=True),
            Field("rate", "decimal(18,6)", "Units of the currency per 1 EUR.", required=True),
        ),
        report_date="date_day",
    ),
)
