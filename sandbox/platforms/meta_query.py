"""What an insights request requests, read and checked as the Marketing API does.

Source: developers.facebook.com/docs/marketing-api/insights and …/reference/ad-account/insights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, cast

from sandbox.platforms.graph import GraphError, invalid_parameter, json_parameter, list_parameter
from sandbox.platforms.graph_fields import parse_fields

Level = Literal["account", "campaign", "adset", "ad"]
LEVELS: tuple[Level, ...] = ("account", "campaign", "adset", "ad")

RETURNED_WINDOWS = ("1d_click", "7d_click", "28d_click", "1d_view")
"""Windows that bring a key of their own."""
SILENT_WINDOWS = ("7d_view", "28d_view", "1d_ev", "dda", "incrementality", "skan_click", "skan_view")
"""Windows that are accepted and bring no key: `7d_view` and `28d_view` since 2026-01-12, the others for want of such conversions."""

UNIQUE_METRICS = frozenset(("reach", "frequency", "cpp", "unique_clicks", "unique_ctr", "unique_inline_link_clicks", "unique_actions"))
MONTHS_KEPT = 37
MONTHS_OF_REACH_BY_BREAKDOWN = 13
ALL_UNIQUE_METRICS_LIMITED_FROM = date(2026, 1, 12)
"""Until then the limit of 13 months applied only to `reach`."""


@dataclass(frozen=True)
class Filter:
    """One entry of `filtering`: a row stays when `field operator value` holds."""

    field: str
    operator: str
    value: Any


@dataclass(frozen=True)
class InsightsQuery:
    """A checked insights request. `periods` are what each row aggregates over: inclusive days of the account, in order."""

    level: Level
    fields: tuple[str, ...]
    periods: tuple[tuple[date, date], ...]
    windows: tuple[str, ...]
    by_conversion_date: bool
    breakdowns: tuple[str, ...]
    filters: tuple[Filter, ...]
    sort: tuple[tuple[str, bool], ...]
    """(field, is descending)."""

    @property
    def since(self) -> date:
        """The first day of all periods."""
        return min(start for start, _ in self.periods)

    @property
    def until(self) -> date:
        """The last day of all periods."""
        return max(stop for _, stop in self.periods)


def read_query(given: Mapping[str, str], known_fields: frozenset[str], default_level: Level, today: date) -> InsightsQuery:
    """Check the parameters of an insights request for an account whose day is `today`.

    Error 100 for anything unknown or out of form, 3018 for a start more than 37 months back.
    """
    level = given.get("level", default_level)
    if level not in LEVELS:
        raise invalid_parameter(f"level must be one of the following values: {', '.join(LEVELS)}")
    fields = tuple(parse_fields(given.get("fields")))
    for name in fields:
        if name not in known_fields:
            raise invalid_parameter(f"{name} is not valid for fields param.")
    breakdowns = _choice_list(given, "breakdowns", ("country",))
    _choice_list(given, "action_breakdowns", ("action_type",))
    if "summary" in given or "default_summary" in given:
        raise invalid_parameter("Cannot include summary: this sandbox has no summary rows (param: summary)")
    ranges = _ranges(given, today)
    _check_age(ranges, fields, breakdowns, today)
    return InsightsQuery(
        level=cast(Level, level),
        fields=fields,
        periods=tuple(period for start, stop in ranges for period in _split(start, stop, given.get("time_increment", "all_days"))),
        windows=_windows(given),
        by_conversion_date=_one_of(given, "action_report_time", ("impression", "conversion")) == "conversion",
        breakdowns=breakdowns,
        filters=read_filters(given),
        sort=tuple(_sort_key(text, known_fields) for text in list_parameter("sort", given.get("sort"))),
    )


def read_filters(given: Mapping[str, str]) -> tuple[Filter, ...]:
    """The `filtering` parameter: a JSON list of {field, operator, value}."""
    filters = json_parameter("filtering", given.get("filtering", "[]"))
    if not isinstance(filters, list) or not all(isinstance(each, dict) and {"field", "operator", "value"} <= set(each) for each in filters):
        raise invalid_parameter("param filtering must be an array of objects with field, operator and value.")
    return tuple(Filter(each["field"], each["operator"], each["value"]) for each in filters)


def _one_of(given: Mapping[str, str], name: str, values: Sequence[str]) -> str:
    value = given.get(name, values[0])
    if value not in values:
        raise invalid_parameter(f"{name} must be one of the following values: {', '.join(values)}")
    return value


def _choice_list(given: Mapping[str, str], name: str, values: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(list_parameter(name, given.get(name)))
    for index, value in enumerate(chosen):
        if value not in values:
            raise invalid_parameter(f"{name}[{index}] must be one of the following values: {', '.join(values)}")
    return chosen


def _windows(given: Mapping[str, str]) -> tuple[str, ...]:
    chosen = _choice_list(given, "action_attribution_windows", (*RETURNED_WINDOWS, *SILENT_WINDOWS, "default"))
    return tuple(window for window in RETURNED_WINDOWS if window in chosen)


def _sort_key(text: str, known_fields: frozenset[str]) -> tuple[str, bool]:
    name, _, direction = text.rpartition("_")
    if name not in known_fields or direction not in ("ascending", "descending"):
        raise invalid_parameter("sort must be a field followed by _ascending or _descending.")
    return name, direction == "descending"


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise invalid_parameter("Must be a date representation in the format YYYY-MM-DD") from error


def _range(value: Any) -> tuple[date, date]:
    if not isinstance(value, dict) or not {"since", "until"} <= set(value):
        raise invalid_parameter("param time_range must be an object with since and until.")
    start, stop = _day(value["since"]), _day(value["until"])
    if stop < start:
        raise invalid_parameter("The start date of the time range must be before the end date.")
    return start, stop


def _ranges(given: Mapping[str, str], today: date) -> list[tuple[date, date]]:
    """`time_ranges` over `time_range` over `date_preset` over the last 30 days."""
    if "time_ranges" in given:
        values = json_parameter("time_ranges", given["time_ranges"])
        if not isinstance(values, list) or not values:
            raise invalid_parameter("param time_ranges must be a non-empty array.")
        return [_range(value) for value in values]
    if "time_range" in given:
        return [_range(json_parameter("time_range", given["time_range"]))]
    presets = _presets(today)
    preset = given.get("date_preset", "last_30d")
    if preset not in presets:
        raise invalid_parameter(f"date_preset must be one of the following values: {', '.join(presets)}")
    return [presets[preset]]


def _presets(today: date) -> dict[str, tuple[date, date]]:
    """Every date preset as days. `last_Nd` ends yesterday."""
    day = timedelta(days=1)
    monday = today - today.weekday() * day
    sunday = today - (today.weekday() + 1) % 7 * day
    month = today.replace(day=1)
    last_month = (month - day).replace(day=1)
    quarter = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    year = today.replace(month=1, day=1)
    oldest = months_before(today, MONTHS_KEPT)
    return {
        "today": (today, today),
        "yesterday": (today - day, today - day),
        **{f"last_{days}d": (today - days * day, today - day) for days in (3, 7, 14, 28, 30, 90)},
        "this_week_mon_today": (monday, today),
        "this_week_sun_today": (sunday, today),
        "last_week_mon_sun": (monday - 7 * day, monday - day),
        "last_week_sun_sat": (sunday - 7 * day, sunday - day),
        "this_month": (month, today),
        "last_month": (last_month, month - day),
        "this_quarter": (quarter, today),
        "last_quarter": (months_before(quarter, 3), quarter - day),
        "this_year": (year, today),
        "last_year": (year.replace(year=year.year - 1), year - day),
        "maximum": (oldest, today),
        "data_maximum": (oldest, today),
    }


def months_before(day: date, months: int) -> date:
    """The same day some months earlier; the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    next_first = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), next_first - timedelta(days=1))


def _split(start: date, stop: date, increment: str) -> list[tuple[date, date]]:
    """A range in chunks: `all_days` whole, `monthly` by calendar month, or of 1 to 90 days; the last one may be short."""
    if increment == "all_days":
        return [(start, stop)]
    if increment != "monthly" and not (increment.isdigit() and 1 <= int(increment) <= 90):
        raise invalid_parameter("time_increment must be monthly, all_days or an integer from 1 to 90.")
    chunks = []
    while start <= stop:
        last = months_before(start.replace(day=1), -1) - timedelta(days=1)
        if increment != "monthly":
            last = start + timedelta(days=int(increment) - 1)
        chunks.append((start, min(last, stop)))
        start = last + timedelta(days=1)
    return chunks


def _check_age(ranges: Sequence[tuple[date, date]], fields: Sequence[str], breakdowns: Sequence[str], today: date) -> None:
    start = min(first for first, _ in ranges)
    if start < months_before(today, MONTHS_KEPT):
        raise GraphError(3018, "(#3018) The start date of the time range cannot be beyond 37 months from the current date")
    limited = UNIQUE_METRICS if today >= ALL_UNIQUE_METRICS_LIMITED_FROM else {"reach"}
    if breakdowns and limited & set(fields) and start < months_before(today, MONTHS_OF_REACH_BY_BREAKDOWN):
        raise invalid_parameter("Reach and other unique metrics with breakdowns are available for the last 13 months only.")
