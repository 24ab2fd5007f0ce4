"""The windows of one account pulled by threads."""

from __future__ import annotations

import threading
import time
from datetime import date

import pytest

from multiball.flows.pulling import GIVE_UP, pull_each
from multiball.shapes import AccessRefused, InputError, SourceError, Window

MONTHS = [Window(date(2026, month, 1), date(2026, month, 28), current=False) for month in range(1, 13)]


def down(window: Window) -> None:
    raise SourceError(f"no answer for {window.start:%B}", source="shop", remedy="Try later.")


def test_every_window_is_pulled_once_and_waiting_is_shared() -> None:
    pulled: list[Window] = []

    def wait(window: Window) -> None:
        time.sleep(0.2)
        pulled.append(window)

    before = time.monotonic()
    pull_each("shop", MONTHS, wait, threads=6)
    assert sorted(pulled, key=lambda window: window.start) == MONTHS
    assert time.monotonic() - before < 0.2 * len(MONTHS), "twelve waits one after the other"


def test_no_more_windows_are_pulled_at_a_time_than_allowed() -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    def count(window: Window) -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.02)
        with lock:
            at_work -= 1

    pull_each("shop", MONTHS, count, threads=3)
    assert 1 < most <= 3


def test_a_window_that_fails_does_not_hold_up_the_others() -> None:
    pulled: list[int] = []

    def fail_in_march(window: Window) -> None:
        if window.start.month == 3:
            down(window)
        pulled.append(window.start.month)

    with pytest.raises(SourceError, match="no answer for March"):
        pull_each("shop", MONTHS, fail_in_march, threads=2)
    assert sorted(pulled) == [1, 2, *range(4, 13)]


def test_failures_are_counted_and_a_source_that_is_down_is_left_to_the_next_try() -> None:
    tried: list[Window] = []

    def fail(window: Window) -> None:
        tried.append(window)
        down(window)

    with pytest.raises(
        SourceError, match=r"3 of 12 windows failed, 9 were not tried; 2026-01-01 to 2026-01-28: no answer for January"
    ) as failed:
        pull_each("shop", MONTHS, fail, threads=1)
    assert tried == MONTHS[:GIVE_UP] and failed.value.remedy == "Try later."


@pytest.mark.parametrize(
    "error",
    [
        InputError("no such account", where="sources.yml", remedy="Name another."),
        AccessRefused("the token has expired", source="shop", remedy="Give a new one."),
        ZeroDivisionError("a bug"),
    ],
)
def test_an_error_that_every_window_would_meet_ends_it_at_once(error: Exception) -> None:
    tried: list[Window] = []

    def fail(window: Window) -> None:
        tried.append(window)
        raise error

    with pytest.raises(type(error)) as raised:
        pull_each("shop", MONTHS, fail, threads=1)
    assert raised.value is error and tried == MONTHS[:1]


def test_nothing_to_pull_is_fine() -> None:
    pull_each("shop", [], down, threads=3)
