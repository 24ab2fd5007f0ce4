"""The mappings in examples/ on the real files: totals against sums that the csv module makes of the same files."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from multiball.importing.run import read

MAPPINGS = Path(__file__).parents[2] / "examples" / "mappings"
pytestmark = pytest.mark.usefixtures("shared_data")


def _records(name, folder):
    with read(MAPPINGS / name, variables={"MULTIBALL_IMPORTS": str(folder)}) as imported:
        parts = {part.entity.name: [row for page in part.pages() for row in page.to_pylist()] for part in imported.entities}
        counts = {part.entity.name: part.counts for part in imported.entities}
    return parts, counts


def test_the_pages_posts_keep_every_number(shared_data):
    folder = shared_data / "facebook_page_posts"
    with (folder / "dataset_Facebook.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    parts, counts = _records("facebook_page_posts.yml", folder)
    columns = {
        "likes": "like", "comments": "comment", "shares": "share", "engagements": "Total Interactions",
        "reach": "Lifetime Post Total Reach",
        "impressions": "Lifetime Post Total Impressions", "engaged_users": "Lifetime Engaged Users", "clicks": "Lifetime Post Consumptions",
    }  # fmt: skip
    for field, column in columns.items():
        assert sum(row[field] or 0 for row in parts["content_total"]) == sum(int(row[column] or 0) for row in rows), field
        assert sum(row[field] is None for row in parts["content_total"]) == sum(row[column] == "" for row in rows), field
    above = sum(int(row["Lifetime Post Total Reach"]) > int(row["Lifetime Post Total Impressions"]) for row in rows)
    assert above > 0 and counts["content_total"].warnings["reach above impressions"] == above
    assert Counter(row["published_month"].month for row in parts["content"]) == Counter(int(row["Post Month"]) for row in rows)
    assert Counter(row["is_paid"] for row in parts["content"]) == Counter({"1": True, "0": False}.get(row["Paid"]) for row in rows)
    assert Counter(row["published_weekday"] for row in parts["content"]) == Counter((int(row["Post Weekday"]) + 5) % 7 + 1 for row in rows)
    assert len({row["content_id"] for row in parts["content"]} & {row["content_id"] for row in parts["content_total"]}) == len(rows)


def test_the_purchases_keep_every_unit_and_cent(shared_data):
    folder = shared_data / "cdnow"
    lines = [line.split() for line in (folder / "CDNOW_sample.txt").read_text().splitlines() if line.strip()]
    orders = _records("cdnow_orders.yml", folder)[0]["order"]
    assert len(orders) == len(lines) == len({row["order_id"] for row in orders})
    assert sum(row["revenue"] for row in orders) == sum(Decimal(line[4]) for line in lines)
    assert sum(row["quantity"] for row in orders) == sum(int(line[3]) for line in lines)
    assert {row["customer_id"] for row in orders} == {line[0] for line in lines}
    twice = Counter((line[0], line[2]) for line in lines)
    assert max(twice.values()) > 1 and sum(row["order_id"].endswith("-2") for row in orders) == sum(number > 1 for number in twice.values())


def test_the_marketplaces_leads_keep_their_origins_and_empty_is_not_unknown(shared_data):
    folder = shared_data / "olist"
    with (folder / "olist_marketing_qualified_leads_dataset.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    leads = _records("olist_leads.yml", folder)[0]["lead"]
    assert Counter(row["origin"] for row in leads) == Counter(row["origin"] or None for row in rows)
    assert {row["channel"] for row in leads if row["origin"] is None} == {None}
    assert {row["channel"] for row in leads if row["origin"] == "unknown"} == {"Unassigned"}
    assert all(row["qualified_at"] for row in leads)


def test_the_marketplaces_deals_keep_their_leads_and_segments(shared_data):
    folder = shared_data / "olist"
    with (folder / "olist_closed_deals_dataset.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    deals = _records("olist_deals.yml", folder)[0]["deal"]
    assert {(row["lead_id"], row["segment"]) for row in deals} == {(row["mql_id"], row["business_segment"] or None) for row in rows}
    assert len(deals) == len(rows) and {row["status"] for row in deals} == {"won"}
    leads = {row["lead_id"]: row["created_at"] for row in _records("olist_leads.yml", folder)[0]["lead"]}
    assert any(row["closed_at"] < leads[row["lead_id"]] for row in deals)


def test_reading_a_file_twice_gives_the_same_records(shared_data):
    folder = shared_data / "cdnow"
    first, second = (sorted(map(str, _records("cdnow_orders.yml", folder)[0]["order"])) for _ in range(2))
    assert first == second
