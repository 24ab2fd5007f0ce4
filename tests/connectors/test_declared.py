"""Each word of a declaration, against a server on loopback; and what is wrong in one, by file and line."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from connectors.local_server import Handler, Reply, Request, counting, serve
from connectors.sessions import HEAD, ORDERS, written

from multiball.connectors._declared import declared
from multiball.connectors._declared.session import opened
from multiball.shapes import AccessRefused, InputError, Source, SourceError, Window

WINDOW = Window(date(2026, 3, 1), date(2026, 3, 2))


def loaded(folder: Path, text: str, handler: Handler, window: Window = WINDOW, **options: Any) -> dict[str, list[dict[str, Any]]]:
    """All records that a declaration brings from a server, by table."""
    records: dict[str, list[dict[str, Any]]] = {}
    with serve(handler) as base, opened(written(folder, text), None, source(base, **options), "7") as api:
        for name, page in api.extract(window):
            records.setdefault(name, []).extend(page)
    return records


def source(base: str, **options: Any) -> Source:
    credentials = {"access_token": "s3cret", "user": "ann", "word": "hush"}
    options = {"max_wait_seconds": 0.01, "max_attempts": 3, **options}
    return Source("shop", "shop", base, ("7",), credentials, date(2026, 1, 1), "me@example.com", options=options)


def numbered(first: int, last: int) -> list[dict[str, int]]:
    return [{"id": number} for number in range(first, last)]


def by_cursor(request: Request) -> Reply:
    start = int(request.query.get("after", 0))
    return Reply.of({"data": {"rows": numbered(start, min(start + 3, 7))}, "next": start + 3 if start + 3 < 7 else None})


def by_offset(request: Request) -> Reply:
    start, limit = int(request.query["offset"]), int(request.query["limit"])
    return Reply.of({"data": {"rows": numbered(start, min(start + limit, 7))}, "total": 7})


def by_page(request: Request) -> Reply:
    start, size = (int(request.query["page"]) - 1) * 3, int(request.query["size"])
    return Reply.of({"data": {"rows": numbered(start, min(start + size, 7))}})


def by_link(request: Request) -> Reply:
    start = int(request.query.get("after", 0))
    link = f"https://elsewhere.test/orders?after={start + 3}&access_token=s3cret" if start + 3 < 7 else ""
    return Reply.of({"data": {"rows": numbered(start, min(start + 3, 7))}, "next": link})


@pytest.mark.parametrize(
    ("paginator", "handler"),
    [
        ("{type: cursor, cursor_path: next, cursor_param: after}", by_cursor),
        ("{type: cursor, cursor_path: next, cursor_param: after, limit_param: size, limit: 3, full_pages: true}", by_cursor),
        ("{type: offset, offset_param: offset, limit_param: limit, limit: 3}", by_offset),
        ("{type: offset, offset_param: offset, limit_param: limit, limit: 3, total_path: total}", by_offset),
        ("{type: page_number, page_param: page, limit_param: size, limit: 3}", by_page),
        ("{type: link, next_url_path: next}", by_link),
    ],
)
def test_every_way_of_paging_brings_every_row_once_and_sends_no_token_in_an_address(
    tmp_path: Path, paginator: str, handler: Handler
) -> None:
    seen: list[Request] = []
    text = f"{HEAD}\nselect: data.rows\npaginator: {paginator}\n{ORDERS}"
    assert [row["order_id"] for row in loaded(tmp_path, text, counting(handler, seen))["orders"]] == list(range(7))
    assert len(seen) == 3 and all("s3cret" not in request.target for request in seen)


BY_CURSOR = f"{HEAD}\nselect: data\npaginator: {{type: cursor, cursor_path: next, cursor_param: cursor}}\n{ORDERS}"


@pytest.mark.parametrize("cursors", ["AA", "ABAB", "ABCB"])
def test_a_cursor_that_comes_again_ends_the_listing_with_one_message(tmp_path: Path, cursors: str) -> None:
    seen: list[Request] = []

    def handler(_: Request) -> Reply:
        return Reply.of({"data": numbered(len(seen), len(seen) + 1), "next": cursors[(len(seen) - 1) % len(cursors)]})

    with pytest.raises(SourceError, match="the listing /accounts/7/orders returns to a page that was already read"):
        loaded(tmp_path, BY_CURSOR, counting(handler, seen))
    assert len(seen) <= 4


@pytest.mark.parametrize("rows", [[], [{"id": 1}]])
def test_pages_that_bring_nothing_new_for_ever_end_with_a_message(tmp_path: Path, rows: list[object]) -> None:
    seen: list[Request] = []
    handler = counting(lambda _: Reply.of({"data": rows, "next": len(seen)}), seen)
    with pytest.raises(SourceError, match="100 pages in a row without a new row"):
        loaded(tmp_path, BY_CURSOR, handler)
    assert len(seen) <= 101


def test_some_empty_pages_between_others_are_read_through(tmp_path: Path) -> None:
    pages = [[1], *[[]] * 60, [2], *[[]] * 60, [3]]
    seen: list[Request] = []

    def handler(_: Request) -> Reply:
        rows = [{"id": number} for number in pages[len(seen) - 1]]
        return Reply.of({"data": rows, "next": len(seen) if len(seen) < len(pages) else None})

    assert [row["order_id"] for row in loaded(tmp_path, BY_CURSOR, counting(handler, seen))["orders"]] == [1, 2, 3]


def test_half_a_page_by_the_platforms_own_total_is_asked_for_again(tmp_path: Path) -> None:
    seen: list[Request] = []

    def handler(request: Request) -> Reply:
        return Reply.of({"data": [], "total": 2}) if len(seen) == 2 else Reply.of({"data": numbered(0, 2), "total": 2})

    text = f"{HEAD}\nselect: data\npaginator: {{type: offset, offset_param: o, limit_param: l, limit: 2, total_path: total}}\n{ORDERS}"
    assert len(loaded(tmp_path, text, counting(handler, seen))["orders"]) == 2


def test_a_page_that_is_too_large_is_asked_for_in_halves(tmp_path: Path) -> None:
    seen: list[Request] = []

    def handler(request: Request) -> Reply:
        if int(request.query["limit"]) > 2:
            return Reply.of({"code": 50, "message": "too many rows"})
        return by_offset(request)

    rules = "errors: [{when: {code: 50}, then: less}]"
    text = f"{HEAD}\nselect: data.rows\n{rules}\npaginator: {{type: offset, offset_param: offset, limit_param: limit, limit: 8}}\n{ORDERS}"
    rows = loaded(tmp_path, text, counting(handler, seen))["orders"]
    assert [row["order_id"] for row in rows] == list(range(7))
    assert [request.query["limit"] for request in seen[:4]] == ["8", "4", "2", "8"]


@pytest.mark.parametrize("status", [200, 400, 429])
@pytest.mark.parametrize(
    ("then", "error", "words"),
    [
        ("again, wait: 0.01", SourceError, "gave up on .* after 3 attempts"),
        ("token", AccessRefused, "expired or wrong"),
        ("permission", AccessRefused, "may not read"),
        ("refused, remedy: Ask for less", SourceError, "nothing for you.*Ask for less"),
    ],
)
def test_an_error_rule_reads_the_body_whatever_the_status(
    tmp_path: Path, status: int, then: str, error: type[Exception], words: str
) -> None:
    seen: list[Request] = []
    text = f"{HEAD}\nselect: data\nerrors: [{{when: {{code: [40100, 50000]}}, message: message, then: {then}}}]\n{ORDERS}"
    reply = Reply.of({"code": 40100, "message": "nothing for you", "data": None}, status)
    with pytest.raises(error, match=words):
        loaded(tmp_path, text, counting(lambda _: reply, seen))
    assert len(seen) == (3 if then.startswith("again") else 1)


def test_an_error_that_means_no_rows_brings_none(tmp_path: Path) -> None:
    text = f"{HEAD}\nselect: data\nerrors: [{{when: {{status: 404, contains: No results}}, then: empty}}]\n{ORDERS}"
    assert loaded(tmp_path, text, lambda _: Reply(404, b"<b>No results found.</b>")) == {}
    with pytest.raises(SourceError, match="HTTP 404"):
        loaded(tmp_path, text, lambda _: Reply(404, b"<b>Wrong address.</b>"))


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ("{type: bearer, token: access_token}", ("authorization", "Bearer s3cret")),
        ("{type: api_key, api_key: access_token, name: X-Shop-Key}", ("x-shop-key", "s3cret")),
        ("{type: http_basic, username: user, password: word}", ("authorization", f"Basic {base64.b64encode(b'ann:hush').decode()}")),
    ],
)
def test_a_credential_travels_in_a_header_to_the_configured_host_alone(tmp_path: Path, auth: str, header: tuple[str, str]) -> None:
    elsewhere: list[Request] = []
    seen: list[Request] = []
    text = f"{HEAD.replace('{type: bearer, token: access_token}', auth)}\nselect: data\n{ORDERS}"
    loaded(tmp_path, text, counting(lambda _: Reply.of({"data": []}), seen))
    assert [request.headers.get(header[0]) for request in seen] == [header[1]]
    with serve(counting(lambda _: Reply.of({"data": []}), elsewhere)) as other, pytest.raises(SourceError, match="HTTP 302"):
        loaded(tmp_path, text, lambda _: Reply(302, b"", {"location": f"{other}/orders"}))
    assert elsewhere == []


def test_places_are_filled_with_the_window_the_account_and_options(tmp_path: Path) -> None:
    seen: list[Request] = []
    text = (
        HEAD
        + """
select: data
prefix: /v2
options: {regions: {default: [], schema: {type: array}, right: "Give a list."}}
tables:
  days:
    grain: One row per day.
    kind: daily
    key: [day]
    day: day
    max_days: 1
    path: /a/{account}/{option.regions:+}
    params: {from: "{start}", to: "{day_after_end:%Y%m%d}", ms: "{end:ms}", fields: "{fields:nested}"}
    fields:
      day: [day, date, Day.]
      clicks: [metrics.clicks, bigint, Clicks.]
      views: [metrics.views, bigint, Views.]
"""
    )
    handler = counting(lambda _: Reply.of({"data": [{"day": "2026-03-01", "metrics": {"clicks": 5}}]}), seen)
    days = loaded(tmp_path, text, handler, regions=["eu", "us"])["days"]
    assert days == [{"day": "2026-03-01", "clicks": 5, "views": None}] * 2
    assert [request.path for request in seen] == ["/v2/a/7/eu+us"] * 2
    assert [dict(request.query) for request in seen] == [
        {"from": "2026-03-01", "to": "20260302", "ms": "1772323200000", "fields": "day,metrics{clicks,views}"},
        {"from": "2026-03-02", "to": "20260303", "ms": "1772409600000", "fields": "day,metrics{clicks,views}"},
    ]
    with pytest.raises(InputError, match=r"sources\.shop\.options\.regions: is 'eu'\. Give a list\."):
        loaded(tmp_path, text, handler, regions="eu")


NESTED = (
    HEAD
    + """
select: data
tables:
  pages:
    grain: One row per page.
    kind: snapshot
    key: [page_id]
    path: /pages
    fields:
      page_id: [id, string, Page.]
      owner: [owner.name | creator, string, Owner.]
  posts:
    grain: One row per post.
    kind: snapshot
    key: [post_id]
    parent: pages
    path: /pages/{parent.page_id}/posts
    fields:
      post_id: [id, string, Post.]
      page_id: ["@parent.page_id", string, Page.]
      account_id: ["@account", string, Account.]
      open: [open, boolean, Whether it takes comments.]
      published_on: [published, date, UTC day.]
  tags:
    grain: One row per tag of a post.
    kind: snapshot
    key: [post_id, place]
    within: posts
    select: tags
    fields:
      post_id: ["@parent.id", string, Post.]
      place: ["@number", bigint, Place.]
      tag: [text, string, Tag.]
"""
)


def pages(request: Request) -> Reply:
    if request.path == "/pages":
        return Reply.of({"data": [{"id": "a", "owner": {"name": "Ann"}, "colour": "red"}, {"id": "b", "creator": "Bob"}]})
    post = {"id": request.path[7], "open": "false", "published": "2026-03-01T23:30:00-02:00", "tags": [{"text": "x"}, {"text": "y"}]}
    return Reply.of({"data": [post]})


def test_parents_lead_to_requests_and_nested_lists_to_tables(tmp_path: Path) -> None:
    records = loaded(tmp_path, NESTED, pages)
    assert records["pages"] == [{"page_id": "a", "owner": "Ann", "colour": "red"}, {"page_id": "b", "owner": "Bob"}]
    assert records["posts"][1] == {
        "post_id": "b",
        "page_id": "b",
        "account_id": "7",
        "open": False,
        "published_on": date(2026, 3, 2),
    }
    assert records["tags"] == [{"post_id": post, "place": n, "tag": t} for post in "ab" for n, t in ((1, "x"), (2, "y"))]
    assert loaded(tmp_path, NESTED, pages, replace(WINDOW, current=False)) == {}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"id": "a", "owner": "Ann"}, "pages, row 1, is not as documented: .*owner"),
        ("a", "pages, row 1, is not as documented: the row is a text"),
    ],
)
def test_a_row_of_another_shape_is_named_and_never_read_as_empty(tmp_path: Path, row: Any, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        loaded(tmp_path, NESTED, lambda _: Reply.of({"data": [row]}))


def test_the_check_shows_what_the_declaration_says(tmp_path: Path) -> None:
    file = tmp_path / "shop/connector.yml"
    written(tmp_path, f"{HEAD}\nselect: data\n{ORDERS}")
    with serve(lambda request: Reply.of({"name": "Halm"} if request.path == "/accounts/7" else {})) as base:
        assert declared(file, "nowhere").check(source(base), "7") == "7 (Halm)"
