"""An import of a file that was cut off between two rows of an order, after the whole file or before it."""

import csv

from multiball.flows.imports import land_import, reading, shortened
from multiball.settings import Workspace

MAPPING = """version: 1
source: shop
account: "1"
currency: EUR
file: {path: x.csv}
entities:
  - entity: order
    fields: {order_id: id, ordered_at: day, revenue: paid, quantity: pieces}
    group: {revenue: sum, quantity: sum}
"""
LINES = [
    ("A1", "2026-01-01", "10.00", 1),
    ("A2", "2026-01-02", "1000000.50", 1),
    ("A2", "2026-01-02", "0.01", 3),
    ("A3", "2026-01-03", "5", 1),
]


def import_lines(workspace: Workspace, number: int, account: str = "1") -> list[str]:
    """Import the first lines of the file; what is to be noted of its last order."""
    mapping, file = workspace.home / "x.yml", workspace.home / "x.csv"
    mapping.write_text(MAPPING.replace('"1"', f'"{account}"'))
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([("id", "day", "paid", "pieces"), *LINES[:number]])
    with reading(workspace, mapping, None) as imported:
        notes = shortened(workspace, imported)
        land_import(workspace, imported)
    return notes


def test_the_last_order_of_a_file_that_had_more_before_is_noted(workspace: Workspace) -> None:
    assert import_lines(workspace, 4) == []
    assert import_lines(workspace, 2) == [
        "order: x.csv ends with order_id A2 (1 row); its revenue was 1,000,000.51 before and is 1,000,000.50 now: "
        "if the file was cut off there, import the whole one",
        "order: x.csv ends with order_id A2 (1 row); its quantity was 4 before and is 1 now: "
        "if the file was cut off there, import the whole one",
    ]
    assert import_lines(workspace, 3) == [], "the whole order once more"


def test_an_order_that_grows_or_of_another_account_is_not_noted(workspace: Workspace) -> None:
    assert import_lines(workspace, 2) == []
    assert import_lines(workspace, 3) == []
    assert import_lines(workspace, 2, account="2") == []
