"""Superset's pages in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from dashboards.small_stack import SmallStack
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow


@dataclass
class Visit:
    """A page, and what it did that it should not."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture
def visit(browser: Browser, small_stack: SmallStack) -> Iterator[Visit]:
    context = browser.new_context(base_url=small_stack.superset.address, viewport={"width": 1366, "height": 800})
    context.set_default_timeout(60_000)
    visit = Visit(context.new_page())
    visit.page.on("console", lambda message: visit.complaints.append(message.text) if message.type == "error" else None)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("request", lambda request: visit.hosts.add(urlsplit(request.url).hostname or "within the page"))
    yield visit
    context.close()


def log_in(page: Page, user: str, password: str) -> None:
    # as slowly as a person: the page's report of its own events is answered before the log-in, not across it
    with page.expect_response(lambda response: "/superset/log/" in response.url):
        page.goto("/login/")
    page.locator("[data-test=username-input]").fill(user)
    page.locator("[data-test=password-input]").fill(password)
    page.locator("[data-test=login-button]").click()


def test_leadership_logs_in_and_sees_the_number_and_the_page_speaks_with_nobody_else(visit: Visit, small_stack: SmallStack) -> None:
    small_stack.publish(4321)
    log_in(visit.page, "leadership", small_stack.superset.passwords["leadership"])
    visit.page.wait_for_url(lambda url: "/login" not in url)
    visit.page.goto("/superset/dashboard/small/")
    expect(visit.page.get_by_text("4.32k")).to_be_visible(timeout=60_000)
    expect(visit.page.get_by_text("SQL", exact=True)).to_have_count(0)
    visit.page.wait_for_load_state("networkidle")
    assert visit.complaints == []
    assert visit.hosts <= {"127.0.0.1", "within the page"}
    small_stack.publish(3)


def test_the_pages_speak_chinese_to_who_asks_for_it(visit: Visit, small_stack: SmallStack) -> None:
    log_in(visit.page, "analyst", small_stack.superset.passwords["analyst"])
    visit.page.wait_for_url(lambda url: "/login" not in url)
    visit.page.goto("/lang/zh")
    visit.page.goto("/dashboard/list/")
    expect(visit.page.get_by_text("看板").first).to_be_visible(timeout=60_000)


def test_a_wrong_password_is_refused_in_plain_words(visit: Visit) -> None:
    log_in(visit.page, "leadership", "wrong")
    expect(visit.page.get_by_text("Invalid username or password")).to_be_visible(timeout=60_000)
