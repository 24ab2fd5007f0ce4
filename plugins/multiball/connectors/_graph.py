"""What Meta's connectors share of the Graph API: errors by code, and usage headers. Most errors have HTTP status 400.

https://developers.facebook.com/docs/graph-api/guides/error-handling and …/docs/graph-api/overview/rate-limiting
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from multiball.connectors._answers import Again, Answer, TooMuch
from multiball.connectors._answers import raise_for_error as raise_for_status

THROTTLED = {4, 17, 32, 613, *range(80000, 80015)}
TEMPORARY = {1, 2, 960, 2601}
NO_DATA = {1504041, 1504042}
"""Subcodes of the temporary code 2 that are permanent: the fields cannot be requested together."""
TOO_MUCH_DATA = {1487534, 1504018, 1504038}
TOKEN = {102, 104, 190}
"""102: the session has ended; 104: no token was sent; 190: the token is expired, revoked or invalid."""
USAGE_HEADERS = ("x-app-usage", "x-ad-account-usage", "x-business-use-case-usage", "x-fb-ads-insights-throttle")


def raise_for_error(answer: Answer) -> None:
    """Classify an error by the body's code. Raises `Again`, `TooMuch` or another `Refused`."""
    error = answer.body.get("error")
    if not isinstance(error, dict):
        return raise_for_status(answer)
    code, subcode, message = _number(error.get("code")), _number(error.get("error_subcode")), str(error.get("message", ""))
    what = f"error {code}{f'/{subcode}' if subcode else ''}: {message}"
    if code in THROTTLED:
        raise Again(what, _regain_seconds(answer.headers) or 300)
    if subcode in TOO_MUCH_DATA or "reduce the amount of data" in message.lower():
        remedy = "One day or row at a time is still too much for the platform: run the load again later"
        raise TooMuch(what, source=answer.source.name, remedy=remedy, code=code)
    if code in TOKEN or answer.status == 401 or (code == 2500 and "access token" in message):
        raise answer.token_refused(what)
    if code == 10 or code in range(200, 300):
        raise answer.permission_refused(what)
    temporary = error.get("is_transient") or code in TEMPORARY or subcode == 99 or answer.status >= 500 or "in summary param" in message
    if temporary and subcode not in NO_DATA:
        raise Again(what)
    raise answer.refused(what, "Check accounts and options of the source against the message", code)


def _number(code: Any) -> int | None:
    """An error's code, which may be a text."""
    return int(code) if isinstance(code, int) or (isinstance(code, str) and code.isdecimal()) else None


def pace(headers: Mapping[str, str]) -> float:
    """Seconds to pause: 2 minutes from 85 % of a limit, 10 from 95 %, or the time that the platform names."""
    used = max((figure for name, figure in _usage(headers) if name.endswith(("count", "time", "cputime", "_pct"))), default=0.0)
    if used < 85:
        return 0.0
    return _regain_seconds(headers) or (600.0 if used >= 95 else 120.0)


def _regain_seconds(headers: Mapping[str, str]) -> float:
    """The longest time to regain access in the headers: minutes in one of them, seconds in another."""
    units = {"estimated_time_to_regain_access": 60.0, "reset_time_duration": 1.0}
    return max((figure * units[name] for name, figure in _usage(headers) if name in units), default=0.0)


def _usage(headers: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """Every number of the usage headers with its name; a header that is not JSON is ignored."""
    for header in USAGE_HEADERS:
        try:
            loaded = json.loads(headers.get(header, "{}"))
        except ValueError:
            continue
        yield from _numbers(loaded)


def _numbers(node: Any) -> Iterator[tuple[str, float]]:
    if isinstance(node, list):
        for item in node:
            yield from _numbers(item)
    elif isinstance(node, dict):
        for name, value in node.items():
            if isinstance(value, int | float):
                yield name, float(value)
            else:
                yield from _numbers(value)
