"""Meta's own SDK reads the stand-in: only its host is another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adreportrun import AdReportRun
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from tiny_world import BERLIN, NEW_YORK, advertising, at, tiny_world

from sandbox.platforms.meta_ads import ACCESS_TOKEN
from sandbox.serve import serve

DAYS = {"since": "2026-09-01", "until": "2026-09-10"}


def sdk(base: str, token: str) -> FacebookAdsApi:
    session = FacebookSession(access_token=token, timeout=30)
    session.GRAPH = base
    return FacebookAdsApi(session)


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with serve(tiny_world(**advertising()), at(2026, 10, 20), ("meta_ads",)) as running:
        yield running["meta_ads"]


@pytest.fixture
def account(base: str) -> AdAccount:
    return AdAccount(f"act_{BERLIN}", api=sdk(base, ACCESS_TOKEN))


def test_reads_accounts(base: str) -> None:
    accounts = User("me", api=sdk(base, ACCESS_TOKEN)).get_ad_accounts(fields=["name", "currency", "account_status"])
    assert [(each["id"], each["currency"]) for each in accounts] == [(f"act_{BERLIN}", "EUR"), (f"act_{NEW_YORK}", "USD")]


def test_reads_campaigns_ad_sets_and_ads_over_pages(account: AdAccount) -> None:
    campaigns = account.get_campaigns(fields=["name", "objective", "daily_budget"], params={"limit": 1})
    assert sorted(each["name"] for each in campaigns) == ["Campaign 0", "Campaign 1"]
    assert campaigns.total() == 2
    ad_sets = list(account.get_ad_sets(fields=[AdSet.Field.name, AdSet.Field.attribution_spec, AdSet.Field.optimization_goal]))
    spec = {each["name"]: [dict(one) for one in each["attribution_spec"]] for each in ad_sets}
    assert spec["Set 1"] == [{"event_type": "CLICK_THROUGH", "window_days": 1}]
    ads = list(account.get_ads(fields=["name", "creative{url_tags}"], params={"limit": 3, "effective_status": ["ACTIVE"]}))
    assert [each["name"] for each in ads] == ["Ad 11", "Ad 10", "Ad 01", "Ad 00"]
    assert ads[-1]["creative"]["url_tags"] == "utm_source=facebook&utm_campaign=c0"


def test_reads_an_account_by_its_id(account: AdAccount) -> None:
    account.api_get(fields=["name", "timezone_name"])
    assert account["timezone_name"] == "Europe/Berlin"


def test_synchronous_and_asynchronous_insights_are_the_same(account: AdAccount) -> None:
    fields = ["ad_id", "impressions", "reach", "spend", "actions", "action_values"]
    params = {"level": "ad", "time_increment": 1, "time_range": DAYS, "action_attribution_windows": ["7d_click", "1d_view"], "limit": 10}
    rows = [dict(row) for row in account.get_insights(fields=fields, params=dict(params))]
    assert len(rows) == 35 and all(isinstance(row["spend"], str) for row in rows)
    run: AdReportRun = account.get_insights(fields=fields, params=dict(params), is_async=True)
    for _ in range(10):
        run.api_get()
        if run["async_status"] == "Job Completed":
            break
    assert run["async_percent_completion"] == 100 and run["is_running"] is False
    assert [dict(row) for row in _read(run)] == rows


def _read(run: AdReportRun) -> list[object]:
    """All rows of a run; the transient refusal right after completion is tried again once."""
    try:
        return list(run.get_insights(params={"limit": 10}))
    except FacebookRequestError as refusal:
        assert refusal.api_error_code() == 2601 and refusal.api_error_subcode() == 1815107 and refusal.api_transient_error()
        return list(run.get_insights(params={"limit": 10}))


def test_errors_reach_the_caller_with_their_codes(base: str, account: AdAccount) -> None:
    with pytest.raises(FacebookRequestError) as refused:
        account.get_insights(params={"date_preset": "lifetime"})
    assert (refused.value.http_status(), refused.value.api_error_code()) == (400, 100)
    with pytest.raises(FacebookRequestError) as refused:
        User("me", api=sdk(base, "expired")).get_ad_accounts()
    assert refused.value.api_error_code() == 190
