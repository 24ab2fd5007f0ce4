"""Posts of a page as Graph nodes, and the feed that pages through them by time.

Source: recorded Graph replies and developers.facebook.com/docs/graph-api/reference/page/published_posts.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request

from sandbox.platforms.graph import graph_time, invalid_parameter, page_size, page_url
from sandbox.platforms.graph_fields import FieldSpec, select
from sandbox.platforms.meta_catalog import derived_id

Node = dict[str, Any]

LARGEST_PAGE = 100
REACTIONS = ("like", "love", "wow", "haha", "sorry", "anger")
PACIFIC = ZoneInfo("America/Los_Angeles")


def read_moment(name: str, text: str) -> datetime:
    """A `since` or `until`: Unix seconds, a day (its midnight in Pacific time) or an ISO moment; error 100 for anything else."""
    if text.isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid_parameter(f"param {name} must be a valid timestamp.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=PACIFIC)).astimezone(UTC)


def post_node(post: Mapping[str, Any], engagements: Sequence[Mapping[str, Any]], fields: Mapping[str, FieldSpec], page_name: str) -> Node:
    """The requested fields of a post.

    `message` and `shares` are missing where there is none; a post without fields shows id, time and text.
    """
    comments = [each for each in engagements if each["kind"] == "comment"]
    shares = sum(each["kind"] == "share" for each in engagements)
    reactions = [each for each in engagements if each["kind"] in REACTIONS]
    created = post["created_at"].replace(tzinfo=UTC)
    updated = max([created, *(each["happened_at"].replace(tzinfo=UTC) for each in comments)])
    edges: dict[str, tuple[list[Mapping[str, Any]], Callable[[Mapping[str, Any]], Node]]] = {
        "reactions": (reactions, lambda each: {"id": derived_id("person", str(each["person_id"])), "type": each["kind"].upper()}),
        "likes": (
            [each for each in reactions if each["kind"] == "like"],
            lambda each: {"id": derived_id("person", str(each["person_id"]))},
        ),
        "comments": (comments, _comment),
    }
    node: Node = {
        "id": post["post_id"],
        "message": post["message"],
        "created_time": graph_time(created),
        "updated_time": graph_time(updated),
        "permalink_url": post["permalink_url"],
        "status_type": post["status_type"],
        "is_published": True,
        "from": {"id": post["page_id"], "name": page_name},
        "shares": {"count": shares} if shares else None,
        "attachments": _attachments(post, fields.get("attachments", FieldSpec())),
    } | {name: _edge(*edges[name], fields.get(name, FieldSpec())) for name in edges}
    requested = {name: FieldSpec() if name in (*edges, "attachments") else spec for name, spec in fields.items()}
    return select(node, requested, "Post", ("id", "created_time", "message"))


def _comment(each: Mapping[str, Any]) -> Node:
    moment = graph_time(each["happened_at"].replace(tzinfo=UTC))
    return {"id": derived_id("comment", each["engagement_id"]), "message": each["message"], "created_time": moment}


def _attachments(post: Mapping[str, Any], spec: FieldSpec) -> Node | None:
    if post["media_type"] is None:
        return None
    address = post["link_url"] or post["permalink_url"]
    attachment = {"media_type": post["media_type"], "type": post["media_type"], "url": address, "title": None, "subattachments": None}
    if post["media_type"] == "album":
        attachment["subattachments"] = {"data": [{"media_type": "photo", "type": "photo", "url": address}] * 2}
    return {"data": [select(attachment, {name: FieldSpec() for name in spec.fields}, "StoryAttachment", ("media_type", "type", "url"))]}


def _edge(rows: Sequence[Mapping[str, Any]], build: Callable[[Mapping[str, Any]], Node], spec: FieldSpec) -> Node:
    """An edge inside a node: its rows up to `.limit()`, and its total where `.summary()` requests it."""
    size = spec.modifiers.get("limit", "25")
    if not size.isdigit():
        raise invalid_parameter("param limit must be a positive integer.")
    body: Node = {"data": [select(build(row), spec.fields, "Edge", tuple(build(row))) for row in rows[: int(size)]]}
    return body | {"summary": {"total_count": len(rows)}} if "summary" in spec.modifiers else body


def feed_page(
    request: Request,
    given: Mapping[str, str],
    posts: Sequence[Mapping[str, Any]],
    build: Callable[[Sequence[Mapping[str, Any]]], list[Node]],
) -> Node:
    """One page of a feed, newest first, between `since` and `until`. `next` carries `until` and `__paging_token`, `previous` `since`.

    The token settles posts of the same second: what follows it is what comes after that post, so that no post is lost or shown twice.
    """
    size = page_size(given, LARGEST_PAGE)
    since = read_moment("since", given["since"]) if given.get("since") else None
    until = read_moment("until", given["until"]) if given.get("until") else None
    ordered = sorted(posts, key=_place, reverse=True)
    token = _read_token(given["__paging_token"]) if given.get("__paging_token") else None
    backwards = token is not None and given.get("__previous") == "1"
    if token is not None:
        ordered = [post for post in ordered if (_place(post) > token if backwards else _place(post) < token)]
    inside = [
        post
        for post in ordered
        if (since is None or post["created_at"].replace(tzinfo=UTC) >= since)
        and (until is None or token is not None or post["created_at"].replace(tzinfo=UTC) <= until)
    ]
    page = inside[-size:] if backwards else inside[:size]
    if not page:
        return {"data": []}
    first, last = page[0], page[-1]
    paging = {"previous": page_url(request, given, since=_seconds(first), until=None, __paging_token=_token(first), __previous="1")}
    if backwards or len(inside) > len(page):
        paging["next"] = page_url(request, given, until=_seconds(last), __paging_token=_token(last), __previous=None)
    return {"data": build(page), "paging": paging}


def _place(post: Mapping[str, Any]) -> tuple[int, str]:
    return int(post["created_at"].replace(tzinfo=UTC).timestamp() * 1_000_000), post["post_id"]


def _seconds(post: Mapping[str, Any]) -> str:
    return str(_place(post)[0] // 1_000_000)


def _token(post: Mapping[str, Any]) -> str:
    moment, post_id = _place(post)
    return "enc_" + base64.urlsafe_b64encode(f"{moment}:{post_id}".encode()).decode()


def _read_token(text: str) -> tuple[int, str]:
    try:
        moment, _, post_id = base64.urlsafe_b64decode(text.removeprefix("enc_").encode()).decode().partition(":")
        return int(moment), post_id
    except (binascii.Error, ValueError) as error:
        raise invalid_parameter("Invalid __paging_token.") from error
