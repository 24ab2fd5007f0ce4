"""Meta's score of calls per ad account: a read costs 1, a write 3, and the score drains away within 300 s.

Source: developers.facebook.com/docs/marketing-api/overview/rate-limiting. Time here is real time, not the sandbox's clock: it is the
caller who is slowed down.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable

from sandbox.platforms.graph import GraphError

DRAIN_SECONDS = 300
STANDARD_TIER_SCORE = 9000
COST = {"GET": 1, "POST": 3}
_REFUSALS = {
    "GET": (17, 2446079, "User request limit reached"),
    "POST": (613, 1487742, "There have been too many calls from this ad-account."),
}


class Throttle:
    """Scores by account id, and the usage headers that report them to callers."""

    def __init__(self, most: int = STANDARD_TIER_SCORE, seconds: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds = most, seconds
        self._score: dict[str, float] = defaultdict(float)
        self._seen: dict[str, float] = defaultdict(seconds)

    def spend(self, account_id: str, method: str) -> None:
        """Count a call; error 17/2446079, or 613/1487742 for a write, when the account has none left. Both are HTTP 400."""
        now = self._seconds()
        drained = (now - self._seen[account_id]) * self._most / DRAIN_SECONDS
        score = max(0.0, self._score[account_id] - drained)
        self._seen[account_id] = now
        if score + COST[method] > self._most:
            self._score[account_id] = score
            code, subcode, message = _REFUSALS[method]
            raise GraphError(code, f"(#{code}) {message}", subcode, is_transient=True, headers=self.headers(account_id))
        self._score[account_id] = score + COST[method]

    def headers(self, account_id: str) -> dict[str, str]:
        """The four usage headers, each a JSON text. Minutes until access is regained are given once the score is used up."""
        percent = round(100 * self._score[account_id] / self._most, 2)
        usage = {"call_count": int(percent), "total_cputime": int(percent / 2), "total_time": int(percent / 2)}
        wait = DRAIN_SECONDS // 60 if percent >= 99 else 0
        tier = {"ads_api_access_tier": "standard_access"}
        business = {account_id: [{"type": "ads_insights", **usage, "estimated_time_to_regain_access": wait, **tier}]}
        return {
            "x-app-usage": json.dumps(usage),
            "x-ad-account-usage": json.dumps({"acc_id_util_pct": percent, "reset_time_duration": wait * 60, **tier}),
            "x-business-use-case-usage": json.dumps(business),
            "x-fb-ads-insights-throttle": json.dumps({"app_id_util_pct": int(percent), "acc_id_util_pct": percent, **tier}),
        }
