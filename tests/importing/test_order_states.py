"""The states of imported orders: what is warned of, by the same words and rules as the warehouse has."""

import csv

import pytest

from multiball.importing.order_states import SEED, known_states, state_key
from multiball.settings import ORDER_MEANINGS

ORDERS = """file: {path: x.csv}
entities:
  - entity: order
    fields: {order_id: id, ordered_at: day, revenue: net, refunded: back, status: STATUS}
"""
HEADER = "id,day,net,back,state\n"


def warnings(desk, lines, status="state"):
    desk.file("x.csv", HEADER + "".join(f"{number},2026-01-01,10,{line}\n" for number, line in enumerate(lines)))
    return desk.counts(ORDERS.replace("STATUS", status)).warnings


def test_a_state_on_no_list_is_warned_of_with_its_name_and_number(desk):
    found = warnings(desk, [",Closed", ",Closed", ",completed", ",STORNIERT", ",已取消", ",", ",Wc-On-Hold"])
    assert found == {
        "the state 'Closed' is unknown and does not count as a sale": 2,
        "the state is missing, though other orders have one, and does not count as a sale": 1,
    }


def test_states_of_the_mapping_go_before_the_list(desk):
    status = "{column: state, values: {Closed: refunded, completed: pending}, otherwise: keep}"
    assert warnings(desk, [",Closed", ",completed", ",paid"], status) == {}


def test_a_file_without_states_is_not_warned_of(desk):
    assert warnings(desk, [",", ","]) == {}


def test_many_unknown_states_are_reported_as_a_number(desk):
    found = warnings(desk, [f",note {number}" for number in range(15)])
    assert len(found) == 11 and found["5 further unknown states, which do not count as sales"] == 5


def test_more_refunded_than_sold_is_warned_of(desk):
    assert warnings(desk, ["10,paid", "10.01,paid", "-12,paid"]) == {"refunded above revenue": 2}


@pytest.mark.parametrize("written", ["eur", " EUR ", "Eur\u00a0"])
def test_a_currency_is_read_however_it_is_written(desk, written):
    desk.file("x.csv", f"id,day,net,cur\n1,2026-01-01,10,{written}\n")
    fields = "{order_id: id, ordered_at: day, revenue: net, currency: cur}"
    [row] = desk.records(f"file: {{path: x.csv}}\nentities:\n  - entity: order\n    fields: {fields}\n")
    assert row["currency"] == "EUR"


def test_no_word_of_the_list_stands_twice_and_each_has_a_known_meaning():
    with SEED.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(known_states()) == len(rows) > 500
    assert {row["meaning"] for row in rows} == set(ORDER_MEANINGS)


@pytest.mark.parametrize(
    ("state", "meaning"),
    [
        ("pending", "pending"), ("checkout-draft", "pending"), ("authorized", "pending"), ("failed", "cancelled"),
        ("storniert", "cancelled"), ("已取消", "cancelled"),
        ("Partially Refunded", "partly_refunded"), ("PARTIALLY_REFUNDED", "partly_refunded"),
        ("Annulée", "cancelled"), ("annule\u0301", "cancelled"), ("Não pago", "pending"), ("Anulado", "cancelled"),
    ],
)  # fmt: skip
def test_words_mean_what_shops_mean_by_them(state, meaning):
    assert known_states()[state_key(state)] == meaning
