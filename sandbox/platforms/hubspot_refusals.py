"""The words with which HubSpot refuses, for faults that are switched on."""

from __future__ import annotations

from typing import Any

from sandbox.refusals import Words, plain


def _refusal(category: str, message: str, status: int, **more: Any) -> Words:
    body = {"status": "error", "message": message, "correlationId": "5a2d0c1e-0000-4000-8000-000000000000", "category": category, **more}
    return plain(status, body)


_LIMIT = {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}
REFUSALS = {
    "rate_limited": _refusal("RATE_LIMITS", "You have reached your ten_secondly_rolling limit.", 429, **_LIMIT),
    "server_error": _refusal("INTERNAL_ERROR", "internal error", 500),
    "expired_token": _refusal("EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.", 401),
}
