"""The brand's Facebook pages: posts, who saw them, what they did with them, and who follows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.chance import Chance, Numbers
from sandbox.world.moments import DAY, SECOND, day_starts, local_days, make_table, nullable, weekday
from sandbox.world.people import People

PACIFIC = "America/Los_Angeles"
_DAYS_SEEN = 14
_KINDS = (("photo", "added_photos"), ("link", "shared_story"), ("video", "added_video"), ("album", "added_photos"))
_ENGAGEMENTS = {"click": 0.030, "like": 0.028, "love": 0.006, "comment": 0.005, "share": 0.003, "wow": 0.002, "haha": 0.001,
                "sorry": 0.0004, "anger": 0.0005}  # fmt: skip
"""Chance per view."""


def make_posts(chance: Chance, start: int, end: int) -> pa.Table:
    """`posts` of both pages; at most one a page and day, more often on weekdays, in the European daytime."""
    parts = []
    for position, (page_id, _, username, _, language, _, a_day) in enumerate(brand.PAGES):
        days = np.arange(start, end + 1)
        days = days[chance.uniform("post", position, days) < np.where(weekday(days) < 5, a_day * 1.15, a_day * 0.6)]
        texts = brand.POSTS[language]
        text = chance.choice("text", [0.25 if (one or " ")[0] in "<=" else 1.0 for one in texts], position, days)
        if language == "en" and len(days) > 1:
            text[:2] = (brand.MARKUP_POST, brand.FORMULA_POST)
        messages = np.array(texts, dtype=object)[text]
        kind = chance.choice("media", (5, 3, 1.5, 1), position, days)
        number = [str(700000000000000 + bits % 10**14) for bits in chance.bits("post id", position, days).tolist()]
        created = days * DAY + ((7 + 11 * chance.uniform("post time", position, days)) * 3600).astype(np.int64) * SECOND
        present = np.array([message is not None for message in messages.tolist()], dtype=bool)
        kind = np.where(present, kind, 0)
        parts.append(
            {
                "post_id": [f"{page_id}_{one}" for one in number],
                "page_id": [page_id] * len(days),
                "message": messages.tolist(),
                "created_at": created.tolist(),
                "permalink_url": [f"https://www.facebook.com/{username}/posts/{one}" for one in number],
                "status_type": [_KINDS[one][1] for one in kind.tolist()],
                "media_type": [_KINDS[one][0] for one in kind.tolist()],
                "link_url": [f"{brand.HOME}/c/tea" if one == 1 else None for one in kind.tolist()],
            }
        )
    columns = {name: [value for part in parts for value in part[name]] for name in parts[0]}
    return make_table("posts", columns).sort_by([("created_at", "ascending"), ("post_id", "ascending")])


def make_attention(chance: Chance, people: People, posts: pa.Table, end: int, scale: float) -> dict[str, pa.Table]:
    """`post_views`, fading over two weeks, a few posts boosted on their first days; and `post_engagements` with them."""
    created = posts["created_at"].cast(pa.int64()).to_numpy()
    page = np.array([[row[0] for row in brand.PAGES].index(page_id) for page_id in posts["page_id"].to_pylist()], dtype=np.int64)
    key = created // SECOND * 2 + page
    first_day, rows = local_days(created, PACIFIC), []
    everyone = people.audience("anybody")
    fans = [everyone, everyone[chance.uniform("reads Chinese", everyone) < 0.22]]
    boosted = chance.uniform("boosted", key) < 0.1
    strength = np.exp(0.5 * chance.normal("strength", key))
    for age in range(_DAYS_SEEN):
        for boosts in (False, True):
            mean = strength * np.where(page == 0, 420, 160) * scale * 0.5 * 0.55**age if not boosts else 90.0 * scale * boosted * (age < 4)
            shown = np.where(first_day + age <= end, chance.poisson("views", mean, key, age, boosts), 0)
            post = np.repeat(np.arange(len(key)), shown)
            slot = np.arange(len(post)) - np.repeat(np.cumsum(shown) - shown, shown)
            u = chance.uniform("viewer", key[post], age, boosts, slot) ** (1.0 if boosts else 1.5)
            person = np.where(page[post] == 0, fans[0][(u * len(fans[0])).astype(np.int64)], fans[1][(u * len(fans[1])).astype(np.int64)])
            rows.append((first_day[post] + age, post, person, np.full(len(post), int(boosts)), slot))
    day, post, person, paid, slot = (np.concatenate(column) for column in zip(*rows, strict=True))
    people_count = len(people.number)
    unique, position = np.unique(((day * len(key) + post) * people_count + person) * 2 + paid, return_inverse=True)
    views = np.bincount(position)
    unique, is_paid = unique // 2, unique % 2
    unique, viewer = unique // people_count, unique % people_count
    post_ids = pa.array(posts["post_id"].to_pylist())
    return {
        "post_views": make_table(
            "post_views",
            {
                "date": unique // len(key),
                "post_id": post_ids.take(pa.array(unique % len(key))),
                "person_id": viewer,
                "views": views,
                "is_from_ads": is_paid == 1,
            },
        ),
        "post_engagements": _engagements(chance, post_ids, created, key, page, day, post, person, paid, slot),
    }


def _engagements(
    chance: Chance, post_ids: pa.Array, created: Numbers, key: Numbers, page: Numbers, day: Numbers, post: Numbers, person: Numbers,
    paid: Numbers, slot: Numbers,
) -> pa.Table:  # fmt: skip
    """Each view may lead to one engagement, at a moment of its Pacific day after the post was made."""
    cumulative = np.cumsum(list(_ENGAGEMENTS.values()))
    kind = np.searchsorted(cumulative, chance.uniform("engages", key[post], day, paid, slot))
    kept = kind < len(cumulative)
    kind, post, day, person, paid, slot = (column[kept] for column in (kind, post, day, person, paid, slot))
    keys = (key[post], day, paid, slot)
    begins = np.maximum(day_starts(day, PACIFIC), created[post])
    happened = begins + (chance.uniform("engaged at", *keys) * (day_starts(day + 1, PACIFIC) - begins)).astype(np.int64)
    name = np.array(list(_ENGAGEMENTS))[kind]
    words = [brand.COMMENTS[row[4]] for row in brand.PAGES]
    which = chance.choice("comment", [1] * 5, *keys)
    comments = np.array([words[at][one] for at, one in zip(page[post].tolist(), which.tolist(), strict=True)], dtype=object)
    order = np.lexsort((kind, person, happened))
    table = make_table(
        "post_engagements",
        {
            "engagement_id": chance.text("engagement", 16, *keys),
            "post_id": post_ids.take(pa.array(post)),
            "person_id": person,
            "kind": name,
            "message": nullable(comments, name == "comment"),
            "happened_at": happened,
        },
    )
    return table.take(pa.array(order))


def make_page_days(chance: Chance, start: int, end: int, people_count: int) -> pa.Table:
    """`page_days`: follows and unfollows by day, and the stock they leave."""
    days, parts = np.arange(start, end + 1), []
    for position, (page_id, _, _, _, _, share, _) in enumerate(brand.PAGES):
        base = round(share * people_count)
        follows = chance.poisson("follows", base * 0.0012 + 0.3, position, days)
        unfollows = np.minimum(chance.poisson("unfollows", base * 0.0006 + 0.1, position, days), 3)
        followers = base + np.cumsum(follows - unfollows)
        parts.append(
            (days, [page_id] * len(days), follows, unfollows, followers, (followers * 0.93).astype(np.int64),
             chance.poisson("page views", base * 0.01 + 2, position, days))
        )  # fmt: skip
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    names = ("date", "page_id", "follows", "unfollows", "followers", "fans", "page_views")
    return make_table("page_days", dict(zip(names, columns, strict=True))).sort_by([("date", "ascending"), ("page_id", "ascending")])


def make_pages() -> pa.Table:
    """`pages`."""
    return make_table(
        "pages",
        {
            "page_id": [row[0] for row in brand.PAGES],
            "name": [row[1] for row in brand.PAGES],
            "username": [row[2] for row in brand.PAGES],
            "category": [row[3] for row in brand.PAGES],
            "link": [f"https://www.facebook.com/{row[2]}" for row in brand.PAGES],
            "language": [row[4] for row in brand.PAGES],
        },
    )
