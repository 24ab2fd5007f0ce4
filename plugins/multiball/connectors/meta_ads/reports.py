"""Asynchronous insights reports of Meta Ads: begin, poll until Completed and 100 %, read; split where one is too large.

https://developers.facebook.com/docs/marketing-api/insights/best-practices
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from multiball.connectors._answers import Refused, TooMuch
from multiball.connectors._declared.session import Session
from multiball.shapes import SourceError

log = logging.getLogger(__name__)
MONTHS_KEPT = 37


def daily(api: Session, params: Mapping[str, Any], since: date, until: date) -> Iterator[list[dict[str, Any]]]:
    """Pages of daily insights, by an asynchronous report.

    A report that fails or is too large is requested again in two halves, down to single days. Days that Meta no longer keeps are omitted
    and logged.
    """
    try:
        report = _finished(api, {**params, "time_increment": 1, "time_range": _range(since, until)})
    except TooMuch:
        if since == until:
            raise
        middle = since + (until - since) // 2
        log.warning("source %s: the report from %s to %s is split after %s", api.source.name, since, until, middle)
        yield from daily(api, params, since, middle)
        yield from daily(api, params, middle + timedelta(days=1), until)
    except Refused as refusal:
        first = _first_kept(api, refusal, since)
        if first <= until:
            yield from daily(api, params, first, until)
    else:
        yield from api.pages(api.at(f"/{report}/insights"), {})


def whole(api: Session, params: Mapping[str, Any], since: date, until: date) -> Iterator[list[dict[str, Any]]]:
    """Pages of insights over the whole window; none, with a log entry, if Meta no longer keeps all of its days.

    They are requested at once, or by a report if that is too large: reach over several days cannot be combined from parts.
    """
    asked = {**params, "time_range": _range(since, until)}
    try:
        try:
            yield from api.pages(api.at(f"/act_{api.account}/insights"), asked)
        except TooMuch:
            log.warning("source %s: insights from %s to %s are too large for one request: a report is made", api.source.name, since, until)
            yield from api.pages(api.at(f"/{_finished(api, asked)}/insights"), {})
    except Refused as refusal:
        _first_kept(api, refusal, since)


def _first_kept(api: Session, refusal: Refused, since: date) -> date:
    """The first day that Meta still keeps, if that is why it refused `since`; raises the refusal otherwise."""
    today = datetime.now(UTC).date()
    month = today.year * 12 + today.month - 1 - MONTHS_KEPT
    first = date(month // 12, month % 12 + 1, 1) + timedelta(days=today.day)
    if f"{MONTHS_KEPT} months" not in refusal.what or since >= first:
        raise refusal
    log.warning("source %s: Meta keeps %d months: nothing from %s up to the day before %s", api.source.name, MONTHS_KEPT, since, first)
    return first


def _range(since: date, until: date) -> str:
    """The API's form of a range of days, both included."""
    return json.dumps({"since": since.isoformat(), "until": until.isoformat()})


def _finished(api: Session, params: Mapping[str, Any]) -> str:
    """The id of a finished report. Raises TooMuch where it failed, a SourceError where it took over `options.report_seconds` (1800).

    Completed can come before all rows are there, and 100 % before Completed, so both are required.
    """
    report = str(api.post(api.at(f"/act_{api.account}/insights"), ("report_run_id",), data=dict(params))["report_run_id"])
    deadline = time.monotonic() + float(api.source.options.get("report_seconds", 1800))
    pause = 0.1
    while time.monotonic() < deadline:
        state = api.get(api.at(f"/{report}"), expect=("async_status", "async_percent_completion"))
        status = state["async_status"]
        if status == "Job Completed" and state["async_percent_completion"] == 100:
            return report
        if status in ("Job Failed", "Job Skipped"):
            what = f"report {report}: {status} {state.get('error_code', '')} {state.get('error_message', '')}".strip()
            raise TooMuch(what, source=api.source.name, remedy="Run the load again later")
        time.sleep(min(pause, api.longest_wait))
        pause = min(pause * 2, 30.0)
    raise SourceError(f"report {report} did not finish", source=api.source.name, remedy="Run again later, or raise options.report_seconds")
