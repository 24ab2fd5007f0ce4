"""A text of the mapping that its field cannot hold is reported at its line before a file is looked for."""

import pytest

from multiball.importing.run import read
from multiball.shapes import InputError

TEXT = """file: {path: not-there.csv}
entities:
  - entity: ad_day
    fields:
      date_day: day
      ad_id: ad
      spend: cost
      impressions: shown
"""
FAULTS = {
    "amount": ("spend: cost", "spend: {constant: abc}", "line 12: spend is not a number: 'abc'. spend is a number: advertising spend"),
    "huge amount": ("spend: cost", "spend: {constant: 1e400}", "line 12: spend is not a number"),
    "amount of the file's signs": ("spend: cost", "spend: {constant: '1,5'}", "line 12: spend is not a number: '1,5'"),
    "count": ("impressions: shown", "impressions: {constant: 1.5}", "line 13: impressions is not a whole number: '1.5'"),
    "negative count": ("impressions: shown", "impressions: {constant: -1}", "line 13: impressions is a negative count: '-1'"),
    "day": ("date_day: day", "date_day: {constant: 2026-13-01}", "line 10: date_day is not a date: '2026-13-01'"),
    "day of no month": ("date_day: day", "date_day: {constant: 2026-02-30}", "line 10: date_day is not a date"),
    "far day": ("date_day: day", "date_day: {constant: 20261-01-01}", "line 10: date_day is not a date"),
    "early day": ("date_day: day", "date_day: {constant: 0021-01-01}", "line 10: date_day is not from 1990 to 2100"),
    "default": ("spend: cost", "spend:\n        column: cost\n        default: none", "line 14: spend is not a number: 'none'"),
    "target": ("impressions: shown", "impressions:\n        column: x\n        values:\n          many: lots", "line 16: impressions"),
    "list": ("spend: cost", "spend: {constant: [1]}", "line 12: spend.constant is not a single value"),
    "null": ("spend: cost", "spend: {constant: null}", "line 12: spend.constant is not a single value"),
    "unmapped": ("spend: cost", "spend: {constant: 3, values: {4: 5}}", "line 12: spend is not among its values: '3'"),
}  # fmt: skip
HEAD = "version: 1\nsource: s\nplatform: %s\naccount: a\ncurrency: %s\n"


@pytest.mark.parametrize(("place", "wrong", "message"), FAULTS.values(), ids=FAULTS)
def test_a_wrong_text_of_the_mapping_is_reported_by_its_line(desk, place, wrong, message):
    with pytest.raises(InputError, match=message) as raised:
        desk.read(TEXT.replace(place, wrong))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("platform", "currency", "message"),
    [
        ("facebook", "Euro", "line 5: currency is not an ISO 4217 code: 'Euro'"),
        ("facebook", "{column: c, default: euro}", "line 5: currency is not an ISO"),
        ("Facebook", "EUR", "line 3: platform is not a lower-case name, such as facebook: 'Facebook'"),
    ],
)
def test_a_wrong_text_for_all_entities_is_too(desk, platform, currency, message):
    with pytest.raises(InputError, match=message):
        read(desk.mapping(TEXT, HEAD % (platform, currency)), variables={})


def test_a_wrong_name_of_an_event_among_values_is_found(desk):
    text = """file: {path: not-there.csv}
entities:
  - entity: page_event
    fields: {event_id: id, occurred_at: t, event_name: {column: n, values: {view: view_itm}}}
"""
    with pytest.raises(InputError, match=r"line 9: event_name is not one of page_view, .*: 'view_itm'"):
        desk.read(text)


@pytest.mark.parametrize(
    "right",
    ["spend: {constant: 1.50}", "spend: {constant: -3}", "spend: {column: cost, default: 0}", "spend: {column: cost, values: {x: null}}"],
)
def test_a_right_text_is_not_in_the_way(desk, right):
    desk.file("x.csv", "day,ad,cost,shown\n2026-01-01,a,2,1\n")
    text = TEXT.replace("spend: cost", right).replace("not-there", "x")
    if "values" in right:
        text = text.replace("null}", "null}, otherwise: keep")
    assert len(desk.records(text)) == 1
    for currency, zone in (("eur", "Asia/Shanghai"), ("{column: shown, values: {1: CNY}}", "UTC")):
        with read(desk.mapping(f"time_zone: {zone}\n{text}", HEAD % ("facebook", currency)), variables={}) as imported:
            assert imported.entities[0].counts.records == 1
