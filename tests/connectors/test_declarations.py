"""What is wrong in a declaration, by file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from connectors.sessions import HEAD, ORDERS, written

from multiball.shapes import InputError


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("type: bearer", "type: bearr", "auth.type is 'bearr'. Did you mean 'bearer'"),
        ("key: [order_id]", "key: [order]", "'order' is not a field of the table. Did you mean 'order_id'"),
        ("[id, string, Order.]", "[id, text, Order.]", "'text' is not a type"),
        ("[id, string, Order.]", "['id[x]', string, Order.]", "'id[x]' is not a path into JSON. Write members joined by dots"),
        ("[id, string, Order.]", "['@row.id', string, Order.]", "begins with @row"),
        ("[id, string, Order.]", "[id, string, Order., needed]", "'needed' is not a flag"),
        ("      order_id: [id", "      order_id: [no, string, Other.]\n      order_id: [id", "found duplicate key"),
        ("/accounts/{account}/orders", "https://evil.test/orders", "tables.orders.path is wrong"),
        ("/accounts/{account}/orders", "/accounts/{acount}/orders", "'acount' is not a place .* Did you mean 'account'"),
        ("/accounts/{account}/orders", "/accounts/{parent.id}/orders", "without a parent"),
        ("/accounts/{account}/orders", "/accounts/{option.x}/orders", "'x' is not an option"),
        ("/accounts/{account}/orders", "/accounts/{account/orders", "expected '}'"),
        ("kind: changes", "kind: daily", "names None as its day"),
        ("    path: /accounts/{account}/orders\n", "", "the table orders has no source of rows"),
        ("kind: changes", "kind: changes\n    paginator: {type: courser}", "paginator.type is 'courser'. Did you mean 'cursor'"),
        ("kind: changes", "kind: changes\n    paginator: {type: cursor, cursor_path: x}", "cursor needs cursor_param"),
        ("kind: changes", "kind: changes\n    paginator: {type: link, next_url_path: x, page_param: y}", "link has no key page_param"),
        ("kind: changes", "kind: changes\n    parent: shops", "'shops' is not a table"),
        ("kind: changes", "kind: changes\n    parent: orders", "is nested within itself"),
        ("token: access_token", "username: x", "bearer needs token"),
        ("title: Shop", "titel: Shop", "the key 'titel' is unknown"),
        ("restatement_days: 3", "restatement_days: many", "restatement_days is 'many'. Give a whole number"),
    ],
)
def test_what_is_wrong_in_a_declaration_is_one_line_with_its_place(tmp_path: Path, wrong: str, right: str, words: str) -> None:
    text = f"{HEAD}\nselect: data\n{ORDERS}"
    assert wrong in text
    with pytest.raises(InputError, match=rf"shop/connector\.yml, line \d+: .*{re_escape(words)}") as fault:
        written(tmp_path, text.replace(wrong, right, 1))
    assert "\n" not in str(fault.value)


def re_escape(words: str) -> str:
    """The words as a pattern in which `.*` stands for anything."""
    return ".*".join(re.escape(part) for part in words.split(" .* "))
