"""How each platform says no: status, headers and body of its documented errors, for faults that are switched on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """An answer that refuses."""

    status: int
    headers: dict[str, str]
    body: str


def refuse(platform: str, kind: str, **options: Any) -> Refusal:
    """The platform's words for `rate_limited` (option `retry_after`: seconds), `server_error` (`status`), `expired_token` or
    `retired_metric` (`metric`). Raises ValueError for a kind that the platform has no words for.
    """
    say = _WORDS.get(platform, {}).get(kind)
    if say is None:
        raise ValueError(f"{platform} has no answer for the fault {kind}; it has {', '.join(_WORDS.get(platform, {})) or 'none'}")
    status, body = say(options)
    headers = {"content-type": "application/json" if isinstance(body, dict) else "text/plain"}
    if options.get("retry_after") is not None:
        headers["retry-after"] = str(options["retry_after"])
    if platform in ("meta_ads", "facebook_pages") and kind == "rate_limited":
        minutes = -(-int(options.get("retry_after") or 0) // 60)
        usage = {"type": "ads_insights" if platform == "meta_ads" else "pages", "call_count": 100, "total_cputime": 100, "total_time": 100}
        headers["x-business-use-case-usage"] = json.dumps({"0": [{**usage, "estimated_time_to_regain_access": minutes}]})
    return Refusal(status, headers, json.dumps(body) if isinstance(body, dict) else body)


_Words = Callable[[dict[str, Any]], tuple[int, dict[str, Any] | str]]


def _graph(code: int, message: str, status: int = 400, **more: Any) -> _Words:
    error = {"message": message, "type": "OAuthException", "code": code, **more, "fbtrace_id": "Asandbox0000000000000000"}
    return lambda options: (int(options.get("status", status)), {"error": {**error, "message": message.format(**options)}})


def _hubspot(category: str, message: str, status: int, **more: Any) -> _Words:
    body = {"status": "error", "message": message, "correlationId": "5a2d0c1e-0000-4000-8000-000000000000", "category": category, **more}
    return lambda options: (int(options.get("status", status)), body)


def _plain(status: int, message: str) -> _Words:
    return lambda options: (int(options.get("status", status)), {"error": message})


_EXPIRED = "Error validating access token: Session has expired."
_GRAPH: dict[str, _Words] = {
    "server_error": _graph(2, "An unexpected error has occurred. Please retry your request later.", 500, is_transient=True),
    "expired_token": _graph(190, _EXPIRED, 401, error_subcode=463),
}
_WORDS: dict[str, dict[str, _Words]] = {
    "meta_ads": {
        **_GRAPH,
        "rate_limited": _graph(80000, "(#80000) There have been too many calls to this ad-account.", error_subcode=2446079),
    },
    "facebook_pages": {
        **_GRAPH,
        "rate_limited": _graph(80001, "(#80001) There have been too many calls to this Page account."),
        "retired_metric": _graph(100, "(#100) The value must be a valid insights metric"),
    },
    "hubspot": {
        "rate_limited": _hubspot(
            "RATE_LIMITS",
            "You have reached your ten_secondly_rolling limit.",
            429,
            errorType="RATE_LIMIT",
            policyName="TEN_SECONDLY_ROLLING",
        ),
        "server_error": _hubspot("INTERNAL_ERROR", "internal error", 500),
        "expired_token": _hubspot("EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.", 401),
    },
    "site": {
        "rate_limited": _plain(429, "too many requests"),
        "server_error": _plain(500, "internal error"),
        "expired_token": _plain(401, "the key is not valid any more"),
    },
    "ecb": {
        "rate_limited": lambda options: (int(options.get("status", 429)), "Too Many Requests"),
        "server_error": lambda options: (int(options.get("status", 500)), "Internal Server Error"),
    },
}
