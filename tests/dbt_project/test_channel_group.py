"""GA4's default channel groups by cases written by hand from the published rules, with the real seed of sources, on every engine."""

from __future__ import annotations

import csv

import pytest
from macro_calls import answers, macros

from multiball.importing.checks import CHANNELS
from multiball.settings import REPOSITORY
from multiball.words.catalogue import catalogue

SEED = REPOSITORY / "dbt_project" / "seeds" / "source_category.csv"
PUBLIC_LIST = REPOSITORY.parent / "shared" / "data" / "channels" / "ga4_source_categories.csv"

# source, medium, campaign -> channel; each rule, its neighbours in the order, and the edges of its patterns
RULES = """
(direct)|(none)||Direct
(direct)|(not set)||Direct
(direct)|||Direct
(Direct)|(None)||Direct
(direct)|cpc||Paid Other
google|cpc|Sale Cross-network DE|Cross-network
(direct)|(none)|cross-network|Direct
google|cpc|shop-summer|Paid Shopping
google|cpc|e-shop|Paid Shopping
google|cpc|eshop|Paid Shopping
google|cpc|Autumn Shopping|Paid Shopping
google|cpc|workshop|Paid Search
amazon|ppc||Paid Shopping
shopping.yahoo.co.jp|retargeting||Paid Shopping
google|cpc||Paid Search
Google|CPC||Paid Search
bing|ppc||Paid Search
baidu|paid||Paid Search
yandex.ru|cpm||Paid Search
cn.bing.com|paidsearch||Paid Search
facebook|cpc||Paid Social
ig|paid_social||Paid Social
weibo|cpm||Paid Social
facebook|retargeting||Paid Social
youtube|cpv||Paid Video
youku.com|paid-video||Paid Video
google|display||Display
facebook|display||Display
dsp.example|banner||Display
dsp.example|expandable||Display
dsp.example|interstitial||Display
dsp.example|cpm||Display
dsp.example|retargeting||Paid Other
google.com|cpc||Paid Other
meta|cpc||Paid Other
dsp.example|ppc||Paid Other
dsp.example|xcpx||Paid Other
dsp.example|unpaid||Unassigned
chatgpt.com|ai-assistant|(ai-assistant)|AI Assistant
shopify.com|referral||Organic Shopping
blog.example|link|shopping|Organic Shopping
google|organic|Shopping Free Listings|Organic Shopping
m.facebook.com|referral||Organic Social
t.co|referral||Organic Social
lnkd.in|referral||Organic Social
blog.example|sm||Organic Social
blog.example|social network||Organic Social
tiktok|video||Organic Social
bit.ly|referral||Organic Social
youtube.com|referral||Organic Video
blog.example|online-video||Organic Video
google|organic||Organic Search
google|referral||Organic Search
hk.search.yahoo.com|referral||Organic Search
blog.example|organic||Organic Search
partner.example|referral||Referral
blog.example|app||Referral
blog.example|link||Referral
x.com|referral||Referral
chatgpt.com|referral||Referral
email|referral||Referral
newsletter|email||Email
e-mail|newsletter||Email
crm|e_mail||Email
crm|e mail||Email
crm|emails||Unassigned
blog.example|affiliate||Affiliates
blog.example|affiliates||Unassigned
podcast|audio||Audio
sms|(none)||SMS
twilio|sms||SMS
app|push||Mobile Push Notifications
app|webpush||Mobile Push Notifications
app|mobile-inapp||Mobile Push Notifications
app|notifications||Mobile Push Notifications
firebase|x||Mobile Push Notifications
app|pushing||Unassigned
qr|print||Unassigned
(not set)|(not set)||Unassigned
|||Unassigned
|email||Email
"""

# this project's named addition to GA4's list of sources
ADDITION = """
weixin|referral||Organic Social
mp.weixin.qq.com|referral||Organic Social
com.tencent.mm|referral||Organic Social
微信|cpc||Paid Social
m.weibo.cn|referral||Organic Social
v.douyin.com|referral||Organic Social
xiaohongshu.com|referral||Organic Social
xhslink.com|referral||Organic Social
zhihu.com|referral||Organic Social
kuaishou|paid||Paid Social
toutiao.com|referral||Organic Social
bilibili.com|referral||Organic Video
b23.tv|referral||Organic Video
m.sm.cn|referral||Organic Search
m.tb.cn|referral||Organic Shopping
tmall|cpc||Paid Shopping
jd.com|referral||Organic Shopping
mobile.yangkeduo.com|referral||Organic Shopping
com.google.android.gm|referral||Email
com.linkedin.android|referral||Organic Social
com.facebook.katana|referral||Organic Social
com.google.android.googlequicksearchbox|referral||Organic Search
284882215|referral||Organic Social
com.burbn.instagram|referral||Organic Social
youtu.be|referral||Organic Video
wa.me|referral||Organic Social
pin.it|referral||Organic Social
amzn.to|referral||Organic Shopping
unknown.example|referral||Referral
"""


def seed() -> dict[str, str]:
    return {row["source"]: row["category"] for row in csv.DictReader(SEED.open())}


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
@pytest.mark.parametrize("table", [RULES, ADDITION], ids=["rules", "addition"])
def test_the_first_rule_that_matches_gives_the_channel(engine: str, table: str, postgres_dsn: str) -> None:
    cases = [line.split("|") for line in table.strip().splitlines()]
    categories = seed()
    rows = [
        {"source": source or None, "medium": medium or None, "campaign": campaign or None, "category": categories.get(source.lower())}
        for source, medium, campaign, _ in cases
    ]
    expression = macros(engine, "text_patterns", "channel_group").channel_group("source", "medium", "campaign", "category")
    found = answers(engine, expression, rows, postgres_dsn)
    assert [(case, channel) for case, channel in zip(cases, found, strict=True) if case[3] != channel] == []


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
def test_a_declared_channel_is_spelt_as_ga4_spells_it(engine: str, postgres_dsn: str) -> None:
    spelt = {
        "Direct": "Direct", " direct ": "Direct", "(direct)": "Direct", "(direct) / (none)": "Direct", "直接访问": "Direct",
        "PAID SEARCH": "Paid Search", "email": "Email", "ai assistant": "AI Assistant", "Trade fair": "Trade fair",
        "(not set)": None, "": None, None: None,
    }  # fmt: skip
    expression = macros(engine, "text_patterns", "channel_group", "traffic_source").declared_channel("written")
    assert dict(zip(spelt, answers(engine, expression, [{"written": text} for text in spelt], postgres_dsn), strict=True)) == spelt


def test_the_names_of_the_channels_are_those_of_the_rules_in_their_order() -> None:
    bound = macros("duckdb", "text_patterns", "channel_group", "traffic_source")
    written = bound.channel_group("source", "medium", "campaign", "category")
    places = [written.index(f"'{name}'", written.index("case")) for name in bound.channel_names()]
    assert places == sorted(places)


def test_imports_reviews_and_dashboards_know_every_channel() -> None:
    names = set(macros("duckdb", "text_patterns", "channel_group", "traffic_source").channel_names())
    assert set(CHANNELS) == names
    assert {language: names - catalogue(language).words("channel").keys() for language in ("en", "zh")} == {"en": set(), "zh": set()}


def test_every_source_of_the_public_list_is_there_with_its_category_and_the_addition_is_named() -> None:
    if not PUBLIC_LIST.exists():
        pytest.skip(f"{PUBLIC_LIST} is absent")
    public = {
        row["source"].lower(): row["source_category"].removeprefix("SOURCE_CATEGORY_").lower() for row in csv.DictReader(PUBLIC_LIST.open())
    }
    rows = list(csv.DictReader(SEED.open()))
    assert {row["source"]: row["category"] for row in rows if row["list_version"] == "ga4 2023-11-04"} == public
    assert {row["list_version"] for row in rows if row["source"] not in public} == {"multiball"}


def test_the_seed_is_sorted_and_spelt_as_sources_are_looked_up() -> None:
    rows = list(csv.DictReader(SEED.open()))
    assert rows == sorted(rows, key=lambda row: (row["list_version"], row["category"], row["source"]))
    assert [row["source"] for row in rows if row["source"] != row["source"].strip().lower() or row["source"].startswith("www.")] == []
