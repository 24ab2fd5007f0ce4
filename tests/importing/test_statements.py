"""Rows in = records + merged + skipped + rejected, whatever a mapping skips, rejects, groups or keeps of duplicates."""

import dataclasses
from decimal import Decimal

import pytest

from multiball.importing.run import read
from multiball.shapes import InputError

ADS = """max_rejected: 1
file: {path: x.csv}
entities:
  - entity: ad_day
    fields: {date_day: day, ad_id: ad, segment: {template: "{age?}"}, impressions: shown, reach: reach, spend: spend}
"""
HEADER = "day,ad,age,shown,reach,spend\n"


def _balanced(counts):
    assert counts.rows == counts.records + counts.merged + sum(counts.skipped.values()) + counts.rejected
    return counts


def test_a_row_with_several_faults_is_one_rejected_row_with_all_its_reasons(desk):
    desk.file("x.csv", HEADER + "2026-13-01,,18,-5,x,1.5\n2026-01-01,a,18,5,4,1.5\n")
    with desk.read(ADS) as imported:
        counts = _balanced(imported.entities[0].counts)
        found = {row["reason"]: row["found"] for row in imported.entities[0].rejects().to_pylist()}
    assert (counts.records, counts.rejected) == (1, 1)
    assert found == {
        "date_day is not a date": "2026-13-01",
        "ad_id is missing": None,
        "impressions is a negative count": "-5",
        "reach is not a whole number": "x",
    }


def test_money_may_be_negative_and_reach_above_impressions_is_only_a_warning(desk):
    desk.file("x.csv", HEADER + "2026-01-01,a,18,5,9,-1.5\n")
    counts = desk.counts(ADS)
    assert (counts.records, counts.warnings) == (1, {"reach above impressions": 1})


def test_empty_is_not_zero(desk):
    desk.file("x.csv", HEADER + "2026-01-01,a,,,,\n")
    (row,) = desk.records(ADS)
    assert (row["impressions"], row["reach"], row["spend"], row["segment"]) == (None, None, None, "")


@pytest.mark.parametrize(
    ("policy", "records", "merged", "rejected", "spend"),
    [("reject", 1, 0, 2, "1"), ("first", 1, 2, 0, "1"), ("last", 1, 2, 0, "4"), ("sum", 1, 2, 0, "7")],
)
def test_further_rows_of_one_key_become_what_the_mapping_says(desk, policy, records, merged, rejected, spend):
    desk.file("x.csv", HEADER + "2026-01-01,a,,1,1,1\n2026-01-01,a,,1,1,2\n2026-01-01,a,,1,1,4\n")
    text = ADS + f"    duplicates: {policy}\n"
    counts = _balanced(desk.counts(text))
    assert (counts.records, counts.merged, counts.rejected) == (records, merged, rejected)
    (row,) = desk.records(text)
    assert row["spend"] == Decimal(spend)
    assert row["reach"] == (None if policy == "sum" else 1)


def test_a_sum_of_one_row_keeps_its_reach(desk):
    desk.file("x.csv", HEADER + "2026-01-01,a,,5,4,1\n")
    assert desk.records(ADS + "    duplicates: sum\n")[0]["reach"] == 4


def test_skipped_rows_are_counted_by_reason_for_the_file_and_for_an_entity(desk):
    desk.file("x.csv", HEADER + "Total,,,9,9,9\n2026-01-01,a,,1,1,1\n2026-01-02,b,,0,0,0\n,,,,,\n")
    text = 'skip: [{when: "{ad} is null", reason: totals row}]\n' + ADS + '    skip: [{when: "number({shown}) = 0", reason: never shown}]\n'
    counts = _balanced(desk.counts(text))
    assert counts.skipped == {"never shown": 1, "no value in any mapped column": 1, "totals row": 1}


def test_a_mappings_own_reasons_reject_rows(desk):
    desk.file("x.csv", HEADER + "2026-01-01,a,,1,1,1\n2026-01-01,b,,1,1,1\n")
    counts = desk.counts(ADS + "    reject: [{when: \"{ad} = 'b'\", reason: b is not ours}]\n")
    assert (counts.records, counts.reasons) == (1, {"b is not ours": 1})


LINES = """max_rejected: 1
file: {path: x.csv}
entities:
  - entity: order
    fields: {order_id: id, ordered_at: day, customer_id: who, quantity: n, revenue: paid, coupon: code, status: state}
    group: {ordered_at: %s, quantity: sum, revenue: sum, coupon: first, status: last}
"""
LINES_FILE = (
    "id,day,who,n,paid,code,state\n1,2026-01-02,x,1,1.10,,new\n1,2026-01-01,x,2,2.20,A,sent\n1,2026-01-03,,,,B,\n2,2026-01-01,y,1,5,,new\n"
)


def test_lines_come_together_field_by_field(desk):
    desk.file("x.csv", LINES_FILE)
    first, second = desk.records(LINES % "min")
    assert (str(first["ordered_at"]), first["customer_id"], first["quantity"], first["revenue"]) == (
        "2026-01-01 00:00:00",
        "x",
        3,
        Decimal("3.3"),
    )
    assert (first["coupon"], first["status"], second["revenue"]) == ("A", "sent", Decimal(5))
    assert str(desk.records(LINES % "max")[0]["ordered_at"]) == "2026-01-03 00:00:00"
    assert _balanced(desk.counts(LINES % "min")).merged == 2


GROUPED = """max_rejected: 1
file: {path: x.csv}
currency: {column: currency}
entities:
  - entity: order
    fields: {order_id: id, ordered_at: at, revenue: {sql: "number({n}) * number({price})"}, customer_id: who}
    group: {revenue: sum}
"""


def test_what_an_order_needs_may_stand_on_any_of_its_lines_but_has_to_stand_on_one(desk):
    desk.file("x.csv", "id,at,n,price,who,currency\na,2026-01-01,2,3,k,EUR\na,,1,4,,\nb,,1,5,,EUR\nc,2026-01-01,1,6,,\n")
    head = "version: 1\nsource: s\nplatform: facebook\naccount: a\n"
    with read(desk.mapping(GROUPED, head), variables={}) as imported:
        counts = _balanced(imported.entities[0].counts)
        [order] = [row for page in imported.entities[0].pages() for row in page.to_pylist()]
    assert (order["order_id"], order["revenue"], order["customer_id"], order["currency"]) == ("a", Decimal(10), "k", "EUR")
    assert counts.reasons == {"ordered_at is missing": 1, "revenue is an amount without a currency": 1}


def test_lines_that_contradict_each_other_reject_their_order(desk):
    desk.file("x.csv", LINES_FILE.replace("1,2026-01-01,x", "1,2026-01-01,z"))
    counts = _balanced(desk.counts(LINES % "min"))
    assert (counts.records, counts.reasons) == (1, {"customer_id differs within one order_id": 3})


def test_a_wrong_line_takes_its_whole_order_along(desk):
    desk.file("x.csv", LINES_FILE.replace("2.20", "two"))
    counts = _balanced(desk.counts(LINES % "min"))
    assert (counts.records, counts.reasons) == (1, {"another row of the same order_id is rejected": 2, "revenue is not a number": 1})


def test_lines_are_counted_by_count(desk):
    desk.file("x.csv", LINES_FILE)
    assert desk.records((LINES % "min").replace("quantity: sum", "quantity: count"))[0]["quantity"] == 2


def test_too_many_rejected_rows_fail_the_import_with_the_first_of_them(desk):
    desk.file("x.csv", HEADER + "2026-01-01,a,,1,1,1\n2026-01-01,b,,1k,1,1\n")
    with pytest.raises(
        InputError, match=r"x\.csv: 1 of 2 rows were rejected for ad_day, most often: impressions is not a whole number"
    ) as raised:
        desk.read(ADS.replace("max_rejected: 1\n", ""))
    assert "first in row 3: '1k')" in str(raised.value) and "raise max_rejected (now 0.05)" in str(raised.value)


def test_a_complete_file_is_a_snapshot_unless_rows_are_rejected(desk):
    complete = ADS.replace("    fields", "    complete: true\n    fields")
    desk.file("x.csv", HEADER + "2026-01-01,a,,1,1,1\n")
    with desk.read(complete) as imported:
        assert (imported.declared[0].kind, imported.notes) == ("snapshot", ())
    with desk.read(ADS) as imported:
        assert imported.declared[0].kind == "changes"
    desk.file("x.csv", HEADER + "2026-01-01,a,,1,1,1\n2026-01-01,b,,x,1,1\n")
    with desk.read(complete) as imported:
        assert imported.declared[0].kind == "changes"
        assert imported.notes == ("ad_day: rows were rejected, so rows missing from this file are not marked as deleted",)


def test_a_complete_file_of_which_nothing_is_left_is_refused(desk):
    desk.file("x.csv", HEADER + "2026-01-01,a,,1,1,1\n")
    with pytest.raises(InputError, match="ad_day is complete, and none of 1"):
        desk.read(ADS.replace("    fields", "    complete: true\n    skip: [{when: 'true', reason: all}]\n    fields"))


def test_one_file_fills_one_entity_twice(desk):
    desk.file("x.csv", "day,facebook,instagram\n2026-01-01,10,20\n")
    part = "  - entity: account_day\n    fields: {date_day: day, account_id: {constant: %s}, platform: {constant: %s}, followers: %s}\n"
    text = "file: {path: x.csv}\nentities:\n" + "".join(part % (name, name, name) for name in ("facebook", "instagram"))
    with desk.read(text) as imported:
        pages = [(name, page.to_pylist()) for name, page in imported.pages() if page.num_rows]
        assert [(name, rows[0]["platform"], rows[0]["followers"]) for name, rows in pages] == [
            ("account_day", "facebook", 10), ("account_day", "instagram", 20),
        ]  # fmt: skip
        assert [entity.name for entity in imported.declared] == ["account_day"]


def test_accounts_platforms_and_currencies_may_be_columns(desk):
    desk.file("x.csv", "day,ad,Konto,Netz,cur,spend\n2026-01-01,a,1,FB,eur,1\n2026-01-01,b,2,IG,,1\n2026-01-01,c,3,XX,EUR,1\n")
    text = (
        "version: 1\nsource: s\naccount: {column: Konto}\nplatform: {column: Netz, values: {FB: facebook, IG: instagram}}\n"
        "currency: {column: cur}\nmax_rejected: 1\nfile: {path: x.csv}\n"
        "entities:\n  - entity: ad_day\n    fields: {date_day: day, ad_id: ad, spend: spend}\n"
    )
    from multiball.importing.run import read

    path = desk.file("m.yml", text)
    with read(path, variables={}) as imported:
        (row,) = next(imported.entities[0].pages()).to_pylist()
        assert (row["account_id"], row["platform"], row["currency"]) == ("1", "facebook", "EUR")
        assert imported.account == "s"
        assert imported.entities[0].counts.reasons == {"platform is not among its values": 1, "spend is an amount without a currency": 1}


def test_time_zones_may_be_a_column(desk):
    desk.file("x.csv", "id,at,zone\n1,2026-07-01 12:00,Europe/Berlin\n2,2026-07-01 12:00,America/New_York\n3,2026-07-01 12:00,Nowhere\n")
    fields = "entities:\n  - entity: order\n    fields: {order_id: id, ordered_at: at}\n"
    text = "max_rejected: 1\ntime_zone: {column: zone}\nfile: {path: x.csv}\n" + fields
    assert [row["ordered_at"].hour for row in desk.records(text)] == [10, 16]
    assert desk.counts(text).reasons == {"ordered_at is not a time": 1}


def test_texts_that_mean_empty_are_those_of_the_mapping(desk):
    desk.file("x.csv", "id,origin\n1,NULL\n2,unknown\n3,\n")
    text = "file: {path: x.csv}\nentities:\n  - entity: lead\n    fields: {lead_id: id, origin: origin}\n"
    assert [row["origin"] for row in desk.records(text)] == ["NULL", "unknown", None]
    assert [row["origin"] for row in desk.records('formats: {nulls: ["", "NULL"]}\n' + text)] == [None, "unknown", None]
    assert [row["origin"] for row in desk.records(text.replace("origin: origin", "origin: {column: origin, default: none}"))][2] == "none"


def test_an_import_says_which_days_it_is_about(desk):
    import datetime

    desk.file("x.csv", HEADER + "2026-01-05,a,,1,1,1\n2026-01-02,b,,1,1,1\n")
    with desk.read(ADS) as imported:
        window = imported.window(datetime.date(2026, 6, 1))
    assert (str(window.start), str(window.end)) == ("2026-01-02", "2026-01-05")


def test_the_summary_is_plain_data(desk):
    import json

    desk.file("x.csv", HEADER + "2026-01-05,a,,1,1,1\n")
    with desk.read(ADS) as imported:
        summary = json.loads(json.dumps(imported.summary()))
        assert summary["entities"] == [dataclasses.asdict(imported.entities[0].counts)]
        assert summary["files"] == ["x.csv"]
