"""What a visit looks like from outside: its landing page, its tags, its referrer, its browser and its consent."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode

import numpy as np
import pyarrow as pa

from sandbox.world import brand
from sandbox.world.ad_structure import landing_path, list_ads
from sandbox.world.advertising import Delivery
from sandbox.world.chance import Chance, Numbers
from sandbox.world.moments import DAY, as_datetime, make_table, nullable
from sandbox.world.people import People
from sandbox.world.visiting import OUTCOMES, Visits

_SEARCH_ENGINES = ("https://www.google.com/", "https://www.bing.com/", "https://duckduckgo.com/")
_SOCIAL_REFERRERS = ("https://l.facebook.com/", "https://m.facebook.com/", "https://l.instagram.com/")
_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


def ad_tags(ad: int) -> dict[str, str]:
    """The tags that a click on the ad brings: its campaign's `url_tags` with Meta's macros filled in."""
    ads = list_ads()
    campaign = brand.CAMPAIGNS[ads.campaign[ad]]
    tags = parse_qsl(campaign.url_tags or "")
    return {name: text.replace("{{campaign.name}}", campaign.name).replace("{{ad.name}}", str(ads.name[ad])) for name, text in tags}


def consents(people: People, visits: Visits) -> tuple[Numbers, Numbers]:
    """Analytics and ads consent by visit. A bot sees no consent banner: it counts as denied."""
    requested = (visits.person >= 0) & (visits.started_at // DAY < people.withdraws_on[visits.person])
    return requested & people.consent_analytics[visits.person], requested & people.consent_ads[visits.person]


def make_visit_table(chance: Chance, people: People, visits: Visits, delivery: Delivery, posts: pa.Table) -> pa.Table:
    """`visits`."""
    key = visits.key
    post_at = posts["created_at"].cast(pa.int64()).to_numpy()
    latest = np.searchsorted(post_at, visits.started_at, side="right") - 1
    post = latest - (4 * chance.uniform("which post", key) ** 2).astype(np.int64)
    names = np.array(brand.CHANNEL_NAMES)[visits.channel]
    by_post = (names == "Organic Social") & (post >= 0) & (chance.uniform("by post", key) < 0.8)
    tagged = chance.uniform("tagged", key)
    pick = chance.uniform("referrer", key)
    product = chance.choice("landing product", [1] * len(brand.PRODUCTS), key)
    landing = chance.choice("landing", (0.35, 0.3, 0.35), key)
    click_texts = chance.text("organic fbclid", 28, key)
    every_ad = list_ads()
    tags_of_ads = [ad_tags(ad) for ad in range(len(every_ad.ad_id))]
    columns: dict[str, list[str | None]] = {name: [] for name in ("referrer", "landing_url", "click_id", *_UTM)}
    for row in range(len(key)):
        channel, ad, share = names[row], int(visits.ad[row]), float(pick[row])
        tags, referrer, clicks = dict[str, str](), None, dict[str, str]()
        path = ("/", f"/c/{brand.PRODUCTS[product[row]].category}", f"/p/{product[row] + 1}")[landing[row]]
        if channel == "Paid Social":
            tags, path = tags_of_ads[ad], landing_path(int(every_ad.campaign[ad]))
            clicks = {"fbclid": str(delivery.click_id[visits.click[row]])}
            referrer = None if share < 0.1 else _SOCIAL_REFERRERS[int(share * 30) % 3]
        elif channel == "Organic Social":
            clicks = {"fbclid": f"IwZX{click_texts[row]}"}
            referrer = _SOCIAL_REFERRERS[int(share * 2)] if by_post[row] else _SOCIAL_REFERRERS[2]
            if by_post[row] and tagged[row] < 0.7:
                tags = {"utm_source": "facebook", "utm_medium": "social", "utm_campaign": "organic_posts"}
        elif channel == "Organic Search":
            referrer = _SEARCH_ENGINES[0 if share < 0.75 else 1 if share < 0.92 else 2]
        elif channel == "Paid Search":
            referrer, clicks = _SEARCH_ENGINES[0], {"gclid": f"Cj0KCQ{click_texts[row]}"}
            campaign, term = ("brand_search", "halmstein") if share < 0.6 else ("generic_tea", "buy teapot")
            tags = {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": campaign, "utm_term": term}
        elif channel == "Email" and tagged[row] < 0.92:
            month = as_datetime(visits.started_at[row]).strftime("%Y-%m")
            tags = {"utm_source": "newsletter", "utm_medium": "email", "utm_campaign": f"newsletter_{month}"}
        elif channel == "Referral":
            referrer = brand.BLOG_REFERRERS[int(share * 3)]
        query = urlencode({**tags, **clicks}, quote_via=quote)
        columns["referrer"].append(referrer)
        columns["landing_url"].append(f"{brand.HOME}{path}{'?' if query else ''}{query}")
        columns["click_id"].append(clicks.get("fbclid"))
        for name in _UTM:
            columns[name].append(tags.get(name))
    analytics, ads = consents(people, visits)
    device = (chance.uniform("device", key) > 0.78).astype(np.int64)
    browser = (device * 2 + (chance.uniform("browser", visits.person, device) > 0.6)).astype(np.int64)
    bot = chance.choice("bot name", [1] * len(brand.BOTS), key)
    human = ~visits.is_bot
    visitor = chance.text("visitor", 20, np.where(human, visits.person, key.view(np.int64)), device)
    return make_table(
        "visits",
        {
            **columns,
            "visit_id": visit_ids(key),
            "person_id": nullable(visits.person, human),
            "visitor_id": visitor,
            "started_at": visits.started_at,
            "channel": names,
            "ad_id": nullable(every_ad.ad_id[visits.ad], visits.ad >= 0),
            "post_id": nullable(np.array([*posts["post_id"].to_pylist(), None], dtype=object)[np.where(by_post, post, -1)], by_post),
            "outcome": np.array(OUTCOMES)[visits.outcome],
            "consent_analytics": analytics,
            "consent_ads": ads,
            "user_agent": np.where(human, np.array(brand.BROWSERS)[browser], np.array(brand.BOTS)[bot]),
            "is_bot": visits.is_bot,
        },
    )


def visit_ids(keys: Numbers) -> list[str]:
    """The text of visits' keys."""
    return [f"v{key:016x}" for key in keys.tolist()]
