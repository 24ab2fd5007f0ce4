"""Sessions by a declaration, for tests of hooks and of the words that declarations have."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

from multiball.connectors._declared.declaration import Declaration
from multiball.connectors._declared.reading import declaration
from multiball.connectors._declared.session import Session, opened
from multiball.settings import REPOSITORY
from multiball.shapes import Source

HEAD = """
title: Shop
platform: shop
documentation: https://example.com/api
schedule: "0 5 * * *"
restatement_days: 3
auth: {type: bearer, token: access_token}
check: {path: "/accounts/{account}", show: name}
"""
ORDERS = """
tables:
  orders:
    grain: One row per order.
    kind: changes
    key: [order_id]
    path: /accounts/{account}/orders
    fields:
      order_id: [id, string, Order.]
"""
CONNECTORS = REPOSITORY / "plugins/multiball/connectors"


def session_of(source: Source, limit: int) -> AbstractContextManager[Session]:
    """A session of the source's declared connector with its hooks, which asks for so many rows a page."""
    declared = declaration(CONNECTORS / source.connector / "connector.yml")
    listing = replace(declared.listing, paginator=replace(declared.listing.paginator, limit=limit))
    return opened(replace(declared, listing=listing), f"multiball.connectors.{source.connector}.hooks", source, source.accounts[0])


def written(folder: Path, text: str) -> Declaration:
    """What the text of a `connector.yml` declares."""
    file = folder / "shop" / "connector.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text), encoding="utf-8")
    return declaration(file)
