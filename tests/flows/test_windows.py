from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from multiball.flows import windows
from multiball.shapes import Window

DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))


def days_of(planned: list[Window]) -> list[date]:
    return [day for window in planned for day in window.days()]


@given(start=DAYS, length=st.integers(0, 900), restatement=st.integers(0, 90))
def test_windows_tile_the_whole_history_exactly_once(start: date, length: int, restatement: int) -> None:
    day = start + timedelta(days=length)
    assert days_of(windows.plan(start, day, restatement, [])) == [start + timedelta(days=offset) for offset in range(length + 1)]


@given(start=DAYS, length=st.integers(0, 500), restatement=st.integers(0, 90), data=st.data())
def test_what_is_settled_is_not_pulled_again_and_everything_else_is(
    start: date, length: int, restatement: int, data: st.DataObject
) -> None:
    day = start + timedelta(days=length)
    done = [
        Window(first, first + timedelta(days=data.draw(st.integers(0, 60))), current=False)
        for first in data.draw(st.lists(st.dates(start - timedelta(days=30), day), max_size=4))
    ]
    planned = days_of(windows.plan(start, day, restatement, done))
    still_changing = {day - timedelta(days=age) for age in range(restatement + 1)}
    expected = {start + timedelta(days=offset) for offset in range(length + 1)} - ({d for w in done for d in w.days()} - still_changing)
    assert len(planned) == len(set(planned))
    assert set(planned) == expected


@given(start=DAYS, length=st.integers(0, 500), restatement=st.integers(0, 90))
def test_only_the_last_window_is_current_and_no_slice_of_history_spans_months(start: date, length: int, restatement: int) -> None:
    *history, current = windows.plan(start, start + timedelta(days=length), restatement, [])
    assert current.current
    assert current.end == start + timedelta(days=length)
    assert all(not window.current and window.start.replace(day=1) == window.end.replace(day=1) for window in history)


@given(start=DAYS, restatement=st.integers(0, 90), gaps=st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_running_now_and_then_settles_every_day_once_it_can_no_longer_change(start: date, restatement: int, gaps: list[int]) -> None:
    """Each run's windows are remembered with their day: no day may have been pulled only while it still changed."""
    remembered: list[tuple[Window, date]] = []
    day = start
    for gap in gaps:
        day += timedelta(days=gap)
        done = [w for window, on in remembered if (w := windows.settled(window.start, window.end, on, restatement))]
        remembered += [(window, day) for window in windows.plan(start, day, restatement, done)]
    final = {pulled for window, on in remembered for pulled in window.days() if (on - pulled).days >= restatement}
    offsets = range((day - start).days - restatement + 1)
    assert final == {start + timedelta(days=offset) for offset in offsets}


@given(start=DAYS, length=st.integers(0, 400), restatement=st.integers(0, 90), later=st.integers(1, 500), data=st.data())
def test_a_later_history_from_still_covers_what_was_landed_and_asks_for_no_more(
    start: date, length: int, restatement: int, later: int, data: st.DataObject
) -> None:
    day = start + timedelta(days=length)
    history_from = start + timedelta(days=later)
    held = data.draw(st.sets(st.dates(start, day), max_size=5))
    planned = days_of(windows.plan(history_from, day, restatement, [], landed_from=start, held=held))
    days = [start + timedelta(days=offset) for offset in range(length + 1)]
    expected = {d for d in days if d >= history_from or (day - d).days <= restatement or d in held}
    assert len(planned) == len(set(planned)) and set(planned) == expected


def test_days_with_held_rows_are_asked_for_again_although_they_had_settled() -> None:
    october = Window(date(2026, 10, 1), date(2026, 10, 31), current=False)
    planned = windows.plan(date(2026, 10, 1), date(2026, 11, 3), 2, [october], held={date(2026, 10, 5), date(2026, 10, 6)})
    assert planned == [Window(date(2026, 10, 5), date(2026, 10, 6), current=False), Window(date(2026, 11, 1), date(2026, 11, 3))]


def test_a_source_that_begins_later_has_nothing_to_pull() -> None:
    assert windows.plan(date(2026, 2, 1), date(2026, 1, 31), 28, []) == []


def test_a_range_asked_for_comes_in_months_and_only_the_slice_of_today_is_current() -> None:
    planned = windows.monthly(date(2026, 1, 15), date(2026, 3, 2), today=date(2026, 3, 2))
    assert [(w.start.isoformat(), w.end.isoformat(), w.current) for w in planned] == [
        ("2026-01-15", "2026-01-31", False),
        ("2026-02-01", "2026-02-28", False),
        ("2026-03-01", "2026-03-02", True),
    ]
