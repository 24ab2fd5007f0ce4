from __future__ import annotations

import time
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from scipy import stats

from sandbox.world import SCHEMAS, brand, build_world
from sandbox.world.chance import Chance
from sandbox.world.moments import DAY, day_number
from sandbox.world.money import easter, rates_on
from sandbox.world.people import make_people
from sandbox.world.visiting import Visits, repeat_purchases
from tests.sandbox.conftest import END, SCALE, START

MOMENTS = {
    "ad_exposures": "date", "ad_spend": "date", "ad_clicks": "clicked_at", "ad_conversions": "converted_at", "posts": "created_at",
    "post_views": "date", "post_engagements": "happened_at", "page_days": "date", "visits": "started_at", "events": "occurred_at",
    "orders": "ordered_at", "contacts": "created_at", "contact_stages": "entered_at", "deals": "created_at", "deal_stages": "entered_at",
    "crm_merges": "merged_at", "crm_erasures": "erased_at",
    "fx_rates": "date",
}  # fmt: skip


def one(tables, sql):
    return tables.sql(sql).fetchall()[0][0]


def none(tables, sql):
    """No row fits, out of a table that has rows."""
    assert tables.sql(sql).fetchall() == []


def test_equal_arguments_build_an_equal_world_and_another_seed_another(world):
    again, other = build_world(11, START, END, SCALE), build_world(12, START, END, SCALE)
    assert all(getattr(again, name).equals(getattr(world, name)) for name in SCHEMAS)
    assert not other.visits.equals(world.visits)


def test_every_table_has_rows_and_the_declared_columns(world):
    for name, schema in SCHEMAS.items():
        assert getattr(world, name).schema.equals(schema), name
        assert getattr(world, name).num_rows > 0, name


def test_a_later_end_changes_nothing_that_a_clock_before_the_earlier_end_shows(world, tables):
    longer, last = build_world(11, START, END + timedelta(days=25), SCALE), END - timedelta(days=1)
    for name, moment in MOMENTS.items():
        tables.register("longer", getattr(longer, name))
        shown = f"select * from {{}} where {moment} <= '{last}'"
        assert one(tables, f"select count(*) from ({shown.format(name)})") > 0, name
        for one_side, other_side in ((name, "longer"), ("longer", name)):
            none(tables, f"{shown.format(one_side)} except all {shown.format(other_side)}")
        tables.unregister("longer")


def test_a_month_at_small_scale_builds_in_seconds():
    begun = time.process_time()
    world = build_world(1, date(2026, 3, 1), date(2026, 3, 31), 0.2)
    assert time.process_time() - begun < 6
    assert 12 < world.visits.num_rows / 31 < 30


@pytest.mark.parametrize(("days", "scale"), [(0, 0.0001), (0, 0.01), (0, 1.0), (9, 0.02), (40, 0.05)])
def test_a_tiny_world_stands_too(days, scale):
    world = build_world(2, START, START + timedelta(days=days), scale)
    assert all(getattr(world, name).schema.equals(schema) for name, schema in SCHEMAS.items())


@pytest.mark.parametrize(("start", "end", "scale"), [(END, START, 1.0), (START, END, 0.0), (START, END, 9.0)])
def test_arguments_that_make_no_world_are_refused(start, end, scale):
    with pytest.raises(ValueError, match=r"the world would end|scale is"):
        build_world(1, start, end, scale)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("persons", "person_id"), ("ads", "ad_id"), ("ad_exposures", "date, ad_id, person_id"), ("ad_spend", "date, ad_id"),
        ("ad_clicks", "click_id"), ("ad_conversions", "conversion_id"), ("posts", "post_id"),
        ("post_views", "date, post_id, person_id, is_from_ads"), ("post_engagements", "engagement_id"), ("page_days", "date, page_id"),
        ("visits", "visit_id"), ("events", "event_id"), ("orders", "order_id"), ("order_lines", "order_id, line_number"),
        ("contacts", "contact_id"), ("contacts", "person_id"), ("contact_stages", "contact_id, stage"), ("deals", "deal_id"),
        ("deal_stages", "deal_id, stage_id"), ("crm_merges", "merged_id"),
        ("crm_erasures", "kind, object_id"), ("fx_rates", "date, currency"),
    ],
)  # fmt: skip
def test_the_grain_is_as_declared(tables, table, key):
    none(tables, f"select {key} from {table} group by all having count(*) > 1")


def test_impressions_clicks_and_link_clicks_agree_with_each_other(tables):
    none(tables, "select * from ad_exposures where not (link_clicks <= clicks and clicks <= impressions and impressions > 0)")
    assert one(tables, "select sum(link_clicks) from ad_exposures") == one(tables, "select count(*) from ad_clicks")
    none(tables, "from ad_spend anti join ad_exposures using (date, ad_id)")
    none(tables, "from ad_exposures anti join ad_spend using (date, ad_id)")
    none(tables, "select * from ad_spend where first_reported_spend > spend or spend <= 0")


def test_a_click_falls_on_its_account_day(tables):
    none(tables, """
        from ad_clicks c join ads using (ad_id) join ad_accounts using (account_id)
        where (c.clicked_at at time zone 'UTC' at time zone timezone_name)::date <> c.date
    """)  # fmt: skip


def test_one_campaign_spends_and_wins_nothing_and_one_has_no_tags(tables):
    lost = "select ad_id from ads join campaigns c using (campaign_id) where c.name = 'US Lookalike Test'"
    assert one(tables, f"select sum(spend) from ad_spend where ad_id in ({lost})") > 10
    assert one(tables, f"select count(*) from visits where ad_id in ({lost})") > 10
    none(tables, f"from ad_conversions where ad_id in ({lost})")
    none(tables, f"from visits where ad_id in ({lost}) and outcome in ('purchase', 'lead', 'sign_up')")
    none(tables, f"from orders where person_id in (select person_id from ad_clicks where ad_id in ({lost}))")
    assert one(tables, "select count(distinct campaign_id) from ads where url_tags is null") == 1


def test_claimed_conversions_lie_within_their_window_and_after_their_touch(tables):
    none(tables, "from ad_conversions where not (touched_at <= converted_at and converted_at <= reported_at)")
    none(tables, "from ad_conversions where kind = 'click' and converted_at - touched_at > interval 28 day")
    none(tables, "from ad_conversions where kind = 'view' and converted_at - touched_at > interval 1 day")
    none(
        tables,
        "from ad_conversions c anti join ad_exposures e on e.ad_id = c.ad_id and e.person_id = c.person_id and e.date = c.touched_on",
    )
    assert one(tables, "select count(distinct kind) from ad_conversions") == 2
    assert one(tables, "select count(*) from ad_conversions where reported_at - converted_at > interval 1 day") > 0
    none(tables, "from ad_conversions c join orders o using (order_id) join visits v using (visit_id) where not v.consent_ads")


def test_an_ad_visit_carries_the_click_id_and_the_tags_of_its_ad(tables):
    assert one(tables, "select count(*) from visits where ad_id is not null") > 100
    none(
        tables,
        "from visits anti join ad_clicks using (click_id, ad_id, person_id) where ad_id is not null",
    )
    none(tables, "from visits v join ads a using (ad_id) where (a.url_tags is null) <> (v.utm_source is null)")
    assert one(tables, "select count(*) from visits where utm_campaign = 'US Gift Sets'") > 0, "Meta's macros are filled in"
    none(tables, "from visits where utm_campaign like '%{%' or utm_content like '%{%'")


def test_without_consent_events_hold_no_visitor_and_no_click_id(tables):
    assert one(tables, "select count(*) from events where not consent_analytics") > 100
    none(tables, "from events where not consent_analytics and (visitor_id is not null or user_id is not null)")
    none(tables, "from events where not consent_ads and (fbclid is not null or gclid is not null or page_url like '%clid=%')")
    none(tables, "from events where consent_analytics and visitor_id is null")
    assert one(tables, "select count(*) from events where fbclid is not null") > 100


def test_click_ids_and_tags_of_events_are_those_of_their_address(world):
    landed = [event for event in world.events.to_pylist() if event["fbclid"] or event["gclid"]]
    assert landed
    for event in landed:
        query = parse_qs(urlsplit(event["page_url"]).query)
        for name in ("fbclid", "gclid", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"):
            assert query.get(name, [None])[0] == event[name]


def test_visits_of_one_browser_are_sessions_by_the_thirty_minute_rule(tables):
    sessions = """
        with gaps as (
            select visit_id, occurred_at - lag(occurred_at) over (partition by visitor_id order by occurred_at) as gap
            from events where visitor_id is not null and visitor_id in (select visitor_id from visits where not is_bot)
        ) select count(*) filter (gap is null or gap >= interval 30 minute) from gaps
    """
    true = one(tables, "select count(*) from visits where consent_analytics")
    assert one(tables, sessions) == pytest.approx(true, rel=0.002)


def test_a_purchase_event_belongs_to_its_order_and_a_phone_order_has_none(tables):
    purchases = "select e.* from events e where event_name = 'purchase'"
    assert one(tables, f"select count(*) from ({purchases})") == one(tables, "select count(*) from orders where visit_id is not null")
    none(
        tables,
        f"from (select *, value as revenue from ({purchases})) anti join orders using (order_id, visit_id, revenue, currency)",
    )
    none(tables, f"from ({purchases}) p join orders o using (order_id) where abs(epoch(o.ordered_at - p.occurred_at)) > 2")
    assert one(tables, "select count(*) from orders where visit_id is null and not is_test") > 0
    assert one(tables, "select count(*) from orders where is_test") > 0


def test_order_amounts_add_up(tables):
    none(tables, """
        from orders join (
            select order_id, sum(quantity * unit_price) as price, sum(quantity * unit_cost) as cost from order_lines group by 1
        ) l using (order_id)
        where l.price <> revenue + discount or l.cost <> orders.cost or total <> revenue + shipping + tax or refund_amount > revenue
    """)  # fmt: skip
    none(tables, "from orders where (refund_amount > 0) <> (refunded_at is not null or cancelled_at is not null)")
    none(tables, "from orders where refunded_at is not null and cancelled_at is not null")


def test_repeat_purchases_follow_bg_nbd():
    """The wait for the first repeat is exponential at the person's rate, and each repeat is the last with the person's chance."""
    chance, count, horizon = Chance(3), 4000, 365
    people = make_people(chance, count, 0)
    nothing = np.zeros(count, dtype=np.int64)
    first = Visits(nothing, people.number, nothing, nothing, nothing, nothing, nothing, nothing, nothing)
    repeats = repeat_purchases(chance, people, first, horizon * DAY)
    within = repeats.at < horizon * DAY
    once = within & (repeats.number == 1)
    rate, gap = people.rate[repeats.person[once]], repeats.at[once] / DAY
    assert stats.kstest((1 - np.exp(-rate * gap)) / (1 - np.exp(-rate * horizon)), "uniform").pvalue > 0.001
    assert once.sum() == pytest.approx((1 - np.exp(-people.rate * horizon)).sum(), rel=0.03)
    dropout = people.dropout[repeats.person]
    assert abs(repeats.dies.sum() - dropout.sum()) < 5 * np.sqrt((dropout * (1 - dropout)).sum())
    assert (repeats.at[repeats.dies] >= last_of_each(repeats.person, repeats.at)[repeats.dies]).all(), "nobody buys after death"


def last_of_each(person, at):
    last = np.zeros(person.max() + 1, dtype=np.int64)
    np.maximum.at(last, person, at)
    return last[person]


def test_every_first_purchase_is_the_acquisition(tables):
    none(tables, """
        from persons p join (select person_id, min(ordered_at) as first_at from orders where not is_test group by 1) o using (person_id)
        where p.acquired_at is distinct from o.first_at
    """)  # fmt: skip
    none(
        tables,
        "from orders join visits using (visit_id, person_id) join persons using (person_id)"
        " where not is_repeat and channel <> acquisition_channel",
    )


def test_contacts_stitch_to_customers_by_email_and_to_visits_by_first_url(tables):
    assert one(tables, "select count(*) from contacts c join orders o on lower(c.email) = o.email") > 10
    assert one(tables, "select count(*) from contacts where first_url like '%utm_campaign=%'") > 5
    assert one(tables, "select count(*) from contacts where archived_at is not null") > 0
    assert one(tables, "select count(*) from contacts where analytics_source = 'OFFLINE'") > 0
    none(tables, "from contacts c join visits v using (visit_id) where c.first_visited_at > v.started_at")
    none(tables, "from deal_stages s join deals d using (deal_id) where s.entered_at < d.created_at")


def test_posts_hold_hostile_text_and_chinese_and_silence(world):
    messages = world.posts["message"].to_pylist()
    assert None in messages
    assert any(message and "<script>" in message for message in messages)
    assert any(message and message.startswith("=") for message in messages)
    assert any(message and "茶" in message for message in messages)


def test_page_followers_are_what_follows_and_unfollows_leave(tables):
    none(tables, """
        select * from (select *, lag(followers) over (partition by page_id order by date) as before from page_days)
        where followers - before <> follows - unfollows or fans > followers
    """)  # fmt: skip
    none(
        tables,
        "from post_views join posts using (post_id) where date < (created_at at time zone 'UTC' at time zone 'America/Los_Angeles')::date",
    )


def test_rates_exist_on_target_days_only(world, tables):
    days = {row["date"]: row for row in world.fx_rates.to_pylist() if row["currency"] == "USD"}
    assert not any(day.weekday() > 4 for day in days)
    assert date(2025, 12, 25) not in days and date(2026, 1, 1) not in days
    assert days[date(2025, 12, 26)] == {"date": date(2025, 12, 26), "currency": "USD", "rate": None, "status": "H"}
    working = [START + timedelta(days=number) for number in range((END - START).days + 1)]
    closed = {date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1)}
    assert {day for day in working if day.weekday() < 5} - closed <= {day for day, row in days.items() if row["rate"]}
    saturday, friday = date(2025, 11, 8), date(2025, 11, 7)
    assert rates_on(world.fx_rates, "USD", np.array([day_number(saturday)]))[0] == float(days[friday]["rate"])


@pytest.mark.parametrize(
    ("year", "day"), [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2027, date(2027, 3, 28))]
)
def test_easter_is_on_its_known_days(year, day):
    assert easter(year) == day


def test_bots_are_known_only_by_their_user_agent(tables):
    assert one(tables, "select count(*) from visits where is_bot") > 20
    none(tables, "from visits where is_bot <> (user_agent like '%bot%' or user_agent like '%externalhit%')")
    none(tables, "from visits where is_bot <> (person_id is null)")


def test_channels_are_ga4_default_channel_groups(tables):
    assert {channel for (channel,) in tables.sql("select distinct channel from visits").fetchall()} == set(brand.CHANNEL_NAMES)


def test_contacts_are_merged_in_twos_and_nothing_ends_before_it_began(tables):
    assert one(tables, "select count(*) from crm_merges") > 0 and one(tables, "select count(distinct kind) from crm_erasures") == 2
    none(tables, "select into_id from crm_merges group by 1 having count(*) <> 2 or count(*) filter (is_primary) <> 1")
    none(
        tables,
        "from crm_merges m join contacts c on c.contact_id = m.merged_id where c.created_at >= m.merged_at or c.archived_at is not null",
    )
    none(tables, "from crm_merges m join contacts c on c.contact_id = m.into_id")
    none(tables, "from crm_merges m join crm_erasures e on e.kind = 'contacts' and e.object_id = m.merged_id")
    none(tables, "from crm_erasures e join contacts c on c.contact_id = e.object_id where c.created_at >= e.erased_at")
    none(tables, "from crm_erasures e join deals d on d.deal_id = e.object_id where d.created_at >= e.erased_at")
