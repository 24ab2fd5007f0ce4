"""What was decided rather than drawn: the brand's catalogue, campaigns, pages, channels and rates. All of it is invented."""

from __future__ import annotations

from typing import NamedTuple

SITE = "halmstein"
HOME = "https://www.halmstein.example"
BLOG_REFERRERS = ("https://teablog.example/best-cups", "https://slowkitchen.example/links", "https://giftguide.example/2026")
CURRENCIES = {"EUR": 1.0, "GBP": 0.86, "USD": 1.10, "CHF": 0.96}
"""List-price factor of what the shop sells in."""
COUNTRIES = {"DE": ("EUR", 0.45), "AT": ("EUR", 0.1), "NL": ("EUR", 0.1), "FR": ("EUR", 0.07), "GB": ("GBP", 0.11), "US": ("USD", 0.13),
             "CH": ("CHF", 0.04)}  # fmt: skip
"""What a country pays in, and the share of persons who live there."""
TAX_PERCENT = {"DE": 19, "AT": 20, "NL": 21, "FR": 20, "GB": 20, "US": 0, "CH": 8}

BUYING = {"r": 0.9, "alpha": 54.0, "a": 0.8, "b": 2.4}
"""BG/NBD: purchase rate per day ~ Gamma(r, 1/alpha), dropout after each repeat purchase ~ Beta(a, b) (Fader, Hardie & Lee 2005)."""


class Product(NamedTuple):
    """An article: price and cost in cents of EUR, net of tax."""

    name: str
    category: str
    price: int
    cost: int


PRODUCTS = (
    Product("Fog over Elbe, black tea 100 g", "tea", 890, 310), Product("Mirabelle green tea 100 g", "tea", 1090, 420),
    Product("Rooibos Ember 250 g", "tea", 1290, 450), Product("Harbour Chai 250 g", "tea", 1450, 520),
    Product("White peony 50 g", "tea", 1690, 790), Product("Tea sampler, 12 tins", "tea", 3490, 1380),
    Product("Cup Kiesel 250 ml", "cups", 1890, 640), Product("Cup Kiesel 350 ml", "cups", 2190, 720),
    Product("Cup Schiefer 250 ml", "cups", 1990, 690), Product("Espresso cup, pair", "cups", 2690, 910),
    Product("Thermo cup 400 ml", "cups", 3190, 1340), Product("Mug with lid 茶", "cups", 2890, 1010),
    Product("Teapot Kiesel 0.8 l", "pots", 5490, 2050), Product("Teapot Schiefer 1.2 l", "pots", 6490, 2440),
    Product("Cast-iron pot 0.6 l", "pots", 7990, 3620), Product("Glass pot 1.0 l", "pots", 3990, 1490),
    Product("Stove-top kettle 1.5 l", "pots", 8990, 4180), Product("Gift set Morning", "gifts", 4990, 1890),
    Product("Gift set Evening", "gifts", 5990, 2270), Product("Gift set for two", "gifts", 9990, 3950),
    Product("Advent calendar, 24 teas", "gifts", 4490, 1980), Product("Linen towel", "table", 1590, 560),
    Product("Tray, oiled oak", "table", 4790, 2010), Product("Honey spoon", "table", 990, 270),
)  # fmt: skip

AD_ACCOUNTS = (
    ("1200340056007801", "Halmstein Europe", "EUR", "Europe/Berlin"),
    ("1200340056007802", "Halmstein US", "USD", "America/New_York"),
)


class Campaign(NamedTuple):
    """A Meta campaign. `audience`: all | interested | business | overseas | deaf. Windows in days; shares per visit that it brings."""

    campaign_id: str
    account: int
    name: str
    objective: str
    goal: str
    audience: str
    windows: tuple[int, int]
    url_tags: str | None
    buys: float
    leads: float
    ends_after_days: int | None
    ads: tuple[tuple[str, float, float, float], ...]
    """Per ad: name, mean impressions a day, click rate, cost per thousand impressions in the account's currency."""


_TAGS = "utm_source=facebook&utm_medium=paid_social&utm_campaign={}&utm_content={{{{ad.name}}}}"
CAMPAIGNS = (
    Campaign("23850000000000101", 0, "Prospecting Tea", "OUTCOME_SALES", "OFFSITE_CONVERSIONS", "all", (7, 1),
             _TAGS.format("prospecting_tea"), 0.016, 0.0,  None,
             (("Fog over Elbe video", 330, 0.016, 18.0), ("Sampler carousel", 260, 0.019, 19.8), ("Cups still", 190, 0.012, 16.0))),
    Campaign("23850000000000102", 0, "Retargeting EU", "OUTCOME_SALES", "OFFSITE_CONVERSIONS", "interested", (7, 1),
             _TAGS.format("retargeting_eu"), 0.040, 0.0, None,
             (("Come back, 10 %", 150, 0.024, 28.8), ("Gift reminder", 120, 0.022, 27.0))),
    Campaign("23850000000000103", 0, "Brand Film", "OUTCOME_AWARENESS", "REACH", "all", (7, 1),
             None, 0.004, 0.0, None,
             (("Film 30 s", 420, 0.007, 7.8), ("Film 6 s", 310, 0.006, 6.8))),
    Campaign("23850000000000104", 0, "Hotels and Offices", "OUTCOME_LEADS", "LEAD_GENERATION", "business", (7, 1),
             _TAGS.format("b2b_hotels"), 0.002, 0.11, None,
             (("Hotel breakfast", 110, 0.021, 35.0), ("Office tea corner", 90, 0.018, 33.0))),
    Campaign("23850000000000201", 1, "US Gift Sets", "OUTCOME_SALES", "OFFSITE_CONVERSIONS", "overseas", (7, 1),
             _TAGS.format("{{campaign.name}}"), 0.018, 0.0, None,
             (("Gift set for two", 170, 0.017, 26.0), ("Gift set Evening", 140, 0.015, 24.8), ("Advent calendar", 110, 0.018, 25.2))),
    Campaign("23850000000000202", 1, "US Lookalike Test", "OUTCOME_SALES", "LINK_CLICKS", "deaf", (1, 0),
             _TAGS.format("us_lookalike"), 0.0, 0.0, 240,
             (("Lookalike A", 130, 0.021, 22.0), ("Lookalike B", 110, 0.019, 21.5))),
)  # fmt: skip


class Channel(NamedTuple):
    """Visits that no ad of Meta brings: mean a day, and shares per visit that buy and that become a lead."""

    name: str
    a_day: float
    buys: float
    leads: float
    repeat_share: float
    """Share of the repeat purchases that come by it."""


CHANNELS = (
    Channel("Organic Social", 14, 0.008, 0.003, 0.11), Channel("Organic Search", 22, 0.018, 0.008, 0.15),
    Channel("Paid Search", 6, 0.022, 0.006, 0.09), Channel("Email", 10, 0.016, 0.002, 0.33),
    Channel("Direct", 14, 0.012, 0.005, 0.25), Channel("Referral", 5, 0.010, 0.004, 0.03),
)  # fmt: skip
PAID_SOCIAL = len(CHANNELS)
"""The number of the channel of Meta's ads, after those of `CHANNELS`."""
CHANNEL_NAMES = (*(channel.name for channel in CHANNELS), "Paid Social")
BOTS_A_DAY = 4.0

PAGES = (
    ("108800000000001", "Halmstein", "halmstein.tea", "Kitchen/cooking", "en", 0.55, 0.55),
    ("108800000000002", "Halmstein 茶与器", "halmstein.cn", "Kitchen/cooking", "zh", 0.14, 0.30),
)
"""page_id, name, username, category, language, followers at the start as a share of all persons, posts a day."""
POSTS = {
    "en": (
        "Fog, a pot, ten minutes. What is your slow start today?", "New in: Teapot Schiefer. Each one is glazed by hand.",
        "How long should green tea steep? We say two minutes at 70 °C.", "Back in stock: the sampler with 12 tins.",
        "Behind the scenes: our potter Ana at the wheel.", "Free shipping this weekend from 60 €.",
        "Your photos, our wall. Tag us with your favourite cup!", "Which one would you gift? 🎁", None,
        "<script>alert('tea')</script> is not what we brew & sell > 5 kinds \"daily\"",
        "=1+1 is two cups: HYPERLINK(\"https://www.halmstein.example\")",
    ),
    "zh": (
        "新品上市：手工上釉的石板茶壶，每一只都独一无二。", "绿茶应该泡多久？70 度，两分钟刚刚好。", "周末好，来一杯云雾红茶吧！☕",
        "送礼首选：双人茶具礼盒，限时包邮。", "看看我们的陶艺师如何拉坯。", None, "谢谢大家晒图！你最喜欢哪一只杯子？",
    ),
}  # fmt: skip
MARKUP_POST, FORMULA_POST = 9, 10
"""Positions in POSTS["en"] of the hostile texts."""
COMMENTS = {
    "en": ("Love it!", "When will it be back in stock?", "My parcel came broken, nobody answers.", "Too expensive.", "So beautiful 😍"),
    "zh": ("太好看了！", "什么时候补货？", "物流太慢了，差评", "质量很好，已回购", "有点贵"),
}

BROWSERS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15",
)
BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
)
SEARCHES = ("teapot", "matcha", "gift", "blue cup", "茶壶", "gluten free", "kettle")
FIRST_NAMES = (
    "Anna",
    "Jonas",
    "Mila",
    "Paul",
    "Clara",
    "Luis",
    "Emma",
    "Noah",
    "Zoë",
    "Jürgen",
    "Chloé",
    "伟",
    "Grace",
    "Tom",
    "Ines",
    "Piet",
)
LAST_NAMES = (
    "Keller",
    "Brandt",
    "de Vries",
    "Moreau",
    "Novak",
    "Smith",
    "O'Neill",
    "Müller",
    "Rossi",
    "王",
    "Jensen",
    "Baker",
    "Huber",
    "Lang",
)

OWNERS = (("4101", 90001, "Ria", "Sommer", False), ("4102", 90002, "Ben", "Adler", False), ("4103", 90003, "Tess", "Old", True))
PIPELINE = ("91000001", "B2B sales")
STAGES = (
    ("appointmentscheduled", "First talk", False, "0.2"), ("qualifiedtobuy", "Samples sent", False, "0.4"),
    ("contractsent", "Offer sent", False, "0.7"), ("closedwon", "Won", True, "1.0"), ("closedlost", "Lost", True, "0.0"),
)  # fmt: skip
FX = {"USD": 1.08, "GBP": 0.857, "CHF": 0.955, "CNY": 7.81, "JPY": 161.3, "SEK": 11.34, "PLN": 4.32}
"""Invented rates of 2024-01-02, units per 1 EUR."""

OWN_STAGE = ("148011502", "Wholesale taster")
"""A lifecycle stage of the brand's own: its id in HubSpot, and its name."""
