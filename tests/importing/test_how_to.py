"""The how-to is run: its files, mappings, results and tables."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from multiball.importing.run import read
from multiball.shapes import InputError
from tools.list_fields import with_list

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "import-a-file.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
RESULTS = [(name, text) for kind, name, text in BLOCKS if kind == "text"]
CELLS = re.findall(r"^\| `(.+?)` \| (\w+) \| `(.+?)` \| (.+?) \|$", PAGE, re.MULTILINE)
FIELD_OF = {"spend": "ad_day", "clicks": "ad_day", "date_day": "ad_day", "occurred_at": "page_event", "published_month": "content",
            "content_type": "content", "is_paid": "content", "customer_id": "order", "origin": "lead", "currency": "order"}  # fmt: skip
OTHERS = {"ad_day": {"ad_id": "a", "date_day": "2025-01-01"}, "page_event": {"event_id": "e", "event_name": "page_view"},
          "content": {"content_id": "c"}, "order": {"order_id": "o", "ordered_at": "2025-01-01"}, "lead": {"lead_id": "l"}}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    for kind, name, text in BLOCKS:
        if kind in ("csv", "yaml"):
            (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_page_shows_the_kinds_of_files():
    assert [name for name, _ in RESULTS] == ["ads.yml", "lines.yml", "shop.yml", "events.yml"]
    assert len(CELLS) > 20


@pytest.mark.parametrize(("name", "shown"), RESULTS, ids=[name for name, _ in RESULTS])
def test_a_worked_example_gives_what_the_page_shows(folder, name, shown):
    with read(folder / name, variables={}) as imported:
        assert imported.text() == shown.rstrip("\n")


def test_the_ad_export_becomes_the_numbers_in_it(folder):
    with read(folder / "ads.yml", variables={}) as imported:
        records = {(str(row["date_day"]), row["segment"]): row for page in imported.entities[0].pages() for row in page.to_pylist()}
    first = records["2026-05-01", "age=18-24"]
    assert (first["impressions"], first["reach"], float(first["spend"]), float(first["conversion_value"])) == (12345, 9876, 1234.56, 399.8)
    assert (first["ad_id"], first["account_id"], first["currency"]) == ("Frühling/Neukunden/Video A", "1029384756", "EUR")
    assert float(records["2026-05-02", "age=18-24"]["spend"]) == -12.5
    assert records["2026-05-01", "age=25-34"]["conversions"] is None


def test_order_lines_become_orders(folder):
    with read(folder / "lines.yml", variables={}) as imported:
        records = {row["order_id"]: row for page in imported.entities[0].pages() for row in page.to_pylist()}
    assert float(records["536365"]["revenue"]) == pytest.approx(6 * 2.55 + 6 * 3.39)
    assert (records["536365"]["quantity"], str(records["536365"]["ordered_at"])) == (12, "2010-12-01 08:26:00")
    assert (float(records["C536379"]["revenue"]), float(records["C536379"]["refunded"]), records["C536379"]["quantity"]) == (0, 2.55, -1)
    assert records["536366"]["customer_id"] is None and float(records["536366"]["revenue"]) == pytest.approx(3.7)
    assert set(records) == {"536365", "536366", "C536379", "C536380"}
    gross, refunds = (sum(row[name] for row in records.values()) for name in ("revenue", "refunded"))
    assert (gross, refunds) == (Decimal("39.34"), Decimal("8.10"))


def test_an_order_whose_fields_stand_on_its_first_line_is_whole(folder):
    with read(folder / "shop.yml", variables={}) as imported:
        first, second = sorted((row for page in imported.entities[0].pages() for row in page.to_pylist()), key=lambda row: row["order_id"])
    assert (float(first["revenue"]), first["quantity"], first["currency"], first["email"]) == (42.5, 3, "EUR", "ada@example.com")
    assert (str(first["ordered_at"]), float(second["tax"])) == ("2026-10-05 12:22:11", 2.28)


def test_an_event_log_becomes_events_and_orders(folder):
    with read(folder / "events.yml", variables={}) as imported:
        events, orders = ([row for page in entity.pages() for row in page.to_pylist()] for entity in imported.entities)
    assert len({row["event_id"] for row in events}) == 5
    assert sorted(row["event_name"] for row in events) == ["add_to_cart", "purchase", "purchase", "view_item", "view_item"]
    assert [(row["order_id"], float(row["revenue"]), row["quantity"]) for row in orders] == [("72d76fde", 166.55, 2)]


@pytest.mark.parametrize(("cell", "field", "value", "becomes"), CELLS)
def test_a_cell_becomes_what_the_table_says(tmp_path, cell, field, value, becomes):
    entity = FIELD_OF[field]
    fields = {name: f"{{constant: '{text}'}}" for name, text in OTHERS[entity].items()} | {field: value}
    common = "" if field == "currency" else "currency: USD\n"
    lines = "\n".join(f"      {name}: {text}" for name, text in fields.items())
    (tmp_path / "cell.csv").write_text(f"y\tx\n-\t{cell}\n", encoding="utf-8")
    (tmp_path / "cell.yml").write_text(
        f"version: 1\nsource: cell\nplatform: facebook\naccount: a\n{common}time_zone: Europe/Berlin\nmax_rejected: 1\n"
        f'file: {{path: cell.csv, delimiter: "\\t"}}\nformats: {{decimal: ",", thousands: "."}}\n'
        f"entities:\n  - entity: {entity}\n    fields:\n{lines}\n",
        encoding="utf-8",
    )
    with read(tmp_path / "cell.yml", variables={}) as imported:
        part = imported.entities[0]
        records = [row for page in part.pages() for row in page.to_pylist()]
        if becomes.startswith("rejected: "):
            assert records == [] and becomes.removeprefix("rejected: ") in part.counts.reasons
        else:
            found = records[0][field]
            assert (f"{found:f}".rstrip("0").rstrip(".") if hasattr(found, "as_tuple") else str(found)) == becomes


def test_the_page_lists_every_field_as_its_contract_declares_it():
    assert with_list(PAGE) == PAGE, "run .venv/bin/python tools/list_fields.py"
    listed = PAGE.split("<!-- entities -->")[1]
    assert "| **email** " not in listed and "| email | string | E-mail address; only its keyed hash is stored. |" in listed


def test_every_key_of_the_schema_is_on_the_page():
    from multiball.importing.mapping_schema import schema

    keys = set(schema()["properties"]) | {
        key for part in ("file", "formats", "value", "entity") for key in schema()["$defs"][part]["properties"]
    }
    assert {key for key in keys if f"`{key}`" not in PAGE} == set()


def test_the_page_names_what_a_wrong_mapping_is_answered_with(folder):
    mapping = folder / "ads.yml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("skip_lines", "skip_line"), encoding="utf-8")
    with pytest.raises(InputError, match=r"ads\.yml, line 9: the key 'skip_line' is unknown in file\. Did you mean 'skip_lines'\?"):
        read(mapping, variables={})
